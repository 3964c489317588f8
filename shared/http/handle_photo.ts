import { fail, ok, type Result } from "../result.ts";
import { type ProcessDeps, type ProcessedPhoto, processPhoto } from "../process/process_photo.ts";
import { Timings } from "../process/timings.ts";
import { type AuthDeps, authenticate } from "./auth/authenticate.ts";
import type { Caller } from "./auth/caller.ts";
import { type BodyLimits, parseBody } from "./body/parse_body.ts";
import type { PhotoInput } from "./body/photo_input.ts";
import { errorResponse, photoResponse } from "./respond.ts";

/** What answering a photo needs. */
export interface PhotoDeps {
  auth: AuthDeps;
  body: BodyLimits;
  process: ProcessDeps;
  /** Reads a photo that is in Storage, with the caller's own rights. */
  readSource(
    caller: Caller,
    ref: { bucket: string; path: string },
  ): Promise<Result<Uint8Array<ArrayBuffer>>>;
}

/**
 * Answers `POST /process-image`: who calls, what they sent, process it, answer.
 *
 * @param request The request.
 * @param requestId The id that it is answered under.
 * @param deps What it needs.
 */
export async function handlePhoto(
  request: Request,
  requestId: string,
  deps: PhotoDeps,
): Promise<Response> {
  const timings = new Timings();
  const outcome = await answer(request, requestId, deps, timings);
  if (!outcome.ok) {
    console.warn(
      JSON.stringify({ event: "refused", request_id: requestId, ...logOf(outcome.error) }),
    );
    return errorResponse(outcome.error, requestId, timings);
  }
  const { photo, input } = outcome.value;
  const warnings = photo.warnings.map(({ code }) => code);
  console.info(
    JSON.stringify({ event: "processed", request_id: requestId, warnings, timings_ms: timings }),
  );
  return photoResponse(photo, input, timings, requestId);
}

async function answer(
  request: Request,
  requestId: string,
  deps: PhotoDeps,
  timings: Timings,
): Promise<Result<{ photo: ProcessedPhoto; input: PhotoInput }>> {
  const caller = await timings.measure("auth", () => authenticate(request.headers, deps.auth));
  if (!caller.ok) return caller;
  const parsed = await timings.measure("body", () => parseBody(request, deps.body));
  if (!parsed.ok) return parsed;
  const input = parsed.value;
  const { source, options, upload } = input;
  const bytes = source.kind === "bytes"
    ? ok(source.bytes)
    : await timings.measure("source", () => deps.readSource(caller.value, source.ref));
  if (!bytes.ok) return bytes;
  const job = { requestId, photo: bytes.value, options, upload, signal: request.signal };
  const photo = await processPhoto(job, deps.process, timings);
  return photo.ok ? ok({ photo: photo.value, input }) : fail(photo.error);
}

/** What the log may say of an error: its cause is upstream text, kept to its first line. */
function logOf(error: { code: string; status: number; cause?: unknown }): Record<string, unknown> {
  const cause = error.cause === undefined
    ? undefined
    : String(error.cause).split("\n")[0].slice(0, 300);
  return { code: error.code, status: error.status, cause };
}

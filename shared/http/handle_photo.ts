import type { BodyRoom, HeldBody } from "../admission/body_room.ts";
import { isolateBusy } from "../admission/isolate_busy.ts";
import type { AppError } from "../errors.ts";
import { type ProcessDeps, type ProcessedPhoto, processPhoto } from "../process/process_photo.ts";
import { Timings } from "../process/timings.ts";
import { readLimited } from "../read_limited.ts";
import { ok, type Result } from "../result.ts";
import { type AuthDeps, authenticate } from "./auth/authenticate.ts";
import type { Caller } from "./auth/caller.ts";
import { LINGER_BYTES, parseBody } from "./body/parse_body.ts";
import type { PhotoInput } from "./body/photo_input.ts";
import { handOver } from "./hand_over.ts";
import { errorResponse, photoResponse } from "./respond.ts";

/** What answering a photo needs. */
export interface PhotoDeps {
  auth: AuthDeps;
  /** Bound on an encoded photo, in bytes. */
  maxImageBytes: number;
  /** Bounds what all bodies hold in memory together. */
  bodyRoom: BodyRoom;
  process: ProcessDeps;
  /** The function's own public address. */
  functionUrl: string;
  /** Reads a photo that is in Storage, with the caller's own rights. */
  readSource(
    caller: Caller,
    ref: { bucket: string; path: string },
  ): Promise<Result<Uint8Array<ArrayBuffer>>>;
}

/** CPU of taking a request in, as measured on Deno 2.1.4: for each, and for a megabyte that it holds; in milliseconds. */
const RECEIVE_MS = { each: 12, perMegabyte: 5 };

/**
 * Answers `POST /process-image`: who calls, what they sent, process it, answer.
 *
 * A photo that this isolate has no room for is handed over to another.
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
  const { admission, cpuBudgetMs } = deps.process;
  const caller = await timings.measure("auth", () => authenticate(request.headers, deps.auth));
  if (!caller.ok) return refuse(caller.error, requestId, timings);
  using visit = admission.visit(RECEIVE_MS.each);
  if (!visit) {
    // Who is cut off while sending does not get to read why; taking it all costs less than reading it would.
    if (admission.spend(RECEIVE_MS.each)) await readLimited(request.body, 0, LINGER_BYTES);
    return refuse(isolateBusy(), requestId, timings);
  }
  using held = deps.bodyRoom.hold();
  const received = await receive(request, held, deps, timings);
  if (!received.ok) return refuse(received.error, requestId, timings);
  const input = received.value;
  const outcome = await answer(request, requestId, caller.value, input, deps, timings);
  if (outcome.ok) {
    const warnings = outcome.value.warnings.map(({ code }) => code);
    console.info(
      JSON.stringify({ event: "processed", request_id: requestId, warnings, timings_ms: timings }),
    );
    return photoResponse(outcome.value, input, timings, requestId);
  }
  if (outcome.error.code === "isolate_busy" && cpuBudgetMs > 0) {
    const { functionUrl } = deps;
    const elsewhere = await handOver(request, requestId, input, { admission, functionUrl });
    if (elsewhere) {
      const { status } = elsewhere;
      console.info(JSON.stringify({ event: "handed_over", request_id: requestId, status }));
      return elsewhere;
    }
  }
  return refuse(outcome.error, requestId, timings);
}

/** What the caller sent. */
async function receive(
  request: Request,
  held: HeldBody,
  deps: PhotoDeps,
  timings: Timings,
): Promise<Result<PhotoInput>> {
  deps.process.remover?.prepare?.(); // known by the time that the body has been read
  const limits = { maxImageBytes: deps.maxImageBytes, held };
  const input = await timings.measure("body", () => parseBody(request, limits));
  if (!input.ok) return input;
  deps.process.admission.spend(RECEIVE_MS.perMegabyte * held.bytes / 1e6);
  return input;
}

async function answer(
  request: Request,
  requestId: string,
  caller: Caller,
  { source, options, upload }: PhotoInput,
  deps: PhotoDeps,
  timings: Timings,
): Promise<Result<ProcessedPhoto>> {
  const photo = source.kind === "bytes"
    ? ok(source.bytes)
    : await timings.measure("source", () => deps.readSource(caller, source.ref));
  if (!photo.ok) return photo;
  const job = { requestId, photo: photo.value, options, upload, signal: request.signal };
  return await processPhoto(job, deps.process, timings);
}

function refuse(error: AppError, requestId: string, timings: Timings): Response {
  console.warn(JSON.stringify({ event: "refused", request_id: requestId, ...logOf(error) }));
  return errorResponse(error, requestId, timings);
}

/** What the log may say of an error: its cause is upstream text, kept to its first line. */
function logOf(error: { code: string; status: number; cause?: unknown }): Record<string, unknown> {
  const cause = error.cause === undefined
    ? undefined
    : String(error.cause).split("\n")[0].slice(0, 300);
  return { code: error.code, status: error.status, cause };
}

import type { BodyRoom, HeldBody } from "../admission/body_room.ts";
import { isolateBusy } from "../admission/isolate_busy.ts";
import type { AppError } from "../errors.ts";
import type { Observer } from "../observe.ts";
import { type ProcessDeps, type ProcessedPhoto, processPhoto } from "../process/process_photo.ts";
import { Timings } from "../process/timings.ts";
import { readLimited } from "../read_limited.ts";
import { fail, ok, type Result } from "../result.ts";
import { asAppError } from "./as_app_error.ts";
import { type AuthDeps, authenticate } from "./auth/authenticate.ts";
import type { Caller } from "./auth/caller.ts";
import { LINGER_BYTES, parseBody } from "./body/parse_body.ts";
import type { PhotoInput } from "./body/photo_input.ts";
import { handOver } from "./hand_over.ts";
import { logRefusal } from "./log_refusal.ts";
import { errorResponse, photoResponse } from "./respond.ts";
import { RunDraft } from "./run_draft.ts";

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
  /** Hears of each request of a caller who may call. */
  observe: Observer;
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
  const { admission } = deps.process;
  const caller = await timings.measure("auth", () => authenticate(request.headers, deps.auth));
  if (!caller.ok) return refuse(caller.error, requestId, timings);
  const run = new RunDraft(requestId, timings, deps.observe);
  using visit = admission.visit(RECEIVE_MS.each);
  if (!visit) {
    // Who is cut off while sending does not get to read why; taking it all costs less than reading it would.
    if (admission.spend(RECEIVE_MS.each)) await readLimited(request.body, 0, LINGER_BYTES);
    return refuse(isolateBusy(), requestId, timings, run);
  }
  using held = deps.bodyRoom.hold();
  const received = await settled(
    () => receive(request, held, deps, timings),
    request,
    requestId,
  );
  if (!received.ok) return refuse(received.error, requestId, timings, run);
  const input = received.value;
  const outcome = await settled(
    () => answer(request, requestId, caller.value, input, deps, timings, run),
    request,
    requestId,
  );
  if (outcome.ok) {
    const warnings = outcome.value.warnings.map(({ code }) => code);
    console.info(
      JSON.stringify({ event: "processed", request_id: requestId, warnings, timings_ms: timings }),
    );
    run.succeeded(outcome.value);
    return photoResponse(outcome.value, input, timings, requestId);
  }
  return await elsewhere(outcome.error, request, requestId, input, deps) ??
    refuse(outcome.error, requestId, timings, run);
}

/** What is thrown is an outcome too: it is observed and answered as any other. */
async function settled<T>(
  step: () => Promise<Result<T>>,
  request: Request,
  requestId: string,
): Promise<Result<T>> {
  try {
    return await step();
  } catch (error) {
    return fail(asAppError(error, request, requestId));
  }
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
  run: RunDraft,
): Promise<Result<ProcessedPhoto>> {
  const photo = source.kind === "bytes"
    ? ok(source.bytes)
    : await timings.measure("source", () => deps.readSource(caller, source.ref));
  if (!photo.ok) return photo;
  run.bytesIn = photo.value.length;
  const { signal } = request;
  const job = { requestId, photo: photo.value, options, upload, signal, notes: run.notes };
  return await processPhoto(job, deps.process, timings);
}

/** The answer of another isolate, if this one had no room; that one is observed where it is answered. */
async function elsewhere(
  error: AppError,
  request: Request,
  requestId: string,
  input: PhotoInput,
  { process, functionUrl }: PhotoDeps,
): Promise<Response | null> {
  if (error.code !== "isolate_busy" || process.cpuBudgetMs === 0) return null;
  const { admission } = process;
  const response = await handOver(request, requestId, input, { admission, functionUrl });
  if (response) {
    const { status } = response;
    console.info(JSON.stringify({ event: "handed_over", request_id: requestId, status }));
  }
  return response;
}

/** @param run What is observed of it, once it is known who calls. */
function refuse(error: AppError, requestId: string, timings: Timings, run?: RunDraft): Response {
  logRefusal(error, requestId);
  run?.failed(error.code);
  return errorResponse(error, requestId, timings);
}

import type { HeldBody } from "../admission/body_room.ts";
import { isolateBusy } from "../admission/isolate_busy.ts";
import type { AppError } from "../errors.ts";
import { log } from "../log.ts";
import { Timings } from "../process/timings.ts";
import { ok, type Result } from "../result.ts";
import { traceSteps } from "../trace/current_request.ts";
import { authenticate } from "./auth/authenticate.ts";
import type { Caller } from "./auth/caller.ts";
import { parseBody, receive as receiveBody } from "./body/parse_body.ts";
import { hopsOf } from "./hand_over.ts";
import { logRefusal } from "./log_refusal.ts";
import type { PhotoDeps } from "./photo_deps.ts";
import type { PhotoJob, Served } from "./photo_job.ts";
import { errorResponse, legacyResponse, photoResponse } from "./respond.ts";
import { observerOf, routePhoto } from "./route_photo.ts";
import { RunDraft } from "./run_draft.ts";
import { settled } from "./settled.ts";

/** CPU of taking a request in, as measured on Deno 2.1.4: for each, and for a megabyte that it holds; in milliseconds. */
const RECEIVE_MS = { each: 12, perMegabyte: 5 };

/**
 * Answers `POST /process-image`: who calls, what they sent, have it processed, answer.
 *
 * @param request The request.
 * @param requestId The id that it is answered under.
 * @param deps What it needs.
 * @param onStep Hears of each step as it begins.
 */
export async function handlePhoto(
  request: Request,
  requestId: string,
  deps: PhotoDeps,
  onStep?: (step: string) => void,
): Promise<Response> {
  const timings = new Timings(onStep);
  traceSteps(timings);
  const { admission } = deps.process;
  const caller = await timings.measure("auth", () => authenticate(request.headers, deps.auth));
  if (!caller.ok) return refuse(caller.error, requestId, timings);
  const hops = await hopsOf(request.headers, requestId, caller.value, deps.signer);
  const run = new RunDraft(requestId, timings, observerOf(hops, deps));
  using visit = admission.visit(RECEIVE_MS.each);
  if (!visit) {
    // Who is cut off while sending does not get to read why; taking it all costs less than reading it would.
    if (admission.spend(RECEIVE_MS.each)) await receiveBody(request, 0);
    return refuse(isolateBusy(), requestId, timings, run);
  }
  using held = deps.bodyRoom.hold();
  const served = await settled(async () => {
    const received = await receive(request, caller.value, held, deps, timings);
    if (!received.ok) return received;
    run.bytesIn = received.value.photo.length;
    const { input, photo, body } = received.value;
    const asked = { request, requestId, caller: caller.value, hops };
    return await routePhoto({ ...asked, input, photo, body, timings, run, held, visit }, deps);
  }, request);
  return served.ok
    ? answer(served.value, requestId, timings, run)
    : refuse(served.error, requestId, timings, run);
}

/** What the caller sent: the settings, the photo, and the body itself where the legacy service may be sent it. */
async function receive(
  request: Request,
  caller: Caller,
  held: HeldBody,
  deps: PhotoDeps,
  timings: Timings,
): Promise<Result<Pick<PhotoJob, "input" | "photo" | "body">>> {
  // Known by the time that the body has been read.
  deps.process.remover?.prepare();
  deps.rollout?.prepare();
  let body: PhotoJob["body"];
  const onBody = deps.rollout && ((bytes: Uint8Array<ArrayBuffer>) => void (body = bytes));
  const limits = { maxImageBytes: deps.maxImageBytes, held, onBody };
  const input = await timings.measure("body", () => parseBody(request, limits));
  // A refusal has cost it, too.
  deps.process.admission.spend(RECEIVE_MS.perMegabyte * held.bytes / 1e6);
  if (!input.ok) return input;
  const { source } = input.value;
  const photo = source.kind === "bytes"
    ? ok(source.bytes)
    : await timings.measure("source", () => deps.readSource(caller, source.ref));
  if (!photo.ok) return photo;
  if (body && body.buffer !== photo.value.buffer) held.take(body.length);
  return ok({ input: input.value, photo: photo.value, body });
}

function answer(
  served: Served,
  requestId: string,
  timings: Timings,
  run: RunDraft,
): Response {
  if (served.by === "isolate") return served.response; // logged and observed there
  const { by: served_by } = served;
  if (served.by === "legacy") {
    log("info", "processed", { served_by, timings_ms: timings });
    run.relayed(served.reply);
    return legacyResponse(served.reply, timings, requestId);
  }
  const { reused, warnings: all } = served.photo;
  const warnings = all.map(({ code }) => code);
  log("info", "processed", { served_by, reused, warnings, timings_ms: timings });
  run.succeeded(served.photo);
  return photoResponse(served.photo, served.input, timings, requestId);
}

/** @param run What is observed of it, once it is known who calls. */
function refuse(error: AppError, requestId: string, timings: Timings, run?: RunDraft): Response {
  logRefusal(error);
  run?.failed(error.code);
  return errorResponse(error, requestId, timings);
}

import { AppError } from "../../errors.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { afterResponse } from "../../telemetry/after_response.ts";
import { firstLine, log } from "../../telemetry/log.ts";
import type { Observer } from "../../telemetry/metrics/run.ts";
import type { PhotoDeps } from "../photo_deps.ts";
import type { PhotoJob } from "../photo_job.ts";
import type { ReceivedPhoto } from "../received_photo.ts";
import { processOrHandOver } from "../process_or_hand_over.ts";
import type { Served } from "../run_job.ts";
import { forwardToLegacy } from "./forward_to_legacy.ts";
import { type Processor, PROCESSORS } from "./plan_route.ts";
import type { Rollout } from "./rollout.ts";
import { shadowPhoto } from "./shadow_photo.ts";
import { isOwnFault, withFallback } from "./with_fallback.ts";

/** The header in which a caller names a processor. */
const PROCESSOR_HEADER = "x-processor";

/**
 * Serves a photo by the processor that the rollout chooses, or by the other one if the first fails by its own fault.
 *
 * A photo that another isolate has handed over is always processed here: that isolate has chosen the processor, and
 * it falls back. A vehicle's photo is always processed by this function's own pipeline, which keeps the sets.
 *
 * @param job The photo's context.
 * @param received The request and its photo.
 * @param deps The dependencies.
 * @returns The result, or the error for the caller.
 * @throws the signal's reason, if the caller has disconnected
 */
export async function routePhoto(
  job: PhotoJob,
  received: ReceivedPhoto,
  deps: PhotoDeps,
): Promise<Result<Served>> {
  const { request: { headers }, photo, hops } = received;
  const { rollout } = deps;
  const forced = photo.vehicle ? onlyNew(headers, rollout) : forcedProcessor(headers, rollout);
  if (!forced.ok) return forced;
  if (!rollout || hops > 0) return await processOrHandOver(job, received, deps);
  const route = await job.step("route", () => rollout.routeOf(photo.bytes, forced.value));
  const serve = {
    new: () => processOrHandOver(job, received, deps),
    legacy: () => forwardToLegacy(job, received, rollout.legacy, deps.process.admission),
  };
  const { by, result } = await withFallback<Served>(route, serve, logFallback);
  job.facts.servedBy = by;
  if (result.ok && by === "legacy" && route.shadow) afterResponse(shadowPhoto(job, photo, deps));
  return result;
}

/**
 * Chooses the observer of a request. The isolate that hands a request over observes the faults of the next isolate,
 * since it may fall back and each request is observed once.
 *
 * @param hops The number of hand-overs of the request.
 * @param deps The rollout, and the observer of all other requests.
 */
export function observerOf(
  hops: number,
  { rollout, observe }: Pick<PhotoDeps, "rollout" | "observe">,
): Observer {
  if (!rollout || hops === 0) return observe;
  return (run) => {
    if (run.errorCode === null || !isOwnFault(run.errorCode)) observe(run);
  };
}

/** @returns The processor that the caller names, `null` for none, or `invalid_request`. */
function forcedProcessor(headers: Headers, rollout?: Rollout): Result<Processor | null> {
  const name = headers.get(PROCESSOR_HEADER)?.trim().toLowerCase() ?? "";
  if (name === "") return ok(null);
  const known = rollout ? PROCESSORS : PROCESSORS.filter((one) => one === "new");
  const processor = known.find((one) => one === name);
  if (processor) return ok(processor);
  const expected = known.join(" or ");
  const message = rollout
    ? `Expected ${expected} for the header ${PROCESSOR_HEADER}.`
    : `Expected ${expected} for the header ${PROCESSOR_HEADER}: no legacy service is configured.`;
  return fail(
    new AppError("invalid_request", message, { details: { field: PROCESSOR_HEADER, expected } }),
  );
}

/** Chooses the processor of a vehicle's photo: the legacy service keeps no sets. */
function onlyNew(headers: Headers, rollout?: Rollout): Result<Processor> {
  const forced = forcedProcessor(headers, rollout);
  if (!forced.ok) return forced;
  if (forced.value !== "legacy") return ok("new");
  const expected = "new";
  const message =
    `Expected ${expected} for the header ${PROCESSOR_HEADER}: the legacy service keeps no sets of photos (vehicle_id).`;
  const details = { field: PROCESSOR_HEADER, expected };
  return fail(new AppError("invalid_request", message, { details }));
}

function logFallback({ code, message, cause }: AppError, to: Processor): void {
  log("warn", "fell_back", { to, code, cause: firstLine(cause ?? message) });
}

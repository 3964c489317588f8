import { afterResponse } from "../../telemetry/after_response.ts";
import { AppError } from "../../errors.ts";
import { log } from "../../telemetry/log.ts";
import type { Observer } from "../../telemetry/metrics/run.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { isOwnFault, withFallback } from "./with_fallback.ts";
import { type Processor, PROCESSORS } from "./plan_route.ts";
import type { Rollout } from "./rollout.ts";
import type { PhotoDeps } from "../photo_deps.ts";
import type { PhotoJob, Served } from "../photo_job.ts";
import { forwardToLegacy } from "./forward_to_legacy.ts";
import { processHere } from "../process_here.ts";
import { shadowPhoto } from "./shadow_photo.ts";

/** By which a caller asks for one processor by name. */
const PROCESSOR_HEADER = "x-processor";

/**
 * Has a photo served by whom the rollout chooses, or by the other if that one fails by a fault of its own.
 *
 * What another isolate has handed over is processed here: that one has chosen, and falls back.
 *
 * @param job The photo.
 * @param deps What it needs.
 * @returns What came of it, or the error that the caller is answered.
 * @throws what the request's signal was aborted with
 */
export async function routePhoto(job: PhotoJob, deps: PhotoDeps): Promise<Result<Served>> {
  const { request: { headers }, hops, photo, run } = job;
  const { rollout, process: { admission } } = deps;
  const forced = forcedProcessor(headers, rollout);
  if (!forced.ok) return forced;
  if (!rollout || hops > 0) return await processHere(job, deps);
  const route = await job.timings.measure("route", () => rollout.routeOf(photo, forced.value));
  const ask = {
    new: () => processHere(job, deps),
    legacy: () => forwardToLegacy(job, { legacy: rollout.legacy, admission }),
  };
  const { by, result } = await withFallback<Served>(route, ask, logFallback);
  run.servedBy = by;
  if (result.ok && by === "legacy" && route.shadow) afterResponse(shadowPhoto(job, deps));
  return result;
}

/**
 * Chooses the observer of a request. The isolate that has handed a request over observes the faults of the next one: it may
 * fall back, and each request is observed once.
 *
 * @param hops The number of times that the request has been handed over.
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

/** @returns Who is asked for by name, `null` if nobody is, or `invalid_request`. */
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

function logFallback({ code, message, cause }: AppError, to: Processor): void {
  const why = cause === undefined ? message : String(cause).split("\n")[0].slice(0, 300);
  log("warn", "fell_back", { to, code, cause: why });
}

import type { PhotoHeader } from "../../image/decode/inspect_photo.ts";
import { CPU_SHARE, RELAY_MS } from "../../isolate/cpu_costs.ts";
import { AppError } from "../../errors.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { photoHash } from "../../lib/sha256.ts";
import { firstLine, log } from "../../telemetry/log.ts";
import { exceedsMemory } from "../decode_memory.ts";
import { estimateRequestMs } from "../estimate_cpu.ts";
import type { ProcessOptions } from "../options.ts";
import type { Photo } from "../photo.ts";
import type { PhotoJob } from "../photo_job.ts";
import type { ProcessDeps } from "../process_deps.ts";
import { KeptParts } from "./kept_parts.ts";
import { decodedAtOnce, photoParts } from "./photo_parts.ts";
import { planRelay } from "./relay_plan.ts";
import { Relay } from "./relay.ts";

/**
 * Finds a way to process a photo that is too costly for one isolate, or may be on a slow machine.
 *
 * @param job The photo's context.
 * @param photo The photo with the settings of its request.
 * @param header Its header, with the load.
 * @param isTooCostly Whether the estimate exceeds what one isolate can do.
 * @param deps The dependencies.
 * @param extraMs CPU of the presets, in milliseconds.
 * @returns The relay; `null` if the photo needs none, if several isolates cannot finish it either, or if there is no bucket
 * for what they hand on. Or `storage_failed`, if a photo that needs one cannot have it now.
 * @throws the signal's reason, if the caller has disconnected
 */
export async function findRelay(
  job: PhotoJob,
  { bytes, options }: Photo,
  header: PhotoHeader,
  isTooCostly: boolean,
  { working, admission, cpuBudgetMs }: ProcessDeps,
  extraMs = 0,
): Promise<Result<Relay | null>> {
  if (!working || cpuBudgetMs === 0 || header.load?.unusual) return ok(null);
  if (!isTooCostly && !mayBeTooCostly(header, options, cpuBudgetMs, extraMs)) return ok(null);
  const parts = photoParts(bytes, header, isTooCostly);
  const plan = planRelay(header, parts, {
    output: options.format,
    crop: options.crop,
    budgetMs: cpuBudgetMs,
    extraMs,
  });
  if (plan.isolates === Infinity || exceedsMemory(header, decodedAtOnce(header, parts))) {
    return ok(null);
  }
  admission.charge(RELAY_MS.list);
  const hash = await photoHash(bytes);
  try {
    const kept = await KeptParts.find(working, hash, parts.count, job.signal);
    return ok(new Relay(bytes, header, parts, plan, kept));
  } catch (error) {
    job.signal.throwIfAborted();
    log("warn", "working_image_unreadable", { cause: firstLine(error) });
    return isTooCostly ? fail(unreadable(error)) : ok(null);
  }
}

function unreadable(cause: unknown): AppError {
  return new AppError(
    "storage_failed",
    "The photo takes several isolates, and Storage could not be asked what they have done. Send the photo again.",
    { details: { stored: [], failed: [] }, cause },
  );
}

/** Checks whether a photo that fits into an isolate may not do so on a slow machine. */
function mayBeTooCostly(
  header: PhotoHeader,
  { format, crop }: ProcessOptions,
  budgetMs: number,
  extraMs: number,
): boolean {
  const share = CPU_SHARE.alone[header.format === "jpeg" ? "jpeg" : "others"];
  return estimateRequestMs(header, format, crop, extraMs) > budgetMs * share;
}

import type { PhotoHeader } from "../../image/decode/inspect_photo.ts";
import { RELAY_MS } from "../../isolate/cpu_costs.ts";
import { photoHash } from "../../lib/sha256.ts";
import { firstLine, log } from "../../telemetry/log.ts";
import type { Photo } from "../photo.ts";
import type { PhotoJob } from "../photo_job.ts";
import type { ProcessDeps } from "../process_deps.ts";
import { exceedsMemory } from "./fits_memory.ts";
import { KeptParts } from "./kept_parts.ts";
import { photoParts } from "./photo_parts.ts";
import { planRelay } from "./relay_plan.ts";
import { Relay } from "./relay.ts";

/**
 * Finds a way to process a photo that is too costly for one isolate.
 *
 * @param job The photo's context.
 * @param photo The photo with the settings of its request.
 * @param header Its header, with the load.
 * @param deps The dependencies.
 * @returns The relay; `null` if several isolates cannot finish the photo either, or if there is no bucket for what they
 * hand on.
 * @throws the signal's reason, if the caller has disconnected
 */
export async function findRelay(
  job: PhotoJob,
  { bytes, options }: Photo,
  header: PhotoHeader,
  { working, admission, cpuBudgetMs }: ProcessDeps,
): Promise<Relay | null> {
  if (!working || cpuBudgetMs === 0 || header.load?.unusual) return null;
  const parts = photoParts(bytes, header);
  const plan = planRelay(header, parts, {
    output: options.format,
    crop: options.crop,
    budgetMs: cpuBudgetMs,
  });
  if (plan.isolates === Infinity || exceedsMemory(header, parts)) return null;
  admission.charge(RELAY_MS.list);
  const hash = await photoHash(bytes);
  try {
    const kept = await KeptParts.find(working, hash, parts.count, job.signal);
    return new Relay(bytes, header, parts, plan, kept);
  } catch (error) {
    job.signal.throwIfAborted();
    log("warn", "working_image_unreadable", { cause: firstLine(error) });
    return null;
  }
}

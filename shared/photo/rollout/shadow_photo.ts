import { ok } from "../../lib/result.ts";
import { pause } from "../../lib/pause.ts";
import type { Photo } from "../photo.ts";
import type { PhotoDeps } from "../photo_deps.ts";
import { PhotoJob } from "../photo_job.ts";
import { processPhoto } from "../process_photo.ts";
import { runJob } from "../run_job.ts";

/** Head start of the response, in milliseconds: its bytes leave before decoding blocks the thread. */
const HEAD_START_MS = 100;

/**
 * Processes a photo that the legacy service has served, for comparison only: it observes the run, but stores and
 * serves nothing. An isolate without room skips it. It does not throw.
 *
 * @param served The context of the served request.
 * @param photo The photo with the settings of its request.
 * @param deps The dependencies.
 */
export async function shadowPhoto(
  { id }: PhotoJob,
  photo: Photo,
  deps: PhotoDeps,
): Promise<void> {
  using memory = deps.memoryBudget.reserve();
  if (!memory.grow(photo.bytes.length)) return;
  await pause(HEAD_START_MS);
  using permit = deps.process.admission.permit(0);
  if (!permit) return;
  const job = new PhotoJob(id, { origin: "shadow" });
  job.facts.bytesIn = photo.bytes.length;
  // A stored result would not test the pipeline.
  const comparison = { ...photo, upload: false, force: true };
  await runJob(job, deps.observe, async () => {
    const done = await processPhoto(job, comparison, deps.process);
    return done.ok ? ok({ by: "new", result: done.value, photo: comparison }) : done;
  });
}

import { AppError } from "../../errors.ts";
import { log } from "../../telemetry/log.ts";
import { pause } from "../../lib/pause.ts";
import { processPhoto } from "../process_photo.ts";
import { Timings } from "../../telemetry/steps.ts";
import type { PhotoDeps } from "../photo_deps.ts";
import type { PhotoJob } from "../photo_job.ts";
import { RunBuilder } from "../run_builder.ts";

/** Head start of the answer, in milliseconds: its bytes leave before decoding keeps the thread. */
const HEAD_START_MS = 100;

/**
 * Processes a photo for comparison only: nothing of it is stored or served, what came of it is observed. It is left out
 * where this isolate has no room for it, and never fails.
 *
 * @param job The photo, which the legacy service has served.
 * @param deps What processing needs.
 */
export async function shadowPhoto(
  { requestId, input, photo }: PhotoJob,
  deps: PhotoDeps,
): Promise<void> {
  using held = deps.memoryBudget.hold();
  if (!held.take(photo.length)) return;
  await pause(HEAD_START_MS);
  using visit = deps.process.admission.permit(0);
  if (!visit) return;
  const timings = new Timings();
  const run = new RunBuilder(requestId, timings, deps.observe);
  run.isShadow = true;
  run.bytesIn = photo.length;
  const { options } = input;
  // What is in Storage would tell nothing of how the photo fares.
  const order = { photo, options, upload: false, force: true, notes: run.notes };
  try {
    const done = await processPhoto(order, deps.process, timings);
    if (done.ok) run.succeeded(done.value);
    else if (done.error.code !== "isolate_busy") run.failed(done.error.code);
  } catch (error) {
    const text = error instanceof Error ? error.stack ?? String(error) : String(error);
    log("error", "shadow_failed", { error: text });
    run.failed(error instanceof AppError ? error.code : "internal_error");
  }
}

import { AppError } from "../errors.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { PhotoRequest } from "../photo/body/photo_request.ts";
import { checkVariants } from "../photo/presets/check_variants.ts";
import { type Looks, STANDARD_LOOKS } from "../photo/presets/preset.ts";
import type { PhotoDeps } from "../photo/photo_deps.ts";
import { PhotoJob } from "../photo/photo_job.ts";
import { processPhoto } from "../photo/process_photo.ts";
import { replyOf } from "../photo/reply.ts";
import { runJob, type Served } from "../photo/run_job.ts";
import { vehiclePlace } from "../photo/vehicle/vehicle_place.ts";
import type { SourceRef } from "../storage/source_store.ts";
import { currentRequest, inRequest } from "../telemetry/trace/current_request.ts";
import { traceOf } from "../telemetry/trace/trace_context.ts";
import type { ItemOutcome, TakenItem } from "./batch_item.ts";
import { itemSettingsSchema } from "./batch_schemas.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

/** The dependencies of {@linkcode processItem}. */
export interface ItemDeps extends Pick<PhotoDeps, "memoryBudget" | "observe" | "process"> {
  /** Reads a photo from Storage with the service's rights: the batch's creation has checked the caller's. */
  readItem(ref: SourceRef): Promise<Result<Uint8Array<ArrayBuffer>>>;
}

/**
 * Processes a batch item like a caller's photo, and records its run. It does not throw.
 *
 * @param item The item.
 * @param deps The dependencies.
 */
export function processItem(item: TakenItem, deps: ItemDeps): Promise<ItemOutcome> {
  const requestId = `batch:${item.batchId}:${item.position}`;
  const trace = currentRequest()?.trace ?? traceOf(new Headers(), false);
  return inRequest({ requestId, trace }, async (): Promise<ItemOutcome> => {
    const job = new PhotoJob(requestId, { origin: "batch" });
    const served = await runJob(job, deps.observe, () => serve(item, job, deps));
    if (!served.ok) return failureOf(served.error, job.hasProgressed);
    if (served.value.by !== "new") throw new Error("A batch's item is processed here only.");
    const { storage_urls, metadata, warnings, vehicle } = replyOf(served.value, job);
    const result = { storage_urls, metadata, warnings, ...(vehicle && { vehicle }) };
    return { kind: "done", result };
  });
}

async function serve(
  item: TakenItem,
  job: PhotoJob,
  { memoryBudget, process, readItem }: ItemDeps,
): Promise<Result<Served>> {
  const { admission } = process;
  if (!admission.charge(TASK_MS.item.each)) return BUSY;
  using memory = memoryBudget.reserve();
  const request = requestOf(item, process.looks ?? STANDARD_LOOKS);
  if (!request.ok) return request;
  const bytes = await job.step("source", () => readItem({ bucket: item.bucket, path: item.path }));
  if (!bytes.ok) return bytes;
  const { length } = bytes.value;
  job.facts.bytesIn = length;
  const hasRoom = memory.grow(length) && admission.charge(TASK_MS.item.perMegabyte * length / 1e6);
  if (!hasRoom) return BUSY;
  const photo = { ...request.value, bytes: bytes.value };
  const done = await processPhoto(job, photo, process);
  return done.ok ? ok({ by: "new", result: done.value, photo }) : done;
}

const BUSY = fail(new AppError("isolate_busy", "This isolate has no room for the photo."));

/** Validates an item's settings again: an older version or another writer may have created the batch. */
function requestOf(
  { bucket, path, settings }: TakenItem,
  { presets }: Looks,
): Result<PhotoRequest> {
  const parsed = itemSettingsSchema().safeParse(settings);
  if (!parsed.success) {
    const message = "This version does not know the item's settings. Create a new batch.";
    return fail(new AppError("invalid_options", message, { cause: parsed.error }));
  }
  const { options, filename = null, force } = parsed.data;
  const place = vehiclePlace(parsed.data);
  const unknown = checkVariants(options, presets, "options.variants");
  if (unknown) return fail(unknown);
  const source = { kind: "storage" as const, ref: { bucket, path } };
  return ok({ source, filename, options, upload: true, returnImages: false, force, ...place });
}

/** Converts an error to an outcome. Errors of the function or its dependencies can pass; errors of the photo stay. */
function failureOf(
  { code, message, status, retryable }: AppError,
  hasProgressed: boolean,
): ItemOutcome {
  if (code === "isolate_busy") return { kind: "no_room", hasProgressed };
  return { kind: "failed", error: { code, message }, retryable: retryable || status >= 500 };
}

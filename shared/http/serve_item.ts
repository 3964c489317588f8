import type { ItemOutcome, TakenItem } from "../batch/batch_item.ts";
import { AppError } from "../errors.ts";
import { log } from "../log.ts";
import { processPhoto } from "../process/process_photo.ts";
import { Timings } from "../process/timings.ts";
import { fail, ok, type Result } from "../result.ts";
import type { SourceRef } from "../storage/source_store.ts";
import { currentRequest, inRequest } from "../trace/current_request.ts";
import { traceOf } from "../trace/trace_context.ts";
import { itemSettingsSchema } from "./batch_schemas.ts";
import type { PhotoInput } from "./body/photo_input.ts";
import { logRefusal } from "./log_refusal.ts";
import type { PhotoDeps } from "./photo_deps.ts";
import { replyOf } from "./respond.ts";
import { RunDraft } from "./run_draft.ts";
import { settled } from "./settled.ts";

/** What processing an item needs. */
export interface ItemDeps extends Pick<PhotoDeps, "bodyRoom" | "observe" | "process"> {
  /** Reads a photo that is in Storage, with the service's rights: whoever made the batch was allowed to read it then. */
  readItem(ref: SourceRef): Promise<Result<Uint8Array<ArrayBuffer>>>;
}

/** CPU of an item beside processing: for each, and for a megabyte of its photo; in milliseconds. */
const ITEM_MS = { each: 10, perMegabyte: 3 };

/** Nobody goes away from an item. */
const NOBODY = { signal: new AbortController().signal };

/**
 * Processes a photo of a batch, on the same way as any other: what is in Storage already is not rendered again, and what came
 * of it is observed.
 *
 * @param item The item.
 * @param deps What it needs.
 * @returns What became of it; it does not throw.
 */
export function serveItem(item: TakenItem, deps: ItemDeps): Promise<ItemOutcome> {
  const requestId = `batch:${item.batchId}:${item.position}`;
  const trace = currentRequest()?.trace ?? traceOf(new Headers(), false);
  return inRequest({ requestId, trace }, () => serve(item, requestId, deps));
}

async function serve(item: TakenItem, requestId: string, deps: ItemDeps): Promise<ItemOutcome> {
  const { admission } = deps.process;
  if (!admission.spend(ITEM_MS.each)) return { kind: "no_room" };
  const timings = new Timings();
  const run = new RunDraft(requestId, timings, deps.observe);
  using held = deps.bodyRoom.hold();
  const input = inputOf(item);
  if (!input.ok) return outcomeOf(input.error, run);
  const done = await settled(async () => {
    const { bucket, path } = item;
    const photo = await timings.measure("source", () => deps.readItem({ bucket, path }));
    if (!photo.ok) return photo;
    const { length } = photo.value;
    run.bytesIn = length;
    if (!held.take(length) || !admission.spend(ITEM_MS.perMegabyte * length / 1e6)) return BUSY;
    const { options, force } = input.value;
    const order = { photo: photo.value, options, upload: true, force, needsFiles: false };
    return await processPhoto({ ...order, notes: run.notes }, deps.process, timings);
  }, NOBODY);
  if (!done.ok) return outcomeOf(done.error, run);
  const codes = done.value.warnings.map(({ code }) => code);
  const { reused } = done.value;
  log("info", "processed", { served_by: "new", reused, warnings: codes, timings_ms: timings });
  run.succeeded(done.value);
  const reply = replyOf(done.value, input.value, timings, requestId);
  const { storage_urls, metadata, warnings } = reply;
  return { kind: "done", result: { storage_urls, metadata, warnings } };
}

const BUSY = fail(new AppError("isolate_busy", "There is no room for the photo."));

function inputOf(item: TakenItem): Result<PhotoInput> {
  const { bucket, path } = item;
  const settings = itemSettingsSchema().safeParse(item.settings);
  if (!settings.success) {
    // An option that there was when the batch was made, or somebody else has made the batch.
    const message = "The item's settings are none that this version knows. Make a new batch of it.";
    return fail(new AppError("invalid_options", message, { cause: settings.error }));
  }
  const { options, filename = null, force } = settings.data;
  return ok({
    source: { kind: "storage", ref: { bucket, path } },
    filename,
    options,
    upload: true,
    returnImages: false,
    force,
  });
}

/** What fails by a fault of ours or of what is asked here may succeed later; what is wrong with the photo stays wrong. */
function outcomeOf(error: AppError, run: RunDraft): ItemOutcome {
  const { code, message, status, retryable } = error;
  if (code === "isolate_busy") return { kind: "no_room" };
  logRefusal(error);
  run.failed(code);
  return { kind: "failed", error: { code, message }, retryable: retryable || status >= 500 };
}

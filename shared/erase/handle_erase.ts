import type { Caller } from "../http/auth/caller.ts";
import type { HttpContext } from "../http/context.ts";
import { SETTINGS_BOUNDS } from "../http/json_body.ts";
import { readJson } from "../http/read_json.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";
import { isolateBusy } from "../isolate/isolate_busy.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { PhotoDeps } from "../photo/photo_deps.ts";
import type { SourceRef } from "../storage/source_store.ts";
import { log } from "../telemetry/log.ts";
import { erasePhoto, type PhotoFiles } from "./erase_photo.ts";
import type { ErasedPhoto, EraseReply } from "./erase_reply_schema.ts";
import { eraseRequestSchema } from "./erase_schemas.ts";

/** The dependencies of {@linkcode erasePhotos}. */
export interface EraseDeps extends Pick<PhotoDeps, "memoryBudget" | "process" | "readSource"> {
  /** Returns the places of photos' files, for a caller. */
  photoFiles(caller: Caller): Omit<PhotoFiles, "readSource">;
}

/**
 * Answers `POST /process-image/delete`: deletes photos with their cutouts, results and originals, one after the other.
 *
 * @returns The answer, or `readJson`'s errors, `isolate_busy`.
 * @throws {AppError} The errors of {@linkcode erasePhoto}. Photos before the failed one are deleted.
 */
export async function erasePhotos(
  { req, var: { caller, requestId } }: HttpContext,
  deps: EraseDeps,
): Promise<Result<Response>> {
  const body = await readJson(req.raw, eraseRequestSchema(), SETTINGS_BOUNDS);
  if (!body.ok) return body;
  const { memoryBudget, process: { admission }, readSource, photoFiles } = deps;
  const files = photoFiles(caller);
  const photos: ErasedPhoto[] = [];
  for (const photo of body.value.photos) {
    if (!admission.charge(TASK_MS.erase.each)) return fail(isolateBusy());
    using memory = memoryBudget.reserve();
    const read = async (ref: SourceRef) => {
      const original = await readSource(caller, ref);
      if (!original.ok) return original;
      const { length } = original.value;
      const hasRoom = memory.grow(length) &&
        admission.charge(TASK_MS.erase.perMegabyte * length / 1e6);
      return hasRoom ? original : fail(isolateBusy());
    };
    photos.push(await erasePhoto(photo, { ...files, readSource: read }));
  }
  for (const { photo_hash, results, cutouts, originals } of photos) {
    log("info", "photo_deleted", { photo_hash, results, cutouts, originals: originals.length });
  }
  const reply: EraseReply = { photos, request_id: requestId };
  return ok(Response.json(reply, { headers: { "cache-control": "no-store" } }));
}

import { sha256 } from "../../shared/lib/sha256.ts";
import type { BatchApi, BatchRequest } from "./batch_api.ts";
import { BUCKET } from "./originals.ts";
import type { Uploaded } from "./upload_photos.ts";

/** Photos of a batch, at most: the function takes no more. */
export const MAX_ITEMS = 500;

/** Characters of a file's name, at most: the function takes no more. */
const MAX_NAME = 255;

/** What holds for all photos of a folder. */
export interface BatchSettings {
  options?: Record<string, unknown>;
  /** When it may begin, as ISO 8601. */
  notBefore?: string;
  webhook?: string;
  /** Whether variants are rendered again that are in Storage. */
  force?: boolean;
  /** Makes another batch of the same photos: any text that was not used before. */
  again?: string;
}

/** A batch that is enqueued. */
export interface Enqueued {
  id: string;
  /** False if the same photos with the same settings were a batch already. */
  isNew: boolean;
}

/**
 * Enqueues uploaded photos. The key of the request is the hash of all that it says: the same photos with the same settings
 * are the same batch, however often the command runs.
 *
 * @param photos {@linkcode MAX_ITEMS} at most.
 * @throws {BatchError} If the function refuses it, or does not answer.
 */
export async function enqueue(
  api: BatchApi,
  photos: readonly (Uploaded & { ok: true })[],
  { options, notBefore, webhook, force, again }: BatchSettings,
  signal?: AbortSignal,
): Promise<Enqueued> {
  const request: BatchRequest = {
    items: photos.map(({ photo, path }) => ({
      storage_path: { bucket: BUCKET, path },
      filename: shortName(photo.name),
      ...(options && { options }),
      ...(force && { force }),
    })),
    ...(notBefore && { not_before: notBefore }),
    ...(webhook && { webhook_url: webhook }),
  };
  const content = new TextEncoder().encode(JSON.stringify([request, again ?? ""]));
  const { batch_id, created } = await api.create(request, await sha256(content), signal);
  return { id: batch_id, isNew: created ?? true };
}

/** The end of a name tells more than its beginning. Half a character would be no text. */
function shortName(name: string): string {
  return name.slice(-MAX_NAME).toWellFormed();
}

import { sha256 } from "../../shared/lib/sha256.ts";
import type { BatchApi, BatchRequest } from "./batch_api.ts";
import { BUCKET } from "./originals.ts";
import type { Uploaded } from "./upload_photos.ts";

/** The function's bound on the photos of a batch. */
export const MAX_ITEMS = 500;

/** The function's bound on the characters of a file name. */
const MAX_NAME = 255;

/** Settings for all photos of a folder. */
export interface BatchSettings {
  options?: Record<string, unknown>;
  /** Earliest start, as ISO 8601. */
  notBefore?: string;
  webhook?: string;
  /** Whether the function renders photos whose results are in Storage. */
  force?: boolean;
  /** Any unused text; it creates a new batch of the same photos. */
  again?: string;
}

/** An enqueued batch. */
export interface Enqueued {
  id: string;
  /** Whether the batch is new; `false` if there was one with the same photos and settings. */
  isNew: boolean;
}

/**
 * Enqueues uploaded photos. The idempotency key is a hash of the request, so repeated runs with the same photos and
 * settings return the same batch.
 *
 * @param photos At most {@linkcode MAX_ITEMS}.
 * @throws {BatchError} If the function refuses the batch or does not answer.
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

/** Shortens a name to its end, which is more specific, without splitting a character. */
function shortName(name: string): string {
  return name.slice(-MAX_NAME).toWellFormed();
}

import type { SupabaseClient } from "../storage/supabase_client.ts";
import { AppError } from "../errors.ts";
import { photoHash } from "../lib/sha256.ts";
import type { Result } from "../lib/result.ts";
import type { CutoutLinks } from "../storage/cutout_links.ts";
import { filesBelow, removeFiles } from "../storage/removed_files.ts";
import type { SourceRef } from "../storage/source_store.ts";
import { WORKING_FOLDER } from "../storage/working_store.ts";
import type { Attempt, RetryBounds } from "../storage/with_retries.ts";
import type { ErasedPhoto } from "./erase_reply_schema.ts";
import type { PhotoToErase } from "./erase_schemas.ts";

/** Extensions that the client and `deno task batch` give to originals whose name is their hash. */
const EXTENSIONS = ["jpg", "png", "webp", "avif", "heic", "tiff", "gif", "bmp"];

/** The places of a photo's files. */
export interface PhotoFiles {
  /** A client with the service's rights: only the service may delete results and cutouts. */
  service: SupabaseClient;
  /** A client with the caller's own rights, for originals. */
  caller: SupabaseClient;
  /** The database's records about photos. */
  links: Pick<CutoutLinks, "pathsOf" | "forget">;
  buckets: {
    results: string;
    /** Unset if cutouts are not cached. */
    cutouts?: string;
    sources: readonly string[];
  };
  bounds: RetryBounds;
  /** Reads an original with the caller's own rights. */
  readSource(ref: SourceRef): Promise<Result<Uint8Array<ArrayBuffer>>>;
}

/**
 * Deletes a photo's cached cutouts and working images, its results with all options, and its original. The original comes last, so that a
 * repeated request by its path finds the photo.
 *
 * @param photo The photo, by its hash or by the path of its original.
 * @param files The stores.
 * @returns What was deleted. Without an original at the path, nothing: its hash is unknown.
 * @throws {AppError} `source_forbidden`, `body_too_large`, `storage_failed`, `storage_rejected`, `queue_unavailable`
 */
export async function erasePhoto(
  { photo_hash: given, storage_path: path }: PhotoToErase,
  files: PhotoFiles,
): Promise<ErasedPhoto> {
  const hash = path ? await hashOf(path, files) : given!;
  if (hash === null) return { photo_hash: null, results: 0, cutouts: 0, originals: [] };
  const cutouts = await eraseCutouts(hash, files);
  const results = await eraseResults(hash, files);
  const originals = await eraseOriginals(hash, path, files);
  return { photo_hash: hash, results, cutouts, originals };
}

async function hashOf(path: SourceRef, { readSource }: PhotoFiles): Promise<string | null> {
  const original = await readSource(path);
  if (original.ok) return await photoHash(original.value);
  if (original.error.code === "source_not_found") return null;
  throw original.error;
}

async function eraseCutouts(
  hash: string,
  { service, links, buckets, bounds }: PhotoFiles,
): Promise<number> {
  const cutouts = await orUnavailable(links.pathsOf(hash));
  const { cutouts: bucket } = buckets;
  let removed = 0;
  if (bucket !== undefined) {
    const working = await filesBelow(service, bucket, `${WORKING_FOLDER}/${hash}`, bounds);
    const paths = [...cutouts, ...unwrap(working)];
    removed = unwrap(await removeFiles(service, bucket, paths, bounds)).length;
  }
  await orUnavailable(links.forget(hash));
  return removed;
}

async function eraseResults(
  hash: string,
  { service, buckets, bounds }: PhotoFiles,
): Promise<number> {
  const paths = unwrap(await filesBelow(service, buckets.results, hash, bounds));
  return unwrap(await removeFiles(service, buckets.results, paths, bounds)).length;
}

async function eraseOriginals(
  hash: string,
  named: SourceRef | undefined,
  { caller, buckets, bounds }: PhotoFiles,
): Promise<ErasedPhoto["originals"]> {
  const originals: ErasedPhoto["originals"] = [];
  for (const bucket of buckets.sources) {
    const path = named?.bucket === bucket ? named.path : undefined;
    const candidates = EXTENSIONS.map((extension) => `${hash}.${extension}`);
    const paths = [...new Set([...path === undefined ? [] : [path], ...candidates])];
    const removed = new Set(unwrap(await removeFiles(caller, bucket, paths, bounds)));
    for (const one of paths) {
      const deleted = removed.has(one);
      if (deleted || one === path) originals.push({ bucket, path: one, deleted });
    }
  }
  return originals;
}

async function orUnavailable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    const message = "The database, which knows the photo's cutouts, cannot be reached. Try again.";
    throw new AppError("queue_unavailable", message, { cause });
  }
}

function unwrap<T>(attempt: Attempt<T>): T {
  if (attempt.ok) return attempt.value;
  const { reason, advice, retryable, cause } = attempt.failure;
  const next = retryable ? "Send the same request again: what is deleted stays deleted." : advice;
  const code = retryable ? "storage_failed" : "storage_rejected";
  const message = `The photo's files could not all be deleted: ${reason}. ${next}`.trim();
  throw new AppError(code, message, { cause });
}

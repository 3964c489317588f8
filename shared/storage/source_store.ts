import type { SupabaseClient } from "./supabase_client.ts";
import { AppError } from "../errors.ts";
import { readLimited } from "../lib/read_limited.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { describeFailure, type StorageFailure } from "./storage_failure.ts";
import { type Attempt, type RetryBounds, withRetries } from "./with_retries.ts";

/** Location of a photo in Storage. */
export interface SourceRef {
  bucket: string;
  path: string;
}

/** Bounds on reading photos from Storage. */
export interface SourceLimits extends RetryBounds {
  /** The buckets that may be read. */
  buckets: readonly string[];
  /** Bound on a photo, in bytes. */
  maxBytes: number;
}

/**
 * Reads a photo from Supabase Storage.
 *
 * @param client A client with the caller's own rights, never the service's: it can read only what the caller may read.
 * @param ref The photo's location.
 * @param limits Bounds on the read.
 * @returns The encoded photo, or `source_forbidden`, `source_not_found`, `body_too_large`, `storage_failed`.
 */
export async function readSource(
  client: SupabaseClient,
  ref: SourceRef,
  limits: SourceLimits,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  if (!limits.buckets.includes(ref.bucket)) {
    const message = `The bucket "${ref.bucket}" is not one that photos may come from. Use one of ${
      limits.buckets.join(", ")
    }.`;
    return fail(
      new AppError("source_forbidden", message, { details: { buckets: limits.buckets } }),
    );
  }
  // supabase-js does not encode paths: "#", "?" and "%" would address another object.
  const encoded = ref.path.split("/").map(encodeURIComponent).join("/");
  const read = await withRetries(() => download(client, { ...ref, path: encoded }, limits), limits);
  if (!read.ok) return fail(sourceError(ref, read.failure));
  const bytes = read.value;
  if (bytes === null) {
    const message =
      `The photo in Storage is larger than ${limits.maxBytes} bytes. Send a smaller one.`;
    return fail(
      new AppError("body_too_large", message, { details: { max_bytes: limits.maxBytes } }),
    );
  }
  return ok(bytes);
}

/** Downloads a photo. @returns The bytes; `null` if there are more than the bound. */
async function download(
  client: SupabaseClient,
  { bucket, path }: SourceRef,
  { maxBytes }: SourceLimits,
): Promise<Attempt<Uint8Array<ArrayBuffer> | null>> {
  const { data, error } = await client.storage.from(bucket).download(path).asStream();
  if (error) return { ok: false, failure: describeFailure(error) };
  try {
    return { ok: true, value: await readLimited(data, maxBytes) };
  } catch (cause) {
    return { ok: false, failure: describeFailure({ message: String(cause) }) };
  }
}

/** Converts a failure to an error. Like Storage, it does not distinguish a missing object from a forbidden one. */
function sourceError(ref: SourceRef, { reason, retryable, cause }: StorageFailure): AppError {
  if (retryable) return new AppError("storage_failed", `${reason}. Try again.`, { cause });
  const message =
    `There is no photo at "${ref.path}" in the bucket "${ref.bucket}", or the caller may not read it.`;
  return new AppError("source_not_found", message, { cause });
}

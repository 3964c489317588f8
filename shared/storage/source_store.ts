import type { SupabaseClient } from "@supabase/supabase-js";
import { AppError } from "../errors.ts";
import { readLimited } from "../lib/read_limited.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { describeFailure, type StorageFailure } from "./storage_failure.ts";
import { type Attempt, type RetryBounds, withRetries } from "./with_retries.ts";

/** A photo that is in Storage already. */
export interface SourceRef {
  bucket: string;
  path: string;
}

/** What bounds the reading of photos from Storage. */
export interface SourceLimits extends RetryBounds {
  /** The buckets that may be read. */
  buckets: readonly string[];
  /** Bound on a photo, in bytes. */
  maxBytes: number;
}

/**
 * Reads a photo from Supabase Storage.
 *
 * @param client A client with the caller's own rights, never the service's: what the caller may not read, this may not.
 * @param ref Where it is.
 * @param limits What may be read.
 * @returns The encoded photo, or `source_forbidden`, `source_not_found`, `body_too_large`, `storage_failed`.
 */
export async function readSource(
  client: SupabaseClient,
  ref: SourceRef,
  limits: SourceLimits,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  if (!limits.buckets.includes(ref.bucket)) {
    const message = `The bucket "${ref.bucket}" is not open to storage_path. Use one of ${
      limits.buckets.join(", ")
    }.`;
    return fail(
      new AppError("source_forbidden", message, { details: { buckets: limits.buckets } }),
    );
  }
  // supabase-js does not encode paths: "#", "?" and "%" would change which object is meant.
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

/** @returns The bytes, or `null` if there are too many. */
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

/** Storage answers a missing object and one that the caller may not see alike: so does this. */
function sourceError(ref: SourceRef, { reason, retryable, cause }: StorageFailure): AppError {
  if (retryable) return new AppError("storage_failed", `${reason}. Try again.`, { cause });
  const message =
    `There is no photo at "${ref.path}" in the bucket "${ref.bucket}", or the caller may not read it.`;
  return new AppError("source_not_found", message, { cause });
}

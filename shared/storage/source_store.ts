import type { SupabaseClient } from "@supabase/supabase-js";
import { AppError } from "../errors.ts";
import { readLimited } from "../read_limited.ts";
import { fail, ok, type Result } from "../result.ts";
import { describeFailure } from "./storage_failure.ts";

/** A photo that is in Storage already. */
export interface SourceRef {
  bucket: string;
  path: string;
}

/** What bounds the reading of photos from Storage. */
export interface SourceLimits {
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
  const { data, error } = await client.storage.from(ref.bucket).download(encoded).asStream();
  if (error) return fail(sourceError(ref, error));
  const bytes = await readLimited(data, limits.maxBytes);
  if (bytes === null) {
    const message =
      `The photo in Storage is larger than ${limits.maxBytes} bytes. Send a smaller one.`;
    return fail(
      new AppError("body_too_large", message, { details: { max_bytes: limits.maxBytes } }),
    );
  }
  return ok(bytes);
}

/** Storage answers a missing object and one that the caller may not see alike: so does this. */
function sourceError(
  ref: SourceRef,
  error: { message: string; status?: number; statusCode?: string },
): AppError {
  const failure = describeFailure(error);
  if (failure.retryable) {
    return new AppError("storage_failed", `${failure.reason}. Try again.`, {
      cause: failure.cause,
    });
  }
  const message =
    `There is no photo at "${ref.path}" in the bucket "${ref.bucket}", or the caller may not read it.`;
  return new AppError("source_not_found", message, { cause: failure.cause });
}

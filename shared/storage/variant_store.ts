import type { SupabaseClient } from "./supabase_client.ts";
import { AppError } from "../errors.ts";
import { OUTPUT_FORMATS, type OutputFormat } from "../image/image_format.ts";
import type { VariantName } from "../image/plan.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { describeFailure, type StorageFailure } from "./storage_failure.ts";
import { type Attempt, withRetries } from "./with_retries.ts";

/** Cache lifetime of a variant, in seconds: a year. Paths are content-addressed, so a file never changes. */
const CACHE_SECONDS = 31_536_000;

/** A file to store. */
export interface VariantFile {
  name: VariantName;
  format: OutputFormat;
  /** The encoded file. */
  file: Uint8Array<ArrayBuffer>;
  /** Its path in the bucket: hashes and fixed names only, since supabase-js does not encode it. */
  path: string;
}

/** Writes variants to a public bucket of Supabase Storage. */
export class VariantStore {
  readonly #client: SupabaseClient;
  readonly #bucket: string;
  readonly #publicUrl: string;
  readonly #timeoutMs: number;

  /**
   * @param client A client whose key may write to the bucket.
   * @param bucket The bucket's name.
   * @param publicUrl The project's address as browsers reach it.
   * @param timeoutMs The client's bound on one try of an upload, in milliseconds.
   */
  constructor(client: SupabaseClient, bucket: string, publicUrl: string, timeoutMs: number) {
    this.#client = client;
    this.#bucket = bucket;
    this.#publicUrl = publicUrl;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Uploads all files in parallel.
   *
   * Storing a file again replaces it with the same bytes. So temporary failures are retried here, and a caller may repeat
   * a request that failed halfway.
   *
   * @param files The files.
   * @param signal Aborted when the caller disconnects; this stops the retries.
   * @returns The public addresses if every file is stored. Otherwise `storage_failed` (worth a retry) or
   * `storage_rejected` (a setting is wrong); its details list the stored and the failed files.
   * @throws {unknown} The signal's reason, once it is aborted.
   */
  async save(
    files: VariantFile[],
    signal?: AbortSignal,
  ): Promise<Result<Record<VariantName, string>>> {
    const bounds = { timeoutMs: this.#timeoutMs, signal };
    const uploads = await Promise.all(
      files.map((file) => withRetries(() => this.#upload(file), bounds)),
    );
    const failed = files.flatMap((file, index) => {
      const upload = uploads[index];
      return upload.ok ? [] : [{ file, failure: upload.failure }];
    });
    if (failed.length > 0) return fail(storageError(files, failed, this.#bucket));
    return ok(this.urlsOf(files));
  }

  /** Returns the files' public addresses, without checking that the files exist. */
  urlsOf(files: Pick<VariantFile, "name" | "path">[]): Record<VariantName, string> {
    const base = `${this.#publicUrl}/storage/v1/object/public/${this.#bucket}`;
    return Object.fromEntries(files.map(({ name, path }) => [name, `${base}/${path}`]));
  }

  async #upload({ path, file, format }: VariantFile): Promise<Attempt<null>> {
    const { error } = await this.#client.storage.from(this.#bucket).upload(path, file, {
      contentType: OUTPUT_FORMATS[format].contentType,
      cacheControl: String(CACHE_SECONDS),
      upsert: true,
    });
    return error ? { ok: false, failure: describeFailure(error) } : { ok: true, value: null };
  }
}

function storageError(
  files: VariantFile[],
  failed: { file: VariantFile; failure: StorageFailure }[],
  bucket: string,
): AppError {
  const stored = files.filter((file) => !failed.some((entry) => entry.file === file)).map((file) =>
    file.name
  );
  const worst = failed.find(({ failure }) => !failure.retryable) ?? failed[0];
  const advice = worst.failure.retryable
    ? "Send the photo again: what is stored already is kept."
    : worst.failure.advice;
  return new AppError(
    worst.failure.retryable ? "storage_failed" : "storage_rejected",
    `${failed.length} of ${files.length} variants could not be stored in "${bucket}": ${worst.failure.reason}. ${advice}`,
    {
      details: {
        stored,
        failed: failed.map(({ file, failure }) => ({ variant: file.name, reason: failure.reason })),
      },
      cause: worst.failure.cause,
    },
  );
}

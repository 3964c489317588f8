import type { SupabaseClient } from "./supabase_client.ts";
import { z } from "zod";
import { onFirstUse } from "../lib/on_first_use.ts";
import { AppError } from "../errors.ts";
import { readLimited } from "../lib/read_limited.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { describeFailure } from "./storage_failure.ts";
import { withRetries } from "./with_retries.ts";

/**
 * The folder of the parts, with the version of their form. Raise it when the parts of the same photo change; the older ones
 * are pruned with the cutouts.
 */
export const WORKING_FOLDER = "working-v1";

/** Bound on a part, in bytes: the bucket's limit. A working image of 2304 x 2304 pixels with alpha has 21 MB. */
const MAX_PART_BYTES = 24 << 20;

/** Bound on the parts of a photo: a grid of 200 megapixels has 24 rows of tiles. */
const MAX_PARTS = 100;

const listSchema = onFirstUse(() => z.array(z.object({ name: z.string() })).max(MAX_PARTS));

/** Keeps the parts of working images in the private bucket of the cutouts, by the photo's hash. */
export class WorkingStore {
  readonly #client: SupabaseClient;
  readonly #bucket: string;
  readonly #timeoutMs: number;

  /**
   * @param client A client with the service's key: only the service may use the bucket.
   * @param bucket The bucket's name.
   * @param timeoutMs The client's bound on one try of a call, in milliseconds.
   */
  constructor(client: SupabaseClient, bucket: string, timeoutMs: number) {
    this.#client = client;
    this.#bucket = bucket;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Lists the parts of a photo.
   *
   * @param hash The SHA-256 of the photo, as 64 hexadecimal digits.
   * @param signal Aborts the call.
   * @returns The names of the parts.
   * @throws {Error} If the call fails.
   */
  async list(hash: string, signal: AbortSignal): Promise<string[]> {
    const options = { limit: MAX_PARTS };
    const { data, error } = await this.#files.list(`${WORKING_FOLDER}/${hash}`, options, {
      signal,
    });
    if (error) throw new Error(describeFailure(error).reason, { cause: error });
    return listSchema().parse(data).map(({ name }) => name.slice(name.lastIndexOf("/") + 1));
  }

  /**
   * Reads a part.
   *
   * @param name Its name.
   * @param signal Aborts the call.
   * @throws {Error} If it cannot be read.
   */
  async read(hash: string, name: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const path = `${WORKING_FOLDER}/${hash}/${name}`;
    const { data, error } = await this.#files.download(path, {}, { signal }).asStream();
    if (error) throw new Error(describeFailure(error).reason, { cause: error });
    const bytes = await readLimited(data, MAX_PART_BYTES);
    if (!bytes) throw new Error(`${path} is larger than ${MAX_PART_BYTES} bytes`);
    return bytes;
  }

  /**
   * Writes a part, replacing an existing one. Temporary failures are retried.
   *
   * @param signal Aborted when the caller disconnects; this stops the retries.
   * @returns Nothing, `storage_failed` (worth a retry) or `storage_rejected` (a setting is wrong).
   * @throws {unknown} The signal's reason, once it is aborted.
   */
  async keep(
    hash: string,
    name: string,
    bytes: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
  ): Promise<Result<null>> {
    const kept = await withRetries(async () => {
      const options = { contentType: "application/octet-stream", upsert: true };
      const { error } = await this.#files.upload(
        `${WORKING_FOLDER}/${hash}/${name}`,
        bytes,
        options,
      );
      return error ? { ok: false, failure: describeFailure(error) } : { ok: true, value: null };
    }, { timeoutMs: this.#timeoutMs, signal });
    if (kept.ok) return ok(null);
    const { retryable, reason, advice, cause } = kept.failure;
    return fail(
      new AppError(
        retryable ? "storage_failed" : "storage_rejected",
        `The decoded photo could not be stored in "${this.#bucket}": ${reason}. ` +
          (retryable ? "Send the photo again." : advice),
        { details: { stored: [], failed: [{ reason }] }, cause },
      ),
    );
  }

  /**
   * Removes the parts of a photo.
   *
   * @throws {Error} If the call fails.
   */
  async drop(hash: string, names: readonly string[]): Promise<void> {
    const { error } = await this.#files.remove(
      names.map((name) => `${WORKING_FOLDER}/${hash}/${name}`),
    );
    if (error) throw new Error(describeFailure(error).reason, { cause: error });
  }

  get #files() {
    return this.#client.storage.from(this.#bucket);
  }
}

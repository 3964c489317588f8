import type { SupabaseClient } from "./supabase_client.ts";
import { readLimited } from "../lib/read_limited.ts";
import { describeFailure } from "./storage_failure.ts";
import { withRetries } from "./with_retries.ts";

/** Bound on a cutout, in bytes: accepted replies of API4.ai have none larger. */
const MAX_CUTOUT_BYTES = 24 << 20;

/** Cutouts in a private bucket of Supabase Storage. */
export class CutoutStore {
  readonly #client: SupabaseClient;
  readonly #bucket: string;
  readonly #timeoutMs: number;

  /**
   * @param client A client with the service's key: only the service may read the bucket.
   * @param bucket The bucket's name.
   * @param timeoutMs The client's bound on one try of a call, in milliseconds.
   */
  constructor(client: SupabaseClient, bucket: string, timeoutMs: number) {
    this.#client = client;
    this.#bucket = bucket;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Reads a cutout, in one try: the caller can request the cutout from the provider instead.
   *
   * @param path Its path: hashes and fixed names only, since supabase-js does not encode it.
   * @param signal Aborts the call.
   * @returns The encoded image; `null` if there is none.
   * @throws {Error} If the call fails.
   */
  async find(path: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | null> {
    const { data, error } = await this.#files.download(path, {}, { signal }).asStream();
    if (!error) return await readLimited(data, MAX_CUTOUT_BYTES);
    const { status, statusCode } = error as { status?: number; statusCode?: string };
    if (status === 404 || statusCode === "404") return null;
    throw new Error(describeFailure(error).reason, { cause: error });
  }

  /**
   * Writes a cutout, replacing an existing one. Temporary failures are retried.
   *
   * @throws {Error} If the write fails.
   */
  async keep(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const stored = await withRetries(async () => {
      const options = { contentType: "image/png", upsert: true };
      const { error } = await this.#files.upload(path, bytes, options);
      return error ? { ok: false, failure: describeFailure(error) } : { ok: true, value: null };
    }, { timeoutMs: this.#timeoutMs });
    if (!stored.ok) throw new Error(`${stored.failure.reason}. ${stored.failure.advice}`.trim());
  }

  /**
   * Removes a cutout, if it exists.
   *
   * @throws {Error} If the call fails.
   */
  async drop(path: string): Promise<void> {
    const { error } = await this.#files.remove([path]);
    if (error) throw new Error(describeFailure(error).reason, { cause: error });
  }

  get #files() {
    return this.#client.storage.from(this.#bucket);
  }
}

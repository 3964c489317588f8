import type { SupabaseClient } from "./supabase_client.ts";
import { z } from "zod";
import { readLimited } from "../lib/read_limited.ts";
import { withTimeout } from "../lib/with_timeout.ts";
import { type Manifest, MANIFEST_NAME, MAX_ETAG_CHARACTERS, readManifest } from "./manifest.ts";
import { isInForce, REFUSAL_NAME, refusalFile } from "./refusal.ts";
import { describeFailure } from "./storage_failure.ts";

/** Bound on a manifest, in bytes: a typical one has 400. */
const MAX_MANIFEST_BYTES = 16 << 10;

/** Bound on the files of a list: a folder of variants has fewer. */
const MAX_FILES = 100;

/** Bound on writing a manifest, in milliseconds: the variants are stored, and their caller waits. */
const WRITE_TIMEOUT_MS = 1_500;

/** Schema of a list. Entries that are not files have no size. */
const listSchema = z.array(
  z.object({
    name: z.string(),
    metadata: z.object({ size: z.number().optional(), eTag: z.string().optional() }).nullish(),
  }),
).max(MAX_FILES);

/** A file as Storage lists it. */
export interface ListedFile {
  /** Its size, in bytes. */
  bytes: number;
  /** ETag, which changes when the file is overwritten with other bytes; `null` if Storage lists none. */
  etag: string | null;
}

/** Finds stored results, and writes their manifests and refusals. */
export class ResultStore {
  readonly #bucket: ReturnType<SupabaseClient["storage"]["from"]>;

  /**
   * @param client A client whose key may list, read and write the bucket.
   * @param bucket The bucket of the variants.
   */
  constructor(client: SupabaseClient, bucket: string) {
    this.#bucket = client.storage.from(bucket);
  }

  /**
   * Lists the files of a folder in one call. The list comes from the database, not from a cache, so it is current.
   *
   * @param folder The folder: hashes only, since supabase-js does not encode it.
   * @param signal Aborts the call.
   * @returns The files by name; empty for a folder that does not exist.
   * @throws {Error} If the call fails.
   */
  async list(folder: string, signal: AbortSignal): Promise<ReadonlyMap<string, ListedFile>> {
    const { data, error } = await this.#bucket.list(folder, { limit: MAX_FILES }, { signal });
    if (error) throw failed(error);
    const files = listSchema.parse(data);
    return new Map(
      files.map(({ name, metadata }) => [
        lastPart(name),
        { bytes: metadata?.size ?? 0, etag: etagOf(metadata?.eTag) },
      ]),
    );
  }

  /**
   * Reads a folder's manifest.
   *
   * @param folder The folder.
   * @param signal Aborts the call.
   * @returns The manifest; `null` if it is damaged or of another version.
   * @throws {Error} If it cannot be read.
   */
  async manifestOf(folder: string, signal: AbortSignal): Promise<Manifest | null> {
    return readManifest(await this.read(`${folder}/${MANIFEST_NAME}`, MAX_MANIFEST_BYTES, signal));
  }

  /**
   * Checks whether a folder's photo is still refused.
   *
   * @param folder A folder that has a refusal.
   * @param signal Aborts the call.
   * @throws {Error} If the refusal cannot be read.
   */
  async isRefused(folder: string, signal: AbortSignal): Promise<boolean> {
    const file = await this.read(`${folder}/${REFUSAL_NAME}`, MAX_MANIFEST_BYTES, signal);
    return isInForce(file, new Date());
  }

  /**
   * Reads a file.
   *
   * @param path The file's path.
   * @param maxBytes Bound on the file, in bytes.
   * @param signal Aborts the call.
   * @throws {Error} If it cannot be read or is larger.
   */
  async read(
    path: string,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { data, error } = await this.#bucket.download(path, {}, { signal }).asStream();
    if (error) throw failed(error);
    const bytes = await readLimited(data, maxBytes);
    if (!bytes) throw new Error(`${path} is larger than ${maxBytes} bytes`);
    return bytes;
  }

  /**
   * Writes a folder's manifest. Every file that it describes must be stored already.
   *
   * @param folder The folder.
   * @param manifest The manifest.
   * @throws {Error} If it is not stored.
   */
  async writeManifest(folder: string, manifest: Manifest): Promise<void> {
    const file = new TextEncoder().encode(JSON.stringify(manifest));
    await this.#writeJson(`${folder}/${MANIFEST_NAME}`, file);
  }

  /**
   * Writes a folder's refusal.
   *
   * @param folder The folder.
   * @param crashedAt The time at which the photo crashed the image engine.
   * @throws {Error} If it is not stored.
   */
  async writeRefusal(folder: string, crashedAt: Date): Promise<void> {
    await this.#writeJson(`${folder}/${REFUSAL_NAME}`, refusalFile(crashedAt));
  }

  async #writeJson(path: string, file: Uint8Array<ArrayBuffer>): Promise<void> {
    const { error } = await withTimeout(
      WRITE_TIMEOUT_MS,
      this.#bucket.upload(path, file, {
        contentType: "application/json",
        // Unlike the variants, these files change: with an additional variant, or another crash of the photo.
        cacheControl: "0",
        upsert: true,
      }),
    );
    if (error) throw failed(error);
  }
}

function etagOf(listed = ""): string | null {
  return listed === "" || listed.length > MAX_ETAG_CHARACTERS ? null : listed;
}

/** Returns a listed file's name. Hosted Supabase lists the name only, the local one the whole path. */
function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function failed(error: Parameters<typeof describeFailure>[0]): Error {
  return new Error(describeFailure(error).reason, { cause: error });
}

import { networkFailed, ProcessImageError } from "./process_image_error.ts";
import { retrying, type RetryOptions } from "./retrying.ts";
import { callStorage, sendChunk, type StorageAnswer, type StorageCall } from "./send_chunk.ts";
import type { StorageAccess } from "./storage_access.ts";
import { uploadFailure } from "./upload_failure.ts";
import { UploadMemory } from "./upload_memory.ts";
import type { StoragePath } from "./types.ts";

/** Bytes of a part: Supabase requires exactly this size, except for the last part. */
const CHUNK_BYTES = 6 * 1024 * 1024;

/** Bound on the restarts of an upload that Storage has lost. */
const MAX_STARTS = 3;

/** Options of an upload. */
export interface UploadWay extends RetryOptions {
  signal?: AbortSignal;
  /** Called with the number of bytes sent so far. */
  onSent?: (bytes: number) => void;
  onRetry?: Parameters<typeof retrying>[1]["onRetry"];
}

/**
 * An upload that continues where it stopped, after a failure or a reload of the page. It uses TUS 1.0 as Supabase Storage
 * implements it. A path must always hold the same file: a file that is already there is not sent again.
 */
export class ResumableUpload {
  readonly #access: StorageAccess;
  readonly #target: StoragePath;
  readonly #file: Blob;
  readonly #type: string;
  readonly #way: UploadWay;
  readonly #memory: UploadMemory;
  readonly #endpoint: string;
  /** Address of the upload; `null` if it has not started. */
  #url: string | null;
  /** Bytes that Storage has; `null` if that is unknown. */
  #offset: number | null = null;
  /** Number of starts so far. */
  #starts = 0;

  /** @param type The file's media type. */
  constructor(
    access: StorageAccess,
    target: StoragePath,
    file: Blob,
    type: string,
    way: UploadWay,
  ) {
    this.#access = access;
    this.#target = target;
    this.#file = file;
    this.#type = type;
    this.#way = way;
    this.#endpoint = `${access.url}/upload/resumable`;
    this.#memory = new UploadMemory(`${access.url}/${target.bucket}/${target.path}`);
    this.#url = this.#memory.recall();
  }

  /**
   * Uploads the file.
   *
   * @throws {ProcessImageError} `upload_failed` if Storage refuses it, `network_failed`, `aborted`
   */
  async run(): Promise<void> {
    const { size } = this.#file;
    if (await retrying(() => this.#isThere(), this.#way)) return this.#sent(size);
    // Each part has its own tries, so that a long upload over a bad connection succeeds.
    while (this.#offset !== size) await retrying(() => this.#step(), this.#way);
    this.#forget();
  }

  /** Does the next step: start, ask for the offset, or send a part. */
  async #step(): Promise<void> {
    if (this.#url && this.#offset === null) await this.#ask(this.#url);
    if (!this.#url) return await this.#begin();
    if (this.#offset !== null && this.#offset < this.#file.size) {
      await this.#sendPart(this.#url, this.#offset);
    }
  }

  /** A HEAD without a body cannot distinguish "not found" from "not allowed" (400 or 404); the upload itself does. */
  async #isThere(): Promise<boolean> {
    const { bucket, path } = this.#target;
    const url = `${this.#access.url}/object/${encodeURIComponent(bucket)}/${path}`;
    const { signal } = this.#way;
    const call = { method: "HEAD" as const, headers: await this.#access.headers(), signal };
    return (await callStorage(this.#access, url, call)).status < 300;
  }

  async #begin(): Promise<void> {
    const { bucket, path } = this.#target;
    const metadata = {
      bucketName: bucket,
      objectName: path,
      contentType: this.#type,
      cacheControl: "3600",
    };
    const answer = await this.#call(this.#endpoint, "POST", {
      "upload-length": String(this.#file.size),
      "upload-metadata": Object.entries(metadata)
        .map(([name, value]) => `${name} ${btoa(value)}`).join(","),
      "x-upsert": "false",
    });
    // Another upload was faster, or this caller may upload but not read.
    if (answer.status === 409) return this.#sent(this.#file.size);
    const location = answer.header("location");
    if (answer.status !== 201 || !location) throw uploadFailure(bucket, answer);
    if (++this.#starts > MAX_STARTS) {
      const message = "Storage lost the upload several times. Try again later.";
      throw new ProcessImageError("upload_failed", message, { details: { bucket } });
    }
    // A gateway may not know its public address, and the token must go to the project only.
    const { pathname, search } = new URL(location, this.#endpoint);
    this.#url = new URL(pathname + search, this.#endpoint).href;
    this.#memory.keep(this.#url);
    this.#sent(0);
  }

  /** Asks Storage how many bytes it has. */
  async #ask(url: string): Promise<void> {
    const answer = await this.#call(url, "HEAD", {});
    const offset = Number(answer.header("upload-offset") ?? NaN);
    const failure = answer.status < 300 ? null : uploadFailure(this.#target.bucket, answer);
    if (failure?.retryable) throw failure;
    const isComplete = offset === this.#file.size;
    // Storage has all bytes, but its last answer was lost: the file is stored, or storing it failed.
    if (isComplete && await this.#isThere()) return this.#sent(offset);
    if (!failure && offset < this.#file.size) return this.#sent(offset);
    // The upload has expired, after a day or sooner, or cannot be used.
    this.#forget();
  }

  async #sendPart(url: string, offset: number): Promise<void> {
    const { signal, onSent } = this.#way;
    const body = this.#file.slice(offset, offset + CHUNK_BYTES);
    const headers = await this.#headers({
      "upload-offset": String(offset),
      "content-type": "application/offset+octet-stream",
    });
    this.#offset = null;
    const call = { method: "PATCH" as const, headers, body, signal };
    const onChunkSent = onSent && ((bytes: number) => onSent(offset + bytes));
    const answer = await sendChunk(this.#access, url, call, onChunkSent);
    const came = Number(answer.header("upload-offset") ?? NaN);
    if (answer.status < 300 && came > offset) return this.#sent(came);
    // Another tab has stored the file (done), or has sent this part (the next try asks for the offset).
    if (answer.status === 409 && await this.#isThere()) return this.#sent(this.#file.size);
    if (answer.status === 404 || answer.status === 410) return this.#forget();
    throw answer.status < 300
      ? networkFailed(new Error("The answer has no upload offset."))
      : uploadFailure(this.#target.bucket, answer);
  }

  async #call(
    url: string,
    method: StorageCall["method"],
    headers: Record<string, string>,
  ): Promise<StorageAnswer> {
    const { signal } = this.#way;
    return await callStorage(this.#access, url, {
      method,
      headers: await this.#headers(headers),
      signal,
    });
  }

  async #headers(headers: Record<string, string>): Promise<Record<string, string>> {
    return { ...await this.#access.headers(), "tus-resumable": "1.0.0", ...headers };
  }

  #forget(): void {
    this.#url = null;
    this.#memory.forget();
  }

  #sent(bytes: number): void {
    this.#offset = bytes;
    this.#way.onSent?.(bytes);
  }
}

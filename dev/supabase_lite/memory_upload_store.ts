import { DataStore, ERRORS, type Upload } from "@tus/server";
import { Buffer } from "node:buffer";
import type { Readable } from "node:stream";

interface Begun {
  upload: Upload;
  parts: Uint8Array[];
}

/** Keeps the received bytes of resumable uploads in memory. */
export class MemoryUploadStore extends DataStore {
  readonly #begun = new Map<string, Begun>();

  constructor() {
    super();
    this.extensions = ["creation", "termination"];
  }

  override create(upload: Upload): Promise<Upload> {
    this.#begun.set(upload.id, { upload, parts: [] });
    return Promise.resolve(upload);
  }

  /** Keeps what comes, also of a request that breaks off. */
  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const { upload, parts } = this.#find(id);
    upload.offset = offset;
    for await (const part of stream as AsyncIterable<Uint8Array>) {
      parts.push(part);
      upload.offset += part.length;
    }
    return upload.offset;
  }

  /** @throws of TUS's own: 404 */
  // deno-lint-ignore require-await -- an error has to become a rejection
  override async getUpload(id: string): Promise<Upload> {
    return this.#find(id).upload;
  }

  override remove(id: string): Promise<void> {
    this.#begun.delete(id);
    return Promise.resolve();
  }

  /** Hands over all that has come. What remains is how much that was. */
  take(id: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(Buffer.concat(this.#find(id).parts.splice(0)));
  }

  #find(id: string): Begun {
    const begun = this.#begun.get(id);
    if (!begun) throw ERRORS.FILE_NOT_FOUND;
    return begun;
  }
}

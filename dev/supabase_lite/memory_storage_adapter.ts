import { Buffer } from "node:buffer";
import type { App } from "@supabase/lite";

type StorageAdapter = NonNullable<App["_storageAdapter"]>;
type ObjectMetadata = Awaited<ReturnType<StorageAdapter["headObject"]>>;
type UploadBody = Parameters<StorageAdapter["uploadObject"]>[3];

interface StoredObject {
  bytes: Buffer;
  metadata: ObjectMetadata;
}

/**
 * Keeps the local Supabase's objects in memory, with the content type and cache-control of their upload. So public URLs have
 * the headers of hosted Storage.
 */
export class MemoryStorageAdapter implements StorageAdapter {
  readonly driver = null;
  readonly #objects = new Map<string, StoredObject>();

  /** Stores an object; replaces one of the same name. */
  async uploadObject(
    bucket: string,
    key: string,
    _version: string | undefined,
    body: UploadBody,
    contentType: string,
    cacheControl: string,
  ): Promise<ObjectMetadata> {
    const bytes = await readAll(body);
    const metadata: ObjectMetadata = {
      cacheControl,
      contentLength: bytes.byteLength,
      size: bytes.byteLength,
      mimetype: contentType,
      lastModified: new Date(),
      eTag: `"${await sha256Hex(bytes)}"`,
      httpStatusCode: 200,
    };
    this.#objects.set(keyOf(bucket, key), { bytes, metadata });
    return metadata;
  }

  /** Reads an object; without a body when there is none. */
  getObject(bucket: string, key: string): ReturnType<StorageAdapter["getObject"]> {
    const { bytes, metadata } = this.#require(bucket, key);
    return Promise.resolve({ metadata, httpStatusCode: 200, body: bytes });
  }

  /** An object's metadata alone. */
  headObject(bucket: string, key: string): Promise<ObjectMetadata> {
    return Promise.resolve(this.#require(bucket, key).metadata);
  }

  deleteObject(bucket: string, key: string): Promise<void> {
    this.#objects.delete(keyOf(bucket, key));
    return Promise.resolve();
  }

  async deleteObjects(bucket: string, keys: string[]): Promise<void> {
    for (const key of keys) await this.deleteObject(bucket, key);
  }

  copyObject(
    sourceBucket: string,
    source: string,
    _version: string | undefined,
    targetBucket: string,
    target: string,
  ): ReturnType<StorageAdapter["copyObject"]> {
    const object = this.#require(sourceBucket, source);
    this.#objects.set(keyOf(targetBucket, target), object);
    const { eTag, lastModified } = object.metadata;
    return Promise.resolve({ httpStatusCode: 200, eTag, lastModified });
  }

  /** Only image transformations ask for this, and the local stack has none. */
  privateAssetUrl(): Promise<string> {
    return Promise.reject(new Error("The local Storage has no private asset URLs."));
  }

  #require(bucket: string, key: string): StoredObject {
    const object = this.#objects.get(keyOf(bucket, key));
    if (!object) throw new Error(`The local Storage holds no bytes for ${bucket}/${key}.`);
    return object;
  }
}

// A bucket's name cannot contain a slash, so two buckets never share a key.
const keyOf = (bucket: string, key: string): string => `${bucket}/${key}`;

async function readAll(body: UploadBody): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes.slice());
  return Buffer.from(digest).toString("hex");
}

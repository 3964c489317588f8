import { AppError } from "../../errors.ts";
import { decodePhoto } from "../../image/decode/decode.ts";
import {
  inspectPhoto,
  type PhotoHeader,
  type PhotoLimits,
} from "../../image/decode/inspect_photo.ts";
import { readDecodeLoad } from "../../image/decode/decode_load.ts";
import { flatten } from "../../image/edit/flatten.ts";
import { isOpaque, type Raster, rectOf } from "../../image/raster.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { sha256 } from "../../lib/sha256.ts";
import type { SourceRef } from "../../storage/source_store.ts";
import { estimateDecodeMs } from "../estimate_decode.ts";

/** Time after which a picture is read again, in milliseconds: someone may have replaced it under the same path. */
const FRESH_MS = 60_000;

/** Number of pictures that an isolate keeps. Decoded, each takes some 7 MB, and 10 MB in the sizes of the variants. */
const KEPT = 2;

/** Target for the longer side of a decoded picture, in pixels. Larger frames get it enlarged, which a backdrop can stand. */
const DECODED_SIDE_PX = 1_600;

/** Bound on a picture's file, in bytes: an isolate keeps it until it is decoded. */
export const MAX_BACKDROP_BYTES = 10_485_760;

/** Bound on the CPU of decoding a picture, in milliseconds in a fresh process: a JPEG of 50 megapixels takes as much. */
const MAX_DECODE_MS = 400;

/** A picture behind the car. */
export interface BackdropPicture {
  /** SHA-256 of its file. */
  readonly hash: string;
  /** CPU that it takes to decode it, in milliseconds in a fresh process; 0 once it is decoded. */
  readonly leftMs: number;
  /**
   * Decodes it, once.
   *
   * @returns The picture, opaque, or `backdrop_invalid`.
   */
  decode(): Promise<Result<Raster>>;
}

/** Options of the store. */
export interface BackdropDeps {
  /** Reads a file of `BACKGROUND_BUCKETS`. */
  read(ref: SourceRef): Promise<Result<Uint8Array<ArrayBuffer>>>;
  limits: PhotoLimits;
  /** A clock, in milliseconds. @default performance.now */
  now?: () => number;
}

/** Reads the pictures that stand behind cars, and keeps the last ones. */
export class BackdropStore {
  readonly #deps: BackdropDeps;
  readonly #kept = new Map<string, { readAt: number; picture: Picture }>();

  /** @param deps What the store needs. */
  constructor(deps: BackdropDeps) {
    this.#deps = deps;
  }

  /**
   * Reads a picture, or takes one that it read less than a minute ago.
   *
   * @param ref Its place in Storage.
   * @returns The picture, not decoded yet; or `backdrop_forbidden`, `backdrop_not_found`, `backdrop_invalid`,
   * `storage_failed`.
   */
  async load(ref: SourceRef): Promise<Result<BackdropPicture>> {
    const { now = () => performance.now() } = this.#deps;
    const key = backdropKey(ref);
    const known = this.#kept.get(key);
    if (known && now() - known.readAt < FRESH_MS) {
      this.#keep(key, known.picture, known.readAt);
      return ok(known.picture);
    }
    const bytes = await this.#deps.read(ref);
    if (!bytes.ok) return fail(backdropError(ref, bytes.error));
    const hash = await sha256(bytes.value);
    if (known?.picture.hash === hash) {
      this.#keep(key, known.picture, now());
      return ok(known.picture);
    }
    const header = inspectPhoto(bytes.value, this.#deps.limits);
    if (!header.ok) return fail(invalid(ref, header.error.message, header.error));
    const full = { ...header.value, load: readDecodeLoad(bytes.value, header.value) };
    const decodeMs = estimateDecodeMs(full, DECODED_SIDE_PX);
    if (full.load?.unusual || decodeMs > MAX_DECODE_MS) {
      return fail(
        invalid(ref, "It takes too much CPU to decode: save it as a JPEG of about 2400 pixels."),
      );
    }
    const picture = new Picture(ref, hash, bytes.value, full, decodeMs);
    this.#keep(key, picture, now());
    return ok(picture);
  }

  #keep(key: string, picture: Picture, readAt: number): void {
    this.#kept.delete(key); // moves it to the end
    this.#kept.set(key, { readAt, picture });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
  }
}

/** Identifies a picture's place. */
export function backdropKey({ bucket, path }: SourceRef): string {
  return `${bucket}/${path}`;
}

class Picture implements BackdropPicture {
  readonly hash: string;
  readonly #ref: SourceRef;
  readonly #header: PhotoHeader;
  #decodeMs: number;
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  #raster: Raster | undefined;

  constructor(
    ref: SourceRef,
    hash: string,
    bytes: Uint8Array<ArrayBuffer>,
    header: PhotoHeader,
    decodeMs: number,
  ) {
    this.#ref = ref;
    this.hash = hash;
    this.#bytes = bytes;
    this.#header = header;
    this.#decodeMs = decodeMs;
  }

  get leftMs(): number {
    return this.#raster ? 0 : this.#decodeMs;
  }

  async decode(): Promise<Result<Raster>> {
    if (this.#raster) return ok(this.#raster);
    const decoded = await decodePhoto(this.#bytes!, this.#header, DECODED_SIDE_PX);
    if (!decoded.ok) return fail(invalid(this.#ref, decoded.error.message, decoded.error));
    using photo = decoded.value;
    const image = photo.read(rectOf(photo.size));
    this.#raster = isOpaque(image) ? image : flatten(image, WHITE);
    this.#bytes = undefined;
    return ok(this.#raster);
  }
}

const WHITE = { r: 255, g: 255, b: 255, a: 255 };

function backdropError(ref: SourceRef, error: AppError): AppError {
  const { details } = error;
  if (error.code === "source_forbidden") {
    const buckets = (details?.buckets as readonly string[] | undefined) ?? [];
    const message =
      `The bucket "${ref.bucket}" is not one that backgrounds may come from. Use one of ${
        buckets.join(", ")
      }.`;
    return new AppError("backdrop_forbidden", message, { details: { buckets } });
  }
  if (error.code === "source_not_found") {
    const message = `There is no background at "${ref.path}" in the bucket "${ref.bucket}".`;
    return new AppError("backdrop_not_found", message, { cause: error });
  }
  return error.code === "body_too_large"
    ? invalid(ref, "Its file is larger than 10 MB: save it as a JPEG of about 2400 pixels.", error)
    : error;
}

function invalid({ bucket, path }: SourceRef, why: string, cause?: unknown): AppError {
  const message = `The background "${path}" in the bucket "${bucket}" cannot be used. ${why}`;
  return new AppError("backdrop_invalid", message, { details: { bucket, path }, cause });
}

import { encodeJpeg } from "../encode/jpeg/encode_jpeg.ts";
import { type Density, statedDensity } from "../encode/jpeg/jpeg_head.ts";
import { kernels, Scratch } from "../kernels/kernels.ts";
import { freeBuffer } from "../../lib/free_buffer.ts";
import { createRaster, type Mask, type Raster, type Rect, type Size } from "../raster.ts";
import type { DecodedPhoto, PhotoFacts } from "./decoded_photo.ts";
import type { PixelRows } from "./pixel_rows.ts";

/** Bytes of a pixel. */
const RGB = 3;

/** An opaque working image as rows of RGB, which the pixel loops have decoded. Not all pixels are grey. */
export class RowsPhoto implements DecodedPhoto {
  readonly #rows: PixelRows;
  readonly #density: Density;
  #disposed = false;
  readonly isPlainJpeg = true;
  readonly hasAlpha = false;
  readonly damaged = false;
  readonly endMissing = false;
  readonly profileIgnored = false;
  readonly originalSize: Size;

  /**
   * @param rows The pixels; disposing of the photo frees them.
   * @param density The density that a JPEG of the photo states.
   * @param originalSize Size of the photo in its file, upright.
   */
  constructor(rows: PixelRows, density: Density, originalSize: PhotoFacts["originalSize"]) {
    this.#rows = rows;
    this.#density = density;
    this.originalSize = originalSize;
  }

  get size(): Size {
    return { width: this.#rows.width, height: this.#rows.height };
  }

  read({ x, y, width, height }: Rect): Raster {
    const raster = createRaster({ width, height });
    const scratch = new Scratch();
    const from = scratch.reserve(width * RGB);
    const to = scratch.reserve(width * 4);
    const { bytes } = scratch;
    const { addOpaqueAlpha } = kernels();
    for (let row = 0; row < height; row++) {
      const at = ((y + row) * this.#rows.width + x) * RGB;
      bytes.set(this.#rows.data.subarray(at, at + width * RGB), from);
      addOpaqueAlpha(from, to, width);
      raster.data.set(bytes.subarray(to, to + width * 4), row * width * 4);
    }
    return raster;
  }

  readAlpha(): Mask {
    return { ...this.size, data: new Uint8Array(this.size.width * this.size.height).fill(255) };
  }

  readRows(from: number, to: number): PixelRows {
    const { width } = this.size;
    return { width, height: to - from, channels: RGB, data: this.#view(from, to).slice() };
  }

  toJpeg(quality: number): Uint8Array<ArrayBuffer> {
    const rows = (y: number, count: number) => this.#view(y, y + count);
    const file = encodeJpeg(this.size, quality, statedDensity(this.#density), rows);
    if (file === null) throw new RangeError("The photo is grey.");
    return file;
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    freeBuffer(this.#rows.data);
  }

  #view(from: number, to: number): Uint8Array {
    const rowBytes = this.size.width * RGB;
    return this.#rows.data.subarray(from * rowBytes, to * rowBytes);
  }
}

import {
  AlphaAction,
  ColorSpace,
  type IMagickImage,
  MagickColors,
  MagickFormat,
} from "@imagemagick/magick-wasm";
import { encodeJpeg, MAX_QUALITY } from "../encode/jpeg/encode_jpeg.ts";
import { statedDensity } from "../encode/jpeg/jpeg_head.ts";
import { countImage, type Magick } from "../engine/magick.ts";
import { type Mask, type Raster, type Rect, rectOf, type Size } from "../raster.ts";
import type { DecodedPhoto, PhotoFacts } from "./decoded_photo.ts";
import type { PixelRows } from "./pixel_rows.ts";

/** A working image in the engine's memory, from which only the needed parts are copied out. */
export class MagickPhoto implements DecodedPhoto {
  readonly #image: IMagickImage;
  readonly #engine: Magick;
  #disposed = false;
  readonly isPlainJpeg = false;
  readonly size: Size;
  readonly hasAlpha: boolean;
  readonly originalSize: Size;
  readonly damaged: boolean;
  readonly profileIgnored: boolean;
  readonly endMissing: boolean;

  /** Takes ownership of the image, which lies in the engine's memory: disposing of the photo disposes of the image. */
  constructor(
    image: IMagickImage,
    engine: Magick,
    { originalSize, damaged, endMissing, profileIgnored }: PhotoFacts,
  ) {
    this.#image = image;
    this.#engine = engine;
    this.size = { width: image.width, height: image.height };
    this.hasAlpha = image.hasAlpha;
    countImage(engine, 1);
    this.originalSize = originalSize;
    this.damaged = damaged;
    this.profileIgnored = profileIgnored;
    this.endMissing = endMissing;
  }

  read(rect: Rect): Raster {
    const { buffer, byteOffset, length } = this.#pixels(rect, "RGBA");
    return {
      width: rect.width,
      height: rect.height,
      data: new Uint8ClampedArray(buffer, byteOffset, length),
    };
  }

  readAlpha(): Mask {
    return { ...this.size, data: this.#pixels(rectOf(this.size), "A") };
  }

  #pixels({ x, y, width, height }: Rect, channels: string): Uint8Array<ArrayBuffer> {
    const bytes = this.#engine.run(() =>
      this.#image.getPixels((pixels) => pixels.toByteArray(x, y, width, height, channels))
    );
    if (bytes === null) throw new RangeError(`No pixels at ${width} x ${height} + ${x} + ${y}.`);
    return bytes as Uint8Array<ArrayBuffer>;
  }

  readRows(from: number, to: number): PixelRows {
    const [channels, mapping] = this.hasAlpha ? [4, "RGBA"] as const : [3, "RGB"] as const;
    const rows = { width: this.size.width, height: to - from };
    return { ...rows, channels, data: this.#pixels({ x: 0, y: from, ...rows }, mapping) };
  }

  toJpeg(quality: number): Uint8Array<ArrayBuffer> {
    return this.#engine.run(() => this.#toOwnJpeg(quality)) ?? this.#toMagickJpeg(quality);
  }

  /** Encodes an opaque photo by the function's own encoder; `null` for others, for grey ones and for a high quality. */
  #toOwnJpeg(quality: number): Uint8Array<ArrayBuffer> | null {
    const { colorSpace, channelCount, density: { x, y, units } } = this.#image;
    if (quality > MAX_QUALITY || this.hasAlpha) return null;
    if (colorSpace !== ColorSpace.sRGB || channelCount !== 3) return null;
    return this.#image.getPixels((pixels) =>
      encodeJpeg(
        this.size,
        quality,
        statedDensity({ x, y, unit: units }),
        (row, count) => pixels.getReadOnlyArea(0, row, this.size.width, count) as Uint8Array,
      )
    );
  }

  #toMagickJpeg(quality: number): Uint8Array<ArrayBuffer> {
    return this.#engine.run(() =>
      this.#image.clone((image) => {
        if (image.hasAlpha) {
          image.backgroundColor = MagickColors.White;
          image.alpha(AlphaAction.Remove);
        }
        image.quality = quality;
        // Half-resolution colour and the standard code tables: less CPU, and the mask is no worse.
        image.settings.setDefine(MagickFormat.Jpeg, "sampling-factor", "4:2:0");
        image.settings.setDefine(MagickFormat.Jpeg, "optimize-coding", false);
        return image.write(MagickFormat.Jpeg, (bytes) => bytes.slice() as Uint8Array<ArrayBuffer>);
      })
    );
  }

  [Symbol.dispose](): void {
    // A crashed engine has nothing to free, and its successor would take the address for one of its own.
    if (this.#disposed || this.#engine.ended) return;
    this.#disposed = true;
    this.#engine.run(() => this.#image.dispose());
    countImage(this.#engine, -1);
  }
}

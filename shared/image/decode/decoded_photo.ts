import {
  AlphaAction,
  ColorSpace,
  type IMagickImage,
  MagickColors,
  MagickFormat,
} from "@imagemagick/magick-wasm";
import { encodeJpeg, MAX_QUALITY } from "../encode/jpeg/encode_jpeg.ts";
import { countImage, type Magick } from "../engine/magick.ts";
import { type Mask, type Raster, type Rect, rectOf, type Size } from "../raster.ts";
import type { PixelRows } from "./pixel_rows.ts";

/** Facts about a decoded photo besides its pixels; {@linkcode DecodedPhoto} documents them. */
export type PhotoFacts = Pick<
  DecodedPhoto,
  "originalSize" | "damaged" | "endMissing" | "profileIgnored"
>;

/** The density of a file that states none. */
const NO_DENSITY = { x: 1, y: 1, unit: 0 };

/**
 * A working image: the decoded photo, upright, sRGB, without metadata. Its pixels stay in the engine's memory, and only
 * the needed parts are copied out. Dispose of it: the engine's memory is not garbage-collected.
 */
export class DecodedPhoto implements Disposable {
  readonly #image: IMagickImage;
  readonly #engine: Magick;
  #disposed = false;
  /** Size of the working image, upright. */
  readonly size: Size;
  /** Whether any pixel is transparent. */
  readonly hasAlpha: boolean;
  /** Size of the photo in its file, upright. */
  readonly originalSize: Size;
  /** Whether parts of the picture are missing or wrong. */
  readonly damaged: boolean;
  /** Whether the file's colour profile was ignored, as damaged or as made for another kind of picture. */
  readonly profileIgnored: boolean;
  /** Whether the file's end is missing, although the picture is complete. */
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

  /**
   * Copies a rectangle of pixels out of the engine. The rectangle must lie within {@linkcode size}.
   *
   * @throws {AppError} `engine_failed`, if the engine has crashed and the photo is lost
   */
  read(rect: Rect): Raster {
    const { buffer, byteOffset, length } = this.#pixels(rect, "RGBA");
    return {
      width: rect.width,
      height: rect.height,
      data: new Uint8ClampedArray(buffer, byteOffset, length),
    };
  }

  /**
   * Copies the whole alpha channel out of the engine.
   *
   * @throws {AppError} `engine_failed`, if the engine has crashed and the photo is lost
   */
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

  /**
   * Copies rows of pixels out of the engine, without alpha if no pixel is transparent.
   *
   * @param from The first row.
   * @param to The last row, exclusively.
   * @throws {AppError} `engine_failed`, if the engine has crashed and the photo is lost
   */
  readRows(from: number, to: number): PixelRows {
    const [channels, mapping] = this.hasAlpha ? [4, "RGBA"] as const : [3, "RGB"] as const;
    const rows = { width: this.size.width, height: to - from };
    return { ...rows, channels, data: this.#pixels({ x: 0, y: from, ...rows }, mapping) };
  }

  /**
   * Encodes the whole photo as a JPEG, with transparent parts on white. The bytes are those that ImageMagick writes.
   *
   * @param quality 1 to 100.
   * @throws {AppError} `engine_failed`, if the engine has crashed and the photo is lost, or if there is no memory
   */
  toJpeg(quality: number): Uint8Array<ArrayBuffer> {
    return this.#engine.run(() => this.#toOwnJpeg(quality)) ?? this.#toMagickJpeg(quality);
  }

  /** Encodes an opaque photo by the function's own encoder; `null` for others, for grey ones and for a high quality. */
  #toOwnJpeg(quality: number): Uint8Array<ArrayBuffer> | null {
    const { colorSpace, channelCount, density: { x, y, units } } = this.#image;
    if (quality > MAX_QUALITY || this.hasAlpha) return null;
    if (colorSpace !== ColorSpace.sRGB || channelCount !== 3) return null;
    const isKnown = x > 0 && y > 0;
    const density = isKnown ? { x: Math.round(x), y: Math.round(y), unit: units } : NO_DENSITY;
    return this.#image.getPixels((pixels) =>
      encodeJpeg(
        this.size,
        quality,
        density,
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

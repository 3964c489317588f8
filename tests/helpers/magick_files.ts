import {
  ColorProfile,
  ImageMagick,
  type IMagickImage,
  initializeImageMagick,
  MagickFormat,
  MagickImage,
  MagickReadSettings,
} from "@imagemagick/magick-wasm";
import { compileWasm } from "../../shared/image/engine/compile_wasm.ts";
import type { Raster, Size } from "../../shared/image/raster.ts";

/** Options of {@linkcode fileOf}. */
export interface FileOptions {
  /** Changes the image before it is written. */
  edit?: (image: IMagickImage) => void;
  /** An ICC profile to embed. */
  icc?: Uint8Array;
  /** 1 to 100. @default 95 */
  quality?: number;
}

/** Encodes an image with ImageMagick. */
export async function fileOf(
  image: Raster,
  format: MagickFormat,
  options: FileOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return await write(new Uint8Array(image.data), MagickFormat.Rgba, image, format, options);
}

/** Encodes raw CMYK bytes (0 = no ink) as a JPEG. */
export async function cmykJpeg(
  bytes: Uint8Array,
  size: Size,
  options: FileOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return await write(bytes, MagickFormat.Cmyk, size, MagickFormat.Jpeg, options);
}

/** The place of the package's instance. */
const holder = ImageMagick as unknown as { _api: unknown };
const maker = await startMaker();

/** Starts an ImageMagick for the tests, which may write formats that the deployed one's policy refuses. */
async function startMaker(): Promise<unknown> {
  const deployed = inUse();
  holder._api = undefined;
  const file = new URL("x86/magick.wasm", import.meta.resolve("@imagemagick/magick-wasm"));
  await initializeImageMagick(await compileWasm(file));
  const started = holder._api;
  holder._api = deployed;
  return started;
}

function inUse(): unknown {
  try {
    return holder._api;
  } catch {
    return undefined; // it throws if it has not been started yet
  }
}

/** Runs work with the tests' own ImageMagick. */
export function withMaker<T>(work: () => T): T {
  const deployed = inUse();
  holder._api = maker;
  try {
    return work();
  } finally {
    holder._api = deployed;
  }
}

/** Decodes a file with ImageMagick, without orientation or colour conversion. */
export function rasterOf(
  file: Uint8Array,
  edit: (image: IMagickImage) => void = () => {},
): Promise<Raster> {
  return Promise.resolve(withMaker(() => {
    const image = MagickImage.create(file);
    try {
      edit(image);
      const { width, height } = image;
      const bytes = image.getPixels((pixels) => pixels.toByteArray(0, 0, width, height, "RGBA"));
      return { width, height, data: new Uint8ClampedArray(bytes!) };
    } finally {
      image.dispose();
    }
  }));
}

function write(
  bytes: Uint8Array,
  from: MagickFormat,
  { width, height }: Size,
  to: MagickFormat,
  { edit, icc, quality = 95 }: FileOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  return Promise.resolve(withMaker(() => {
    const settings = new MagickReadSettings({ format: from, width, height, depth: 8 });
    const image = MagickImage.create(bytes, settings);
    try {
      image.quality = quality;
      if (icc) image.setProfile(new ColorProfile(icc));
      edit?.(image);
      return image.write(to, (encoded) => encoded.slice() as Uint8Array<ArrayBuffer>);
    } finally {
      image.dispose();
    }
  }));
}

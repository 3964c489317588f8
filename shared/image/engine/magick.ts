import {
  ConfigurationFiles,
  ImageMagick,
  initializeImageMagick,
  MagickError,
  MagickErrorSeverity,
  MagickImage,
  ResourceLimits,
} from "@imagemagick/magick-wasm";
import type { IConfigurationFile, IMagickImage } from "@imagemagick/magick-wasm";
import { MAX_SIDE_PX } from "../decode/inspect_photo.ts";
import { MAGICK_POLICY } from "./magick_policy.ts";
import type { Size } from "../raster.ts";
import { type EngineInstance, WasmEngine } from "./wasm_engine.ts";

/** Where the package keeps its instance, which its types do not show: it starts anew where this is unset. */
const holder = ImageMagick as unknown as { _api?: { HEAPU8: Uint8Array } };

/** What an instance holds beyond a call. */
interface Held {
  images: number;
}

/** An ImageMagick. */
export type Magick = EngineInstance<Held>;

const magick = new WasmEngine<Held>({
  name: "ImageMagick",
  start: async (compile) => {
    const file = new URL("x86/magick.wasm", import.meta.resolve("@imagemagick/magick-wasm"));
    const { log } = ConfigurationFiles.default;
    const policy = { fileName: "policy.xml", data: MAGICK_POLICY };
    await initializeImageMagick(await compile(file), {
      log,
      policy,
      all: () => files(log, policy),
    });
    setLimits();
    return { images: 0 };
  },
  discard: () => {
    holder._api = undefined;
  },
  isReport: (error) => error instanceof MagickError && !ranOut(error),
});

/** Memory that ran out is no report on a photo: it comes back only with a new instance, as WASM memory never shrinks. */
function ranOut({ severity, message }: MagickError): boolean {
  return severity === MagickErrorSeverity.ResourceLimitError ||
    message.startsWith("CacheResourcesExhausted");
}

function* files(...all: IConfigurationFile[]): Generator<IConfigurationFile> {
  yield* all;
}

/**
 * Starts ImageMagick, once a process and after each of its crashes; later calls have the same instance.
 *
 * @throws {Error} If the WASM file can not be read or compiled; the next call tries again.
 */
export function loadMagick(): Promise<Magick> {
  return magick.load();
}

/**
 * Works with ImageMagick.
 *
 * @param work The work; it ends before it returns.
 * @throws {AppError} `engine_failed`, if the engine crashes over it.
 * @throws {MagickError} What it has to say of its input.
 */
export async function withMagick<R>(work: (engine: Magick) => R): Promise<R> {
  let used: Magick | undefined;
  try {
    return await magick.run((_, engine) => work(used = engine));
  } finally {
    if (used) settle(used);
  }
}

/** What an idle instance may keep of its memory, in bytes: four times what a photo of 12 megapixels needs. */
const KEPT_BYTES = 128 << 20;

/** Says that an image outlives its call, or has come to its end: +1 or -1. */
export function countImage(engine: Magick, change: 1 | -1): void {
  engine.handle.images += change;
  settle(engine);
}

/** Gives memory back that one large photo has taken, as soon as nothing is held in it: WASM memory never shrinks. */
function settle(engine: Magick): void {
  const idle = !engine.ended && engine.handle.images === 0;
  if (idle && holder._api!.HEAPU8.length > KEPT_BYTES) engine.retire();
}

/**
 * Bounds that hold for all that ImageMagick does. Each has room for the largest photo that a setting can allow.
 *
 * `time` is not set: it counts from the process's start, not for each image, so that it would end a process that has
 * worked long enough; and while all is in memory it stops nothing (set to 2 s, 5 s of work went on). What takes time
 * is bounded before it is decoded: pixels, frames, scans, boxes.
 */
function setLimits(): void {
  setSize(MAX_SIDE_PX, MAX_SIDE_PX);
  ResourceLimits.listLength = 2n; // stops GIF and TIFF files of thousands of frames; a list of one needs a limit of two
  ResourceLimits.disk = 0n; // no pixel cache outside memory: there is no disk to go to
  ResourceLimits.memory = 3n << 30n; // stops many caches at once, before the address space ends and the engine with it
  ResourceLimits.maxMemoryRequest = 3n << 29n; // stops one field of a header from asking for all memory; a cache is 1.3 GB at most
  ResourceLimits.maxProfileSize = 8n << 20n; // stops EXIF and ICC blobs that inflate to hundreds of megabytes
}

/**
 * Works with an image that is gone afterwards.
 *
 * @param work What is done with it; what it returns is no view of the engine's memory.
 * @throws What the work throws. After a crash nothing is freed: the instance goes as a whole.
 */
export function withImage<T>(work: (image: IMagickImage) => T): T {
  const image = MagickImage.create();
  try {
    const result = work(image);
    image.dispose();
    return result;
  } catch (error) {
    if (error instanceof MagickError) image.dispose();
    throw error;
  }
}

/** Tiles reach beyond the picture, and a GIF's first frame may: sides are rounded up to this, in pixels. */
const TILE_PX = 1_024;

/**
 * Reads an image that may be no larger than its header was found to say: stops files that tell the check before the
 * decoder another size than the decoder, which would pass any bound on pixels.
 *
 * @param size What the header says.
 * @param turned Whether the decoder turns the picture by itself, so that its sides may be exchanged.
 * @param read Reads the image.
 * @throws {MagickError} If it is larger: of severity `ImageError`, or `CacheError` where it may be turned.
 */
export function readWithin(size: Size, turned: boolean, read: () => void): void {
  const [width, height] = [size.width, size.height].map((px) => Math.ceil(px / TILE_PX) * TILE_PX);
  const side = Math.max(width, height);
  if (turned) setSize(side, side, width * height);
  else setSize(width, height);
  try {
    read();
  } catch (error) {
    if (error instanceof MagickError) setSize(MAX_SIDE_PX, MAX_SIDE_PX);
    throw error;
  }
  setSize(MAX_SIDE_PX, MAX_SIDE_PX);
}

function setSize(widthPx: number, heightPx: number, pixels = widthPx * heightPx): void {
  ResourceLimits.width = BigInt(widthPx); // stops strips of 1 x 60,000,000, and more than the header said
  ResourceLimits.height = BigInt(heightPx);
  // The engine refuses an area that equals its limit, unlike a width or height.
  ResourceLimits.area = BigInt(pixels + 1); // stops 16384 x 16384 pixels behind a header that says 16384 x 2
}

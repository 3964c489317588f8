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
import { growTightly } from "./tight_memory.ts";
import { type EngineInstance, WasmEngine } from "./wasm_engine.ts";

/** Holds the package's instance, which its types omit. If `_api` is unset, the package starts a new one. */
const holder = ImageMagick as unknown as { _api?: { HEAPU8: Uint8Array } };

/** State that an instance keeps between calls: the number of images. */
interface Held {
  images: number;
}

/** An ImageMagick instance. */
export type Magick = EngineInstance<Held>;

const magick = new WasmEngine<Held>({
  name: "ImageMagick",
  start: async (compile) => {
    const file = new URL("x86/magick.wasm", import.meta.resolve("@imagemagick/magick-wasm"));
    growTightly();
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

/** Checks for exhausted memory, which is no report on a photo: only a new instance helps, as WASM memory never shrinks. */
function ranOut({ severity, message }: MagickError): boolean {
  return severity === MagickErrorSeverity.ResourceLimitError ||
    message.startsWith("CacheResourcesExhausted");
}

function* files(...all: IConfigurationFile[]): Generator<IConfigurationFile> {
  yield* all;
}

/**
 * Starts ImageMagick, once per process and after each of its crashes; later calls share the instance.
 *
 * @throws {Error} If the WASM file cannot be read or compiled; the next call tries again.
 */
export function loadMagick(): Promise<Magick> {
  return magick.load();
}

/** Checks whether ImageMagick has been started: the next work with it does not take the time of a start. */
export function isMagickUp(): boolean {
  return magick.isUp;
}

/**
 * Runs work with ImageMagick.
 *
 * @param work The work; it is synchronous.
 * @throws {AppError} `engine_failed`, if the engine crashes
 * @throws {MagickError} ImageMagick's report on its input.
 */
export async function withMagick<R>(work: (engine: Magick) => R): Promise<R> {
  let used: Magick | undefined;
  try {
    return await magick.run((_, engine) => work(used = engine));
  } finally {
    if (used) settle(used);
  }
}

/** Memory that an idle instance may keep, in bytes: four times the need of a photo of 12 megapixels. */
const KEPT_BYTES = 128 << 20;

/** Counts an image that outlives its call (+1) or is disposed of (-1). */
export function countImage(engine: Magick, change: 1 | -1): void {
  engine.handle.images += change;
  settle(engine);
}

/** Retires an instance that a large photo has grown, once it holds no image: WASM memory never shrinks. */
function settle(engine: Magick): void {
  const idle = !engine.ended && engine.handle.images === 0;
  if (idle && holder._api!.HEAPU8.length > KEPT_BYTES) engine.retire();
}

/**
 * Sets the bounds on all of ImageMagick's work. Each has room for the largest photo that the settings can allow.
 *
 * `time` stays unset: it counts from the process's start, not per image, so it would end a long-lived process. With
 * everything in memory it stops nothing anyway (set to 2 s, 5 s of work went on). The costly properties are bounded
 * before decoding: pixels, frames, scans, boxes.
 */
function setLimits(): void {
  setSize(MAX_SIDE_PX, MAX_SIDE_PX);
  ResourceLimits.listLength = 2n; // stops GIF and TIFF files of thousands of frames; a list of one needs a limit of two
  ResourceLimits.disk = 0n; // no pixel cache outside memory: there is no disk
  ResourceLimits.memory = 3n << 30n; // stops many caches at once, before the address space is full and the engine crashes
  ResourceLimits.maxMemoryRequest = 3n << 29n; // stops a header field from requesting all memory; a cache takes at most 1.3 GB
  ResourceLimits.maxProfileSize = 8n << 20n; // stops EXIF and ICC blobs that inflate to hundreds of megabytes
}

/**
 * Runs work on a temporary image.
 *
 * @param work The work; its result must not be a view of the engine's memory.
 * @throws The work's error. After a crash nothing is freed: the whole instance is discarded.
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

/** Sides are rounded up to this, in pixels: tiles reach beyond the picture, and a GIF's first frame may do so. */
const TILE_PX = 1_024;

/**
 * Reads an image that may be no larger than its header states. This stops files whose size the decoder sees differently
 * from the check before it, which would bypass every bound on pixels.
 *
 * @param size The size that the header states.
 * @param turned True if the decoder applies the rotation itself and may swap the sides.
 * @param read Reads the image.
 * @throws {MagickError} If the image is larger: severity `ImageError`, or `CacheError` if `turned` is set.
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
  ResourceLimits.width = BigInt(widthPx); // stops strips of 1 x 60,000,000, and more than the header states
  ResourceLimits.height = BigInt(heightPx);
  // The engine refuses an area that equals its limit, unlike a width or height.
  ResourceLimits.area = BigInt(pixels + 1); // stops 16384 x 16384 pixels behind a header that states 16384 x 2
}

import { initializeImageMagick, ResourceLimits } from "@imagemagick/magick-wasm";
import { compileWasm } from "./compile_wasm.ts";
import { MAX_SIDE_PX } from "./inspect_photo.ts";

let loading: Promise<void> | undefined;

/**
 * Starts ImageMagick, once a process; later calls wait for the first.
 *
 * @throws {Error} If the WASM file can not be read or compiled; the next call tries again.
 */
export function loadMagick(): Promise<void> {
  loading ??= start().catch((cause) => {
    loading = undefined;
    throw cause;
  });
  return loading;
}

async function start(): Promise<void> {
  const file = new URL("x86/magick.wasm", import.meta.resolve("@imagemagick/magick-wasm"));
  await initializeImageMagick(await compileWasm(file));
  ResourceLimits.width = BigInt(MAX_SIDE_PX); // stops headers that lie to the check before the decoder
  ResourceLimits.height = BigInt(MAX_SIDE_PX);
  ResourceLimits.listLength = 2n; // stops GIF and TIFF files of thousands of frames; a list of one needs a limit of two
  ResourceLimits.disk = 0n; // no pixel cache outside memory: there is no disk to go to
  ResourceLimits.maxProfileSize = 8n << 20n; // stops EXIF and ICC blobs that inflate to hundreds of megabytes
}

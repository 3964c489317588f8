import encode, { init } from "@jsquash/webp/encode.js";
import { compileWasm } from "./compile_wasm.ts";
import type { Raster } from "./raster.ts";
import { compressAlpha } from "./webp_alpha.ts";
import { replaceChunk } from "./webp_container.ts";

let loading: Promise<unknown> | undefined;

/** Starts the WebP encoder (libwebp with SIMD), once a process; later calls wait for the first. */
export function loadWebp(): Promise<unknown> {
  loading ??= start().catch((cause) => {
    loading = undefined;
    throw cause;
  });
  return loading;
}

async function start(): Promise<void> {
  const file = new URL(
    "codec/enc/webp_enc_simd.wasm",
    import.meta.resolve("@jsquash/webp/encode.js"),
  );
  await init(await compileWasm(file));
}

/**
 * Up to this size, in pixels, the colours get libwebp's default method, 4. Larger images get method 2, which takes less
 * than two thirds of its time for a tenth more bytes (`bench/RESULTS.md`, "Choices").
 */
const SMALL_PIXELS = 300_000;

/**
 * Encodes an image as lossy WebP with a lossless alpha plane.
 *
 * libwebp writes the colours, and the alpha as it is; {@linkcode compressAlpha} then compresses that.
 *
 * @param image The image.
 * @param quality 1 to 100.
 */
export async function encodeWebp(image: Raster, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  await loadWebp();
  const method = image.width * image.height <= SMALL_PIXELS ? 4 : 2;
  const settings = { quality, method, alpha_compression: 0, alpha_filtering: 0 };
  const file = new Uint8Array(await encode(image as unknown as ImageData, settings));
  // The first byte of the chunk says how its data is stored.
  return replaceChunk(file, "ALPH", (data) => compressAlpha(data.subarray(1), image.width));
}

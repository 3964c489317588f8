import encode, { init } from "@jsquash/webp/encode.js";
import type { Raster } from "../raster.ts";
import { compressAlpha } from "./webp_alpha.ts";
import { replaceChunk } from "./webp_container.ts";
import { type EngineInstance, WasmEngine } from "../engine/wasm_engine.ts";

const webp = new WasmEngine<unknown>({
  name: "libwebp",
  start: async (compile) => {
    const entry = import.meta.resolve("@jsquash/webp/encode.js");
    return await init(await compile(new URL("codec/enc/webp_enc_simd.wasm", entry)));
  },
});

/** Starts the WebP encoder (libwebp with SIMD) once per process and after each crash; later calls share the instance. */
export function loadWebp(): Promise<EngineInstance> {
  return webp.load();
}

/**
 * Size up to which the colours use libwebp's default method, 4, in pixels. Larger images use method 2, which takes less
 * than two thirds of the time for a tenth more bytes (`bench/RESULTS.md`, "Choices").
 */
const SMALL_PIXELS = 300_000;

/**
 * Encodes an image as lossy WebP with a lossless alpha plane.
 *
 * libwebp writes the colours and an uncompressed alpha plane, which {@linkcode compressAlpha} then compresses.
 *
 * @param image The image.
 * @param quality 1 to 100.
 * @throws {AppError} `engine_failed`, if libwebp crashes
 */
export async function encodeWebp(image: Raster, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  const engine = await loadWebp();
  const method = image.width * image.height <= SMALL_PIXELS ? 4 : 2;
  const settings = { quality, method, alpha_compression: 0, alpha_filtering: 0 };
  const encoded = await engine.runAsync(() => encode(image as unknown as ImageData, settings));
  const file = new Uint8Array(encoded);
  // The chunk's first byte describes how its data is stored.
  return replaceChunk(file, "ALPH", (data) => compressAlpha(data.subarray(1), image.width));
}

import encode, { init } from "@jsquash/webp/encode.js";
import { compileWasm } from "../shared/image/engine/compile_wasm.ts";
import type { Raster } from "../shared/image/raster.ts";

let loading: Promise<unknown> | undefined;

/**
 * Encodes with libwebp at its defaults except for the quality: method 4, filtered alpha plane.
 *
 * @param quality 1 to 100.
 */
export async function libwebp(image: Raster, quality: number): Promise<Uint8Array> {
  const entry = import.meta.resolve("@jsquash/webp/encode.js");
  loading ??= compileWasm(new URL("codec/enc/webp_enc_simd.wasm", entry)).then(init);
  await loading;
  return new Uint8Array(await encode(image as unknown as ImageData, { quality, method: 4 }));
}

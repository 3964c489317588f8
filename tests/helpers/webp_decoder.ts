import decode, { init } from "@jsquash/webp/decode.js";
import assert from "node:assert/strict";
import { compileWasm } from "../../shared/image/engine/compile_wasm.ts";
import type { Mask, Raster } from "../../shared/image/raster.ts";
import { alphaPlane } from "./car_geometry.ts";
import { rasterOf } from "./magick_files.ts";

let loading: Promise<void> | undefined;

/** Decodes a WebP file with libwebp. */
export async function decodeWebp(file: Uint8Array<ArrayBuffer>): Promise<Raster> {
  const entry = import.meta.resolve("@jsquash/webp/decode.js");
  loading ??= compileWasm(new URL("codec/dec/webp_dec.wasm", entry)).then(init);
  await loading;
  const { width, height, data } = await decode(file.slice().buffer);
  return { width, height, data: new Uint8ClampedArray(data) };
}

/** Fails unless both libwebp and ImageMagick read exactly this alpha from a WebP file. */
export async function assertAlpha(
  file: Uint8Array<ArrayBuffer>,
  { width, height, data }: Mask,
  what: string,
): Promise<void> {
  for (const decoder of [decodeWebp, rasterOf]) {
    const image = await decoder(file);
    assert.deepEqual([image.width, image.height], [width, height], what);
    const alpha = alphaPlane(image);
    const wrong = alpha.findIndex((value, i) => value !== data[i]);
    const found = `${alpha[wrong]}, not ${data[wrong]}`;
    assert.equal(wrong, -1, `${what}: ${decoder.name} finds ${found}, at ${wrong}`);
  }
}

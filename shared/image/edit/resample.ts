import { Pica } from "pica";
import type { Raster, Size } from "../raster.ts";
import { WasmEngine } from "../engine/wasm_engine.ts";

const resampler = new WasmEngine({
  name: "pica",
  start: () => new Pica({ features: ["js", "wasm"] }),
});

/** A filter: `lanczos3` is the sharpest, `hamming` takes a third of its time. */
export type ResampleFilter = "lanczos3" | "hamming";

/**
 * Resamples an image on premultiplied alpha.
 *
 * @param image The image; it is not changed.
 * @param size The size of the result.
 * @param filter The filter.
 * @returns A new image, or the same one if it already has that size.
 * @throws {AppError} `engine_failed`, if pica's WASM crashes
 */
export async function resample(
  image: Raster,
  size: Size,
  filter: ResampleFilter = "lanczos3",
): Promise<Raster> {
  if (image.width === size.width && image.height === size.height) return image;
  const engine = await resampler.load();
  const resized = await engine.runAsync((pica) =>
    pica.resizeBuffer({
      src: image.data,
      width: image.width,
      height: image.height,
      toWidth: size.width,
      toHeight: size.height,
      filter,
    })
  );
  return {
    width: size.width,
    height: size.height,
    data: new Uint8ClampedArray(resized.buffer as ArrayBuffer, resized.byteOffset, resized.length),
  };
}

import {
  FilterType,
  MagickFormat,
  MagickGeometry,
  MagickReadSettings,
} from "@imagemagick/magick-wasm";
import { type OnStep, reportSteps, watchSteps } from "./engine_steps.ts";
import { withImage, withMagick } from "../engine/magick.ts";
import { createRaster } from "../raster.ts";

/** A small picture, and the size that it is scaled to. */
const FROM = { width: 640, height: 480 };
const TO = { width: 480, height: 360 };

/**
 * Has the engine read and scale a small picture that nobody gets, with every row reported: the real work shows how quick
 * this machine is at it, for about 20 ms of CPU. Scaling is compiled afterwards, which the next photo profits from.
 *
 * @param onStep Hears of each row.
 */
export async function tryEngine(onStep: OnStep): Promise<void> {
  const { data } = createRaster(FROM);
  const settings = new MagickReadSettings({ ...FROM, format: MagickFormat.Rgba, depth: 8 });
  reportSteps(settings);
  await withMagick(() =>
    watchSteps(onStep, () =>
      withImage((image) => {
        image.read(new Uint8Array(data.buffer), settings);
        image.filterType = FilterType.Catrom;
        image.resize(new MagickGeometry(TO.width, TO.height));
      }), () => {})
  );
}

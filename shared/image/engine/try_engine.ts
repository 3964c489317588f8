import {
  FilterType,
  MagickFormat,
  MagickGeometry,
  MagickReadSettings,
} from "@imagemagick/magick-wasm";
import { type OnStep, reportSteps, watchSteps } from "./engine_steps.ts";
import { withImage, withMagick } from "../engine/magick.ts";
import { createRaster } from "../raster.ts";

/** Size of a small picture, and the size to scale it to. */
const FROM = { width: 640, height: 480 };
const TO = { width: 480, height: 360 };

/**
 * Makes the engine read and scale a small picture and discards the result; every row is reported. Real work shows the
 * machine's speed, for about 20 ms of CPU, and leaves the scaling code compiled for the next photo.
 *
 * @param onStep Callback for each row.
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

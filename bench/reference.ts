import { FRAME_SIZES, SHADOW_CANVAS_PX, type StandardVariant } from "../shared/image/plan.ts";
import {
  createRaster,
  type Mask,
  type Raster,
  type Rect,
  type Size,
} from "../shared/image/raster.ts";
import { detailGeometry } from "../tests/helpers/car_geometry.ts";
import { fixture } from "../tests/helpers/fixtures.ts";
import { lanczos } from "../tests/helpers/lanczos.ts";
import { rasterOf } from "../tests/helpers/magick_files.ts";

/** A photo at full size, cut out with its true mask, and the function's crop. */
export interface Reference {
  /** The upright photo at full size; its alpha is the mask. */
  full: Raster;
  /** The crop in the working image's pixels. */
  crop: Rect;
  /** The working image's size. */
  working: Size;
}

/**
 * Prepares a fixture for reference renderings.
 *
 * @param name The fixture, such as `street`.
 * @param working API4.ai's mask at the working size, which determines the crop.
 */
export async function referenceOf(name: string, working: Mask): Promise<Reference> {
  const full = await rasterOf(await fixture(`${name}.jpg`), (image) => image.autoOrient());
  const mask = await rasterOf(await fixture(`${name}.mask.png`));
  for (let at = 0; at < full.data.length; at += 4) full.data[at + 3] = mask.data[at];
  return { full, crop: detailGeometry(working).crop, working };
}

/** Renders a variant without its shadow from the full photo, in one Lanczos step in floating point. */
export function renderReference({ full, crop, working }: Reference, name: StandardVariant): Raster {
  const [across, down] = [full.width / working.width, full.height / working.height];
  const source = {
    x: crop.x * across,
    y: crop.y * down,
    width: crop.width * across,
    height: crop.height * down,
  };
  const { frame, shown } = layout(crop, name);
  const car = lanczos(full, source, shown);
  const result = createRaster(frame);
  for (let y = 0; y < shown.height; y++) {
    const row = car.data.subarray(y * shown.width * 4, (y + 1) * shown.width * 4);
    result.data.set(row, ((shown.y + y) * frame.width + shown.x) * 4);
  }
  return result;
}

/** Computes the place of the crop in a variant: contained and centered. */
function layout(crop: Size, name: StandardVariant): { frame: Size; shown: Rect } {
  if (name === "processed") {
    const [width, height] = [crop.width + SHADOW_CANVAS_PX, crop.height + SHADOW_CANVAS_PX];
    const margin = SHADOW_CANVAS_PX / 2;
    const { width: across, height: down } = crop;
    return {
      frame: { width, height },
      shown: { x: margin, y: margin, width: across, height: down },
    };
  }
  const frame = FRAME_SIZES[name];
  const zoom = Math.min(frame.width / crop.width, frame.height / crop.height);
  const width = Math.round(crop.width * zoom);
  const height = Math.round(crop.height * zoom);
  const x = Math.floor((frame.width - width) / 2);
  const y = Math.floor((frame.height - height) / 2);
  return { frame, shown: { x, y, width, height } };
}

import { cover } from "./edit/cover.ts";
import { drawFloor, type FloorLook } from "./edit/floor/draw_floor.ts";
import { drawShadow } from "./edit/shadow.ts";
import { freeBuffer } from "../lib/free_buffer.ts";
import { encode } from "./encode/encode.ts";
import { flatten } from "./edit/flatten.ts";
import type { OutputFormat } from "./image_format.ts";
import { place } from "./edit/place.ts";
import type { VariantPlan } from "./plan.ts";
import { type Color, cut, type Raster } from "./raster.ts";
import { putBefore } from "./edit/put_before.ts";
import { resample } from "./edit/resample.ts";
import { paintStudio, type Studio } from "./edit/studio.ts";

/** The settings of one rendering, decided before any pixel is touched. */
export interface RenderPlan extends VariantPlan {
  /** Whether the drop shadow is drawn. */
  shadow: boolean;
  /** Opacity of the drop shadow, 0 to 1. @default 0.5 */
  shadowOpacity?: number;
  /** The look of the floor on which the car stands. @default no floor */
  floor?: FloorLook;
  /** The colour behind the variant's transparent parts; alpha 0 leaves them transparent. */
  background: Color;
  /** Backdrop instead of a colour. @default none */
  backdrop?: Backdrop;
  /** The file type. */
  format: OutputFormat;
  /** Encoder quality, 1 to 100; ignored for PNG. */
  quality: number;
}

/** Backdrop behind the car: a painted studio, or a picture that covers the frame. */
export type Backdrop = { studio: Studio } | { picture: Raster };

type Step = (image: Raster, plan: RenderPlan) => Raster;

/** The steps from the crop to a variant's pixels. A step that does not apply to a plan returns the image unchanged. */
const STEPS: readonly Step[] = [
  function take(image, { source }) {
    return source.width === image.width && source.height === image.height
      ? image
      : cut(image, source);
  },
  function scale(image, { target }) {
    return resample(image, target);
  },
  function frame(image, { frame, target }) {
    return place(image, frame, target);
  },
  function floor(image, { floor }) {
    return floor ? drawFloor(image, floor) : image;
  },
  function shadow(image, { shadow, scale, shadowOpacity }) {
    return shadow ? drawShadow(image, scale, shadowOpacity) : image;
  },
  function background(image, { background, backdrop }) {
    if (backdrop) {
      const behind = "studio" in backdrop
        ? paintStudio(image, backdrop.studio)
        : cover(backdrop.picture, image);
      return putBefore(image, behind);
    }
    return background.a > 0 ? flatten(image, background) : image;
  },
];

/**
 * Renders a variant and encodes it.
 *
 * @param crop The cropped subject; it is not changed.
 * @param plan The settings of the rendering.
 * @returns The encoded file.
 */
export async function renderVariant(
  crop: Raster,
  plan: RenderPlan,
): Promise<Uint8Array<ArrayBuffer>> {
  let image = crop;
  for (const step of STEPS) {
    const next = step(image, plan);
    // Garbage collections take CPU: pictures that are no longer needed are freed at once.
    if (image !== crop && next.data.buffer !== image.data.buffer) freeBuffer(image.data);
    image = next;
  }
  const file = await encode(image, plan.format, plan.quality);
  if (image.data.buffer !== crop.data.buffer) freeBuffer(image.data);
  return file;
}

import { frameCar, type Framing, ownFrame, type Subject } from "./framing.ts";
import type { Rect, Size } from "./raster.ts";

/** The variants, in the order of the response. */
export const VARIANTS = ["processed", "grid", "detail"] as const;

/** The name of a variant that every portal has. */
export type StandardVariant = typeof VARIANTS[number];

/** A variant's name: a standard one, or one of a preset. */
export type VariantName = string;

/** Sizes of the variants whose size is fixed, in pixels. */
export const FRAME_SIZES: Record<Exclude<StandardVariant, "processed">, Size> = {
  grid: { width: 600, height: 400 },
  detail: { width: 1200, height: 800 },
};

/** The crop of a photo: `auto` crops to the subject, `none` keeps the whole photo. */
export type CropMode = "auto" | "none";

/** The way a crop fills a frame of another shape, as in CSS `object-fit`. */
export type Fit = "contain" | "cover" | "fill";

/** Pixels that a shadow or a reflection adds to each dimension of `processed`, both sides together. */
export const SHADOW_CANVAS_PX = 40;

/** The geometry of one variant. */
export interface VariantPlan {
  name: VariantName;
  /** The variant's size. */
  frame: Size;
  /** The visible part of the crop, in the crop's pixels. */
  source: Rect;
  /** The place of that part in the frame, in the frame's pixels. */
  target: Rect;
  /** Frame pixels per crop pixel; the shadow scales with it. */
  scale: number;
  /** Whether the car is smaller than the framing asks for, since it would have to be enlarged too much. @default false */
  isCarSmall?: boolean;
}

/**
 * Target for the longer side of a working image, in pixels. The real side is at most an eighth longer, so that the
 * image always fits API4.ai's limits.
 */
export const WORKING_SIDE_PX = 2_048;

/**
 * Sizes that are close enough to the working size, as shares of it. A closer size would need a resampling of the whole
 * frame (half a second of CPU), and the variants are resampled from it anyway.
 */
const NEAR = { min: 0.85, max: 1.125 };

/** A working image's size and the reduction that leads to it. */
export interface WorkingSize extends Size {
  /** Source pixels per result pixel on each side; a whole number means that blocks are averaged. */
  pixelsPerPixel: number;
}

/**
 * Computes the size of a working image: the photo's own size, or a reduction whose longer side is near `longSidePx`. A
 * reduction by a whole number is preferred if one comes near.
 *
 * @param size The photo's size.
 * @param longSidePx The target for the longer side, in pixels; the result's is at most 1.125 times that.
 */
export function workingSize(size: Size, longSidePx: number): WorkingSize {
  const long = Math.max(size.width, size.height);
  const factor = Math.ceil(long / (longSidePx * NEAR.max));
  const pixelsPerPixel = long / factor >= longSidePx * NEAR.min || factor === 1
    ? factor
    : long / longSidePx;
  return {
    width: atLeastOne(size.width / pixelsPerPixel),
    height: atLeastOne(size.height / pixelsPerPixel),
    pixelsPerPixel,
  };
}

/**
 * Returns the whole number by which a photo can be reduced before it is scaled to its working size, 1 or more. Only for a
 * fraction something is left to scale then.
 *
 * @param size The photo's size.
 * @param longSidePx The target for the longer side, in pixels.
 */
export function wholeReduction(size: Size, longSidePx: number): number {
  return Math.floor(workingSize(size, longSidePx).pixelsPerPixel);
}

/**
 * Computes the size at which to decode a JPEG. The decoder scales in eighths. The result is the largest such size
 * within the working size if that is near enough, otherwise the next larger one.
 *
 * @param size The size in the file.
 * @param longSidePx The target for the longer side, in pixels.
 */
export function jpegScale(size: Size, longSidePx: number): Size {
  const eighths = jpegEighths(size, longSidePx);
  return {
    width: Math.ceil((size.width * eighths) / 8),
    height: Math.ceil((size.height * eighths) / 8),
  };
}

/** Computes the scale of {@linkcode jpegScale}, in eighths: 1 to 8. */
export function jpegEighths({ width, height }: Size, longSidePx: number): number {
  const long = Math.max(width, height);
  const eighths = Math.max(1, Math.min(8, Math.floor((longSidePx / long) * 8)));
  const near = (long * eighths) / 8 >= longSidePx * NEAR.min;
  return near ? eighths : Math.min(8, eighths + 1);
}

/**
 * Widens a rectangle on every side and clamps it to the image.
 *
 * @param bounds The subject's bounding box.
 * @param paddingPx Pixels added on each side.
 * @param within The image's size.
 */
export function pad(bounds: Rect, paddingPx: number, within: Size): Rect {
  const x = Math.max(0, bounds.x - paddingPx);
  const y = Math.max(0, bounds.y - paddingPx);
  return {
    x,
    y,
    width: Math.min(within.width, bounds.x + bounds.width + paddingPx) - x,
    height: Math.min(within.height, bounds.y + bounds.height + paddingPx) - y,
  };
}

/**
 * Plans a variant.
 *
 * @param name The variant; `processed` keeps the crop's size, the others have a fixed size.
 * @param crop The crop's size.
 * @param fit How the crop fills `grid` and `detail`.
 * @param shadow Whether a shadow or a reflection is drawn; if so, `processed` grows by {@linkcode SHADOW_CANVAS_PX}.
 * @param frame The variant's fixed size; `processed` has none. @default the size of `grid` or `detail`
 */
export function planVariant(
  name: VariantName,
  crop: Size,
  fit: Fit,
  shadow: boolean,
  frame: Size | undefined = standardFrame(name),
): VariantPlan {
  const fullCrop = { x: 0, y: 0, width: crop.width, height: crop.height };
  if (frame === undefined) {
    const room = shadow ? SHADOW_CANVAS_PX : 0;
    const frame = { width: crop.width + room, height: crop.height + room };
    return {
      name,
      frame,
      source: fullCrop,
      target: { ...fullCrop, x: room / 2, y: room / 2 },
      scale: 1,
    };
  }
  const across = frame.width / crop.width;
  const down = frame.height / crop.height;
  if (fit === "fill") {
    return {
      name,
      frame,
      source: fullCrop,
      target: { x: 0, y: 0, ...frame },
      scale: Math.sqrt(across * down),
    };
  }
  if (fit === "cover") {
    const scale = Math.max(across, down);
    return {
      name,
      frame,
      source: centred(frame, 1 / scale, crop),
      target: { x: 0, y: 0, ...frame },
      scale,
    };
  }
  const scale = Math.min(across, down);
  return { name, frame, source: fullCrop, target: centred(crop, scale, frame), scale };
}

function standardFrame(name: VariantName): Size | undefined {
  return name === "grid" || name === "detail" ? FRAME_SIZES[name] : undefined;
}

/**
 * Plans a variant in which the car has a fixed place.
 *
 * @param name The variant. `processed` gets the framing's shape and keeps the car's pixels, up to {@linkcode WORKING_SIDE_PX}
 * on its longer side; the others have a fixed size.
 * @param crop The crop's size.
 * @param subject The car in the crop.
 * @param framing The framing.
 * @param fixed The variant's fixed size; `processed` has none.
 * @param maxEnlargement Bound on the car's enlargement, in frame pixels per crop pixel. @default {@linkcode MAX_ENLARGEMENT}
 */
export function planFramedVariant(
  name: VariantName,
  crop: Size,
  subject: Subject,
  framing: Framing,
  fixed: Size | undefined,
  maxEnlargement?: number,
): VariantPlan {
  const frame = fixed ?? ownFrame(subject, framing, WORKING_SIDE_PX);
  return { name, frame, ...frameCar(crop, subject, framing, frame, maxEnlargement) };
}

/** Scales a size and centres it within another. */
function centred(size: Size, scale: number, within: Size): Rect {
  const width = Math.min(within.width, atLeastOne(size.width * scale));
  const height = Math.min(within.height, atLeastOne(size.height * scale));
  return {
    x: Math.floor((within.width - width) / 2),
    y: Math.floor((within.height - height) / 2),
    width,
    height,
  };
}

function atLeastOne(value: number): number {
  return Math.max(1, Math.round(value));
}

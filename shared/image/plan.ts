import type { Rect, Size } from "./raster.ts";

/** The variants, in the order in which they are answered. */
export const VARIANTS = ["processed", "grid", "detail"] as const;

/** A variant's name. */
export type VariantName = typeof VARIANTS[number];

/** Sizes of the variants whose size is fixed, in pixels. */
export const FRAME_SIZES: Record<Exclude<VariantName, "processed">, Size> = {
  grid: { width: 600, height: 400 },
  detail: { width: 1200, height: 800 },
};

/** How a photo is cropped: to its subject, or not at all. */
export type CropMode = "auto" | "none";

/** How a subject is put into a frame of another shape: like CSS' `object-fit`. */
export type Fit = "contain" | "cover" | "fill";

/** Room for the shadow around `processed`, in pixels, both sides together. */
export const SHADOW_CANVAS_PX = 40;

/** Where one variant's pixels come from and go to. */
export interface VariantPlan {
  name: VariantName;
  /** The variant's size. */
  frame: Size;
  /** The part of the crop that is shown, in the crop's pixels. */
  source: Rect;
  /** Where it is shown, in the frame's pixels. */
  target: Rect;
  /** The frame's pixels per crop pixel; the shadow scales with it. */
  scale: number;
}

/**
 * About the longer side at which a photo is worked on, in pixels, and at most an eighth more: what API4.ai is sent always
 * fits its limits.
 */
export const WORKING_SIDE_PX = 2_048;

/**
 * How near to the working size is near enough, as shares of it: getting nearer would cost a resampling of the whole
 * frame, half a second of CPU, and the variants are resampled from it again anyway.
 */
const NEAR = { least: 0.85, most: 1.125 };

/** A size, and how it is come by. */
export interface WorkingSize extends Size {
  /** Pixels of each side that become one: by averaging them, where they are a whole number. */
  pixelsPerPixel: number;
}

/**
 * The size at which a photo is worked on: its own, or scaled down until the longer side is near `longSidePx`, by a whole
 * number if one comes near.
 *
 * @param size The photo's size.
 * @param longSidePx What its longer side should be; the result's is at most 1.125 times that.
 */
export function workingSize(size: Size, longSidePx: number): WorkingSize {
  const long = Math.max(size.width, size.height);
  const whole = Math.ceil(long / (longSidePx * NEAR.most));
  const pixelsPerPixel = long / whole >= longSidePx * NEAR.least || whole === 1
    ? whole
    : long / longSidePx;
  return {
    width: atLeastOne(size.width / pixelsPerPixel),
    height: atLeastOne(size.height / pixelsPerPixel),
    pixelsPerPixel,
  };
}

/**
 * The size at which a JPEG is decoded. Its decoder scales in eighths: the largest that is within the working size, if
 * that is near, and otherwise the next one above.
 *
 * @param size The size in the file.
 * @param longSidePx The working size.
 */
export function jpegScale(size: Size, longSidePx: number): Size {
  const long = Math.max(size.width, size.height);
  const eighths = Math.max(1, Math.min(8, Math.floor((longSidePx / long) * 8)));
  const near = (long * eighths) / 8 >= longSidePx * NEAR.least;
  const chosen = near ? eighths : Math.min(8, eighths + 1);
  return {
    width: Math.ceil((size.width * chosen) / 8),
    height: Math.ceil((size.height * chosen) / 8),
  };
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
 * @param name Which one: `processed` keeps the crop's size, the others have one of their own.
 * @param crop The crop's size.
 * @param fit How the crop is put into `grid` and `detail`.
 * @param shadow Whether a shadow will be drawn: `processed` grows by {@linkcode SHADOW_CANVAS_PX} then.
 */
export function planVariant(name: VariantName, crop: Size, fit: Fit, shadow: boolean): VariantPlan {
  const whole = { x: 0, y: 0, width: crop.width, height: crop.height };
  if (name === "processed") {
    const room = shadow ? SHADOW_CANVAS_PX : 0;
    const frame = { width: crop.width + room, height: crop.height + room };
    return { name, frame, source: whole, target: { ...whole, x: room / 2, y: room / 2 }, scale: 1 };
  }
  const frame = FRAME_SIZES[name];
  const across = frame.width / crop.width;
  const down = frame.height / crop.height;
  if (fit === "fill") {
    return {
      name,
      frame,
      source: whole,
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
  return { name, frame, source: whole, target: centred(crop, scale, frame), scale };
}

/** A size times a scale, centred within another. */
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

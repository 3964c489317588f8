import type { Rect, Size } from "./raster.ts";

/** The place of the car in a frame, the same for every photo of a gallery. */
export interface Framing {
  /** The car's width as a share of the frame's, 0.5 to 1. */
  car_width: number;
  /** Bound on the car's height as a share of the frame's, 0.5 to 1. */
  car_height: number;
  /** Distance of the lowest tyre from the frame's top as a share of its height, 0.5 to 1. */
  ground_line: number;
  /** Horizontal alignment of a car that the photo does not cut. */
  align: "center";
  /** Shape of `processed`, as `width:height`. The other variants have their own shapes. */
  aspect: string;
}

/** Sides of a rectangle. */
export interface Sides {
  left: boolean;
  top: boolean;
  right: boolean;
  bottom: boolean;
}

/** The car in a crop. */
export interface Subject {
  /** The box of its solid pixels, in the crop's pixels. */
  box: Rect;
  /** The sides at which the photo itself cuts the car. */
  cut: Sides;
}

/** The place of a crop in a frame. */
export interface FramedCrop {
  /** The visible part of the crop, in the crop's pixels. */
  source: Rect;
  /** Its place in the frame, in the frame's pixels. */
  target: Rect;
  /** Frame pixels per crop pixel. */
  scale: number;
  /** Whether the car is smaller than the framing asks for, because of {@linkcode MAX_ENLARGEMENT}. */
  isCarSmall: boolean;
}

/** Bound on the enlargement of a car. Beyond it, blur and compression artefacts of the photo become visible. */
export const MAX_ENLARGEMENT = 1.5;

/** Parses a framing's shape. @returns Width divided by height; `NaN` if the text is none. */
export function aspectOf(text: string): number {
  const [, width, height] = /^(\d{1,2}(?:\.\d{1,2})?):(\d{1,2}(?:\.\d{1,2})?)$/.exec(text) ?? [];
  return Number(width) / Number(height);
}

/**
 * Computes the smallest frame of the framing's shape in which the car keeps its pixels.
 *
 * @param subject The car in its crop.
 * @param framing The framing.
 * @param longSidePx Bound on the frame's longer side, in pixels.
 */
export function ownFrame(subject: Subject, framing: Framing, longSidePx: number): Size {
  const aspect = aspectOf(framing.aspect);
  const unit = { width: aspect, height: 1 };
  const height = Math.min(1 / scaleIn(unit, subject, framing), longSidePx / Math.max(aspect, 1));
  return { width: atLeastOne(height * aspect), height: atLeastOne(height) };
}

/**
 * Places a car in a frame: at the framing's width or height, whichever is reached first, with the lowest tyre on the
 * ground line. A side at which the photo cuts the car lies at the frame's edge.
 *
 * @param crop The crop's size.
 * @param subject The car in the crop.
 * @param framing The framing.
 * @param frame The frame's size.
 * @param maxEnlargement Bound on the enlargement, in frame pixels per crop pixel.
 */
export function frameCar(
  crop: Size,
  subject: Subject,
  framing: Framing,
  frame: Size,
  maxEnlargement = MAX_ENLARGEMENT,
): FramedCrop {
  const { box, cut } = subject;
  const wanted = scaleIn(frame, subject, framing);
  const scale = Math.min(wanted, maxEnlargement);
  const free = frame.width - box.width * scale;
  const left = cut.left === cut.right ? free / 2 : cut.left ? 0 : free;
  const bottom = cut.bottom
    ? frame.height
    : cut.top
    ? box.height * scale
    : framing.ground_line * frame.height;
  const whole = {
    // At a cut side, rounding must leave no gap.
    x: roundTo(left - box.x * scale, cut.left, cut.right),
    y: roundTo(bottom - (box.y + box.height) * scale, cut.top, cut.bottom),
    width: atLeastOne(crop.width * scale),
    height: atLeastOne(crop.height * scale),
  };
  const target = overlap(whole, frame);
  const isCarSmall = wanted > maxEnlargement;
  return { source: sourceOf(target, whole, crop), target, scale, isCarSmall };
}

/** Computes the scale that a framing asks for. It is proportional to the frame's size. */
function scaleIn(frame: Size, { box, cut }: Subject, framing: Framing): number {
  const across = frame.width / box.width;
  const down = frame.height / box.height;
  const ground = framing.ground_line;
  const spansWidth = cut.left && cut.right;
  const spansHeight = cut.top && cut.bottom;
  const wide = spansWidth ? across : across * framing.car_width;
  const high = spansHeight
    ? down
    : cut.bottom
    ? down * framing.car_height
    : cut.top
    ? down * ground
    : down * Math.min(framing.car_height, ground);
  // A car that is cut on both of two opposite sides fills the frame between them, whatever its other sides lose.
  return Math.max(Math.min(wide, high), spansWidth ? wide : 0, spansHeight ? high : 0);
}

function roundTo(value: number, isCutBefore: boolean, isCutAfter: boolean): number {
  if (isCutBefore === isCutAfter) return Math.round(value);
  return isCutBefore ? Math.floor(value) : Math.ceil(value);
}

function overlap(rect: Rect, { width, height }: Size): Rect {
  const x = Math.min(Math.max(0, rect.x), width - 1);
  const y = Math.min(Math.max(0, rect.y), height - 1);
  return {
    x,
    y,
    width: atLeastOne(Math.min(width, rect.x + rect.width) - x),
    height: atLeastOne(Math.min(height, rect.y + rect.height) - y),
  };
}

/** Finds the part of the crop that a part of its place in the frame shows. */
function sourceOf(part: Rect, whole: Rect, crop: Size): Rect {
  const [x, width] = span(part.x - whole.x, part.width, crop.width / whole.width, crop.width);
  const [y, height] = span(part.y - whole.y, part.height, crop.height / whole.height, crop.height);
  return { x, y, width, height };
}

function span(start: number, length: number, factor: number, bound: number): [number, number] {
  const from = Math.max(0, Math.min(Math.round(start * factor), bound - 1));
  return [from, Math.min(atLeastOne(length * factor), bound - from)];
}

function atLeastOne(value: number): number {
  return Math.max(1, Math.round(value));
}

import { convolve, gaussian } from "../gaussian.ts";
import type { Ground } from "./find_ground.ts";
import { extreme } from "./lower_contour.ts";
import { smoothStep } from "./smooth_step.ts";

// Chosen by eye on white, grey and coloured floors (`deno task looks`). Lengths are shares of the car's height. Densities are
// optical: the floor keeps exp(-density) of its light, so that two shades add up and never exceed black.
/** The dark, narrow shade where tyres and sill meet the floor. */
const CONTACT = {
  density: 2.4,
  /** Height of the car above the floor at which it becomes 1/e of that. */
  clearance: 0.045,
  /** Width below the line under a tyre, and its growth with the car's height above the floor. */
  sigma: 0.02,
  growth: 0.135,
  /** Blur along the line. */
  blur: 0.025,
};
/** The wide, soft shade of the body. */
const BODY = {
  density: 0.75,
  clearance: 0.3,
  /** Additional share at the sill: the floor farther under the car gets less light. */
  deep: 1.2,
  /** Widths below the line of its two halves. */
  near: 0.06,
  far: 0.2,
  blur: 0.14,
};
/** Lengths over which shades fade out: towards the car's ends, towards the line there, and towards the frame's sides. */
const FADE = { contact: 0.08, body: 0.25, contactLine: 0.08, line: 0.16, frame: 0.15 };
/** Smoothing of the line's bends, for each shade. */
const BEND = { contact: 0.05, body: 0.18 };
/** Room below the line that the body's shade needs; in less room it is narrower. */
const ROOM = 0.3;
/** Heights above the line between which the floor under a car ends. */
const UNDER = [0.2, 0.45] as const;
/** Greatest height above the floor that widens a shade. */
const HIGHEST = 0.3;

/** The shade of a floor: alpha of black, 0 to 255, in cells of `stepPx` x `stepPx` pixels of an image. */
export interface FloorShade {
  /** Top of the first row of cells, in pixels. */
  topPx: number;
  /** Columns of cells, over the image's whole width. */
  width: number;
  /** Rows of cells, to the image's lower edge. */
  height: number;
  data: Float32Array;
}

/**
 * Computes the shade of the floor under a car.
 *
 * Under the car, the shade begins at its lower contour; beside the car, at the line on which it stands. It ends before the
 * image's edges, unless the car touches them.
 *
 * @param ground The floor.
 * @param frameHeight The image's height in pixels.
 * @param strength Factor of the densities; 1 looks natural.
 */
export function floorShade(ground: Ground, frameHeight: number, strength: number): FloorShade {
  const { stepPx, first, last, heightPx, edges } = ground;
  const width = edges.length;
  const topPx = Math.max(0, Math.floor(extreme(edges, first, last, Math.min)) - stepPx);
  const height = Math.ceil((frameHeight - topPx) / stepPx);
  const data = new Float32Array(width * height);
  const unit = heightPx / stepPx;
  const { contact, clearance, width: spread, body, line, bent } = columnsOf(ground);
  for (let i = 0; i < width; i++) {
    const isUnder = i >= first && i <= last;
    const toEnd = columnsToEnd(ground, i) / unit;
    const shown = strength * frameFade(ground, i, unit);
    const inside = smoothStep(0, FADE.body, toEnd);
    const ends = smoothStep(0, FADE.contact, toEnd);
    const room = Math.max(0, frameHeight - line[i]) / heightPx;
    const narrowed = Math.max(0.01, Math.min(1, room / ROOM));
    const atEdge = bell(room, BODY.far * narrowed);
    const start = isUnder ? Math.min(line[i], edges[i] - stepPx) : line[i];
    const sigma = CONTACT.sigma + CONTACT.growth * spread[i];
    for (let row = Math.max(0, Math.floor((start - topPx) / stepPx)); row < height; row++) {
      const y = topPx + (row + 0.5) * stepPx;
      const below = (y - line[i]) / heightPx;
      let density = 0;
      if (below > 0) {
        const distance = Math.max(0, (y - Math.max(line[i], bent[i])) / heightPx);
        const far = Math.max(0, (bell(distance, BODY.far * narrowed) - atEdge) / (1 - atEdge));
        const rise = inside + (1 - inside) * smoothStep(0, FADE.line * narrowed, below);
        const contactRise = ends + (1 - ends) * smoothStep(0, FADE.contactLine * narrowed, below);
        density = contact[i] * contactRise * bell(below, Math.min(sigma, room / 2)) +
          body[i] * rise * (bell(distance, BODY.near * narrowed) + far) / 2;
      } else if (isUnder) {
        const deep = Math.min(1, -below / Math.max(0.01, clearance[i]));
        density = contact[i] * ends * bell(below, CONTACT.sigma + clearance[i]) +
          body[i] * inside * (1 + BODY.deep * deep * inside) * (1 - smoothStep(...UNDER, -below));
      }
      data[row * width + i] = 255 * (1 - Math.exp(-density * shown));
    }
  }
  return { topPx, width, height, data: underSteps(data, ground) };
}

/**
 * Continues the shade by one cell under the car beside a step of its contour, such as a tyre's side. Otherwise the
 * interpolation of the cells would leave a light seam along the step.
 */
function underSteps(data: Float32Array, { first, last, edges }: Ground): Float32Array {
  const width = edges.length;
  const result = data.slice();
  for (let start = 0; start < data.length; start += width) {
    for (let i = start + first; i <= start + last; i++) {
      if (data[i] > 0) continue;
      const left = i > start + first ? data[i - 1] : 0;
      result[i] = Math.max(left, i < start + last ? data[i + 1] : 0);
    }
  }
  return result;
}

/** The densities and lines of each column. */
function columnsOf(ground: Ground) {
  const { first, last, edges, stepPx, heightPx, line } = ground;
  const unit = heightPx / stepPx;
  const contact = new Float32Array(edges.length);
  const spread = new Float32Array(edges.length);
  const body = new Float32Array(edges.length);
  const clearances = new Float32Array(edges.length);
  for (let i = first; i <= last; i++) {
    const clearance = Math.max(0, line[i] - edges[i]) / heightPx; // in car heights
    clearances[i] = clearance;
    contact[i] = CONTACT.density * Math.exp(-clearance / CONTACT.clearance);
    spread[i] = contact[i] * Math.min(HIGHEST, clearance);
    body[i] = BODY.density * Math.exp(-clearance / BODY.clearance);
  }
  const sharp = blurred(contact, CONTACT.blur * unit, constant);
  const weighted = blurred(spread, CONTACT.blur * unit, constant);
  return {
    contact: sharp,
    clearance: blurred(clearances, CONTACT.blur * unit, constant),
    width: weighted.map((value, i) => sharp[i] > 1e-6 ? value / sharp[i] : 0),
    body: blurred(body, BODY.blur * unit, constant),
    line: blurred(line, BEND.contact * unit, straight),
    bent: blurred(line, BEND.body * unit, straight),
  };
}

/** Distance from a column to the car's nearer end, in columns, negative beside the car. A side of the frame is no end. */
function columnsToEnd({ first, last, edges }: Ground, column: number): number {
  const left = first === 0 ? Infinity : column - first;
  const right = last === edges.length - 1 ? Infinity : last - column;
  return Math.min(left, right) + 0.5;
}

/** Fades a shade out towards the frame's sides; a car that touches a side goes on beyond it. */
function frameFade({ first, last, edges }: Ground, column: number, unit: number): number {
  const reach = FADE.frame * unit;
  const left = first === 0 ? 1 : smoothStep(0, reach, column + 0.5);
  const right = last === edges.length - 1 ? 1 : smoothStep(0, reach, edges.length - column - 0.5);
  return left * right;
}

/** A bell curve with the value 1 at 0 and 1/e at `sigma`. */
function bell(distance: number, sigma: number): number {
  const t = distance / sigma;
  return Math.exp(-t * t);
}

/** The values beyond a line's ends. */
type Beyond = (end: number, mirrored: number) => number;
const constant: Beyond = (end) => end;
const straight: Beyond = (end, mirrored) => 2 * end - mirrored;

function blurred(values: Float32Array, sigma: number, beyond: Beyond): Float32Array {
  const kernel = gaussian(sigma);
  const radius = kernel.length - 1;
  const last = values.length - 1;
  const padded = new Float32Array(values.length + 2 * radius);
  padded.set(values, radius);
  for (let i = 1; i <= radius; i++) {
    padded[radius - i] = beyond(values[0], values[Math.min(last, i)]);
    padded[radius + last + i] = beyond(values[last], values[Math.max(0, last - i)]);
  }
  return values.map((_, i) => convolve(padded, i + radius, kernel));
}

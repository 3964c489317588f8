import { pad } from "../plan.ts";
import { type Raster, type Rect, wholeOf } from "../raster.ts";

/** Side of the squares whose mean brightness is compared, in pixels: 64 pixels even out noise and a JPEG's ringing. */
const BLOCK_PX = 8;

/** Squares between two that are compared: an edge inside a square spreads over its two neighbours. */
const APART = 2;

/**
 * Difference of brightness (0 to 255) that is an edge: more than the single level by which a smooth gradient steps, and four times
 * what noise reaches that stays within 250 to 255.
 */
const EDGE = 1.5;

/** Least distance to the found subject, in pixels: nearer than that lie its own blur and a JPEG's ringing. */
const CLEAR_PX = 16;

/**
 * Says whether a crop by {@linkcode darknessOf} may cut the subject: it is then nearly as bright as its ground, and only a part
 * of it was dark enough to be found.
 *
 * All pixels outside the bounds count as white. The function looks at the mean brightness of 8 x 8 squares along the crop's border,
 * just outside of it, on those sides that do not end at the photo's edge. The crop is uncertain where
 * - brightness changes along one of these sides by 1.5 levels within 16 pixels: something crosses the border, or
 * - nothing crosses, but brightness changes as much on the way from the middle of each of these sides to the photo's edge: the
 *   crop lies inside the subject.
 *
 * It reads some 60,000 pixels of a photo of 2048 x 1536.
 *
 * @param image The whole photo, opaque.
 * @param bounds What was found in it.
 * @param paddingPx Pixels added on each side; taken as 16 where it is less.
 */
export function cutsFaintEdge(image: Raster, bounds: Rect, paddingPx: number): boolean {
  const sides = openSides(image, pad(bounds, Math.max(paddingPx, CLEAR_PX), wholeOf(image)));
  if (sides.length === 0) return false;
  return sides.some(({ along }) => hasEdge(image, along)) ||
    sides.every(({ outwards }) => hasEdge(image, outwards));
}

/** A strip of squares, one beside or below the other. */
interface Strip {
  /** Top left of the first square. */
  x: number;
  y: number;
  /** How many squares there are. */
  count: number;
  /** From one square to the next, in pixels. */
  stepX: number;
  stepY: number;
}

interface Side {
  /** The squares that lie outside the side, from corner to corner. */
  along: Strip;
  /** The squares from the side's middle to the photo's edge. */
  outwards: Strip;
}

/** The sides of a crop that have room for a square between them and the photo's edge. */
function openSides({ width, height }: Raster, crop: Rect): Side[] {
  const [right, bottom] = [crop.x + crop.width, crop.y + crop.height];
  const column = (x: number, outwards: number, room: number): Side => ({
    along: { x, y: crop.y, count: squares(crop.height), stepX: 0, stepY: BLOCK_PX },
    outwards: { x, y: middle(crop.y, bottom), count: squares(room), stepX: outwards, stepY: 0 },
  });
  const row = (y: number, outwards: number, room: number): Side => ({
    along: { x: crop.x, y, count: squares(crop.width), stepX: BLOCK_PX, stepY: 0 },
    outwards: { x: middle(crop.x, right), y, count: squares(room), stepX: 0, stepY: outwards },
  });
  const sides = [
    column(crop.x - BLOCK_PX, -BLOCK_PX, crop.x),
    column(right, BLOCK_PX, width - right),
    row(crop.y - BLOCK_PX, -BLOCK_PX, crop.y),
    row(bottom, BLOCK_PX, height - bottom),
  ];
  // A crop that is narrower than a square has nothing to compare along it either.
  return sides.filter(({ along, outwards }) => along.count > 0 && outwards.count > 0);
}

function squares(px: number): number {
  return Math.floor(px / BLOCK_PX);
}

/** Where a square begins that lies in the middle between two edges. */
function middle(from: number, to: number): number {
  return from + Math.floor((to - from - BLOCK_PX) / 2);
}

function hasEdge(image: Raster, { x, y, count, stepX, stepY }: Strip): boolean {
  const levels: number[] = [];
  for (let i = 0; i < count; i++) {
    const level = brightness(image, x + i * stepX, y + i * stepY);
    if (i >= APART && Math.abs(level - levels[i - APART]) >= EDGE) return true;
    levels.push(level);
  }
  return false;
}

/** Mean of red, green and blue over a square, 0 to 255. */
function brightness({ data, width }: Raster, left: number, top: number): number {
  let sum = 0;
  for (let y = top; y < top + BLOCK_PX; y++) {
    const row = (y * width + left) * 4;
    for (let at = row; at < row + BLOCK_PX * 4; at += 4) {
      sum += data[at] + data[at + 1] + data[at + 2];
    }
  }
  return sum / (3 * BLOCK_PX * BLOCK_PX);
}

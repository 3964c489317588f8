import type { Raster } from "../../shared/image/raster.ts";
import { draw, type Rgba } from "./pixels.ts";

/** The views of a drawn car. */
export const VIEWS = ["side", "quarter", "front"] as const;

/** A view of a drawn car. */
export type View = typeof VIEWS[number];

type Point = readonly [x: number, y: number];

/** A drawn car, in units of 1/300 of the picture's width. */
interface Drawing {
  /** Outlines of the body and of its mirrors. */
  body: readonly (readonly Point[])[];
  /** Ellipses or, from the front, boxes: middle and half the size. */
  tyres: readonly { x: number; y: number; rx: number; ry: number; isBox?: true }[];
}

const box = (x: number, y: number, width: number, height: number): readonly Point[] => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];

export const DRAWINGS: Record<View, Drawing> = {
  side: {
    body: [[
      [30, 118],
      [60, 95],
      [110, 90],
      [140, 65],
      [215, 65],
      [255, 92],
      [270, 100],
      [272, 128],
      [
        262,
        134,
      ],
      [34, 134],
    ]],
    tyres: [{ x: 80, y: 132, rx: 20, ry: 20 }, { x: 225, y: 132, rx: 20, ry: 20 }],
  },
  quarter: {
    body: [[
      [32, 100],
      [50, 78],
      [100, 55],
      [190, 50],
      [235, 60],
      [255, 85],
      [254, 118],
      [140, 147],
      [
        105,
        150,
      ],
      [36, 135],
    ]],
    tyres: [{ x: 120, y: 138, rx: 17, ry: 24 }, { x: 230, y: 116, rx: 12, ry: 20 }],
  },
  front: {
    body: [
      [[95, 60], [205, 60], [232, 105], [235, 150], [65, 150], [68, 105]],
      box(45, 92, 26, 12),
      box(229, 92, 26, 12),
    ],
    tyres: [
      { x: 82, y: 155, rx: 13, ry: 15, isBox: true },
      { x: 218, y: 155, rx: 13, ry: 15, isBox: true },
    ],
  },
};

/** Colour of a drawn body. */
export const RED: Rgba = [190, 30, 24, 255];
/** Colour of drawn tyres. */
export const BLACK: Rgba = [20, 20, 22, 255];
const CLEAR: Rgba = [0, 0, 0, 0];

/**
 * Draws a car on transparent pixels.
 *
 * @param view The view.
 * @param scale Pixels per unit; the picture has 300 x 200 units.
 */
export function drawCar(view: View, scale = 1): Raster {
  const { body, tyres } = DRAWINGS[view];
  return draw({ width: 300 * scale, height: 200 * scale }, (column, row) => {
    const [x, y] = [(column + 0.5) / scale, (row + 0.5) / scale];
    const isTyre = tyres.some(({ x: cx, y: cy, rx, ry, isBox }) => {
      const [dx, dy] = [Math.abs(x - cx) / rx, Math.abs(y - cy) / ry];
      return isBox ? Math.max(dx, dy) < 1 : dx * dx + dy * dy < 1;
    });
    if (isTyre) return BLACK;
    return body.some((outline) => contains(outline, x, y)) ? RED : CLEAR;
  });
}

function contains(outline: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  outline.forEach(([ax, ay], i) => {
    const [bx, by] = outline[(i + 1) % outline.length];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  });
  return inside;
}

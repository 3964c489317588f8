import { packedPixels, type Raster } from "../raster.ts";
import { lumaOf } from "./luma.ts";

/** Alpha from which a pixel shows the subject only, 0 to 255: the cutout's own outline says nothing about focus. */
const SOLID = 250;

/** Difference between neighbours that continues an edge, 0 to 255; smaller ones are noise or flat. */
const SLOPE = 1;

/**
 * Brightness difference across an edge that counts as a clear one: a share of the picture's own brightness, and a minimum of
 * 0 to 255 that is far above noise and JPEG artefacts.
 */
const CONTRAST = { share: 0.25, min: 20 };

/** Number of clear edges that suffices for a measurement. */
const ENOUGH = 16;

/** Share of the edges that are at most as wide as the result: of a photo with little depth of field, the sharp part counts. */
const SHARPEST = 0.2;

/** Target for the number of pixels that are read in each direction. */
const PIXELS = 16_000;

/** Reductions at which edges are searched: those of a very blurred picture are too flat to be found at its own size. */
const REDUCTIONS = [1, 4, 8];

/**
 * Measures the width of the sharpest edges within a picture's solid parts.
 *
 * Along rows and columns, each run of rising or falling brightness is an edge, and its width is its whole difference divided by
 * its steepest step: 1 for a perfect edge, 2.5 times the standard deviation for one that a Gaussian blurs. The width depends
 * on neither contrast nor subject. Motion blurs one direction only, so the wider direction counts.
 *
 * @param image The image.
 * @param brightness The brightness of its light parts, 0 to 1.
 * @returns Pixels, 1 or more; `null` if there are too few clear edges.
 */
export function edgeWidth(image: Raster, brightness: number): number | null {
  const contrast = Math.max(CONTRAST.min, CONTRAST.share * brightness * 255);
  const across = widthAlong(image, "rows", contrast);
  const down = widthAlong(image, "columns", contrast);
  return across === null || down === null ? across ?? down : Math.max(across, down);
}

type Lines = "rows" | "columns";

function widthAlong(image: Raster, lines: Lines, contrast: number): number | null {
  for (const reduction of REDUCTIONS) {
    const widths = edgesAlong(image, lines, reduction, contrast);
    if (widths.length < ENOUGH) continue;
    widths.sort((a, b) => a - b);
    return widths[Math.floor(widths.length * SHARPEST)] * reduction;
  }
  return null;
}

/** Finds the widths of the clear edges along evenly spaced lines, in reduced pixels. */
function edgesAlong(
  image: Raster,
  lines: Lines,
  reduction: number,
  contrast: number,
): number[] {
  const { width, height } = image;
  const pixels = packedPixels(image);
  const [length, count, step, stride] = lines === "rows"
    ? [width, height, 1, width]
    : [height, width, width, 1];
  const space = Math.max(reduction, Math.ceil(width * height / PIXELS));
  const line = new Int16Array(Math.floor(length / reduction));
  const widths: number[] = [];
  for (let first = Math.floor(space / 2); first + reduction <= count; first += space) {
    if (reduction === 1) readLine(pixels, first * stride, step, line);
    else {
      for (let i = 0; i < line.length; i++) {
        line[i] = level(pixels, first * stride + i * reduction * step, step, stride, reduction);
      }
    }
    addEdges(line, contrast, widths);
  }
  return widths;
}

/** Reads the brightness along a line; -1 for a pixel that is not solid. One tight loop: a fresh process interprets it. */
function readLine(pixels: Uint32Array, start: number, step: number, line: Int16Array): void {
  for (let i = 0, at = start; i < line.length; i++, at += step) {
    const pixel = pixels[at];
    line[i] = pixel >>> 24 < SOLID
      ? -1
      : ((pixel & 255) * 77 + ((pixel >>> 8) & 255) * 150 + ((pixel >>> 16) & 255) * 29) >>> 8;
  }
}

/** Returns the mean brightness of a block, or -1 if one of its pixels is not solid. */
function level(
  pixels: Uint32Array,
  start: number,
  step: number,
  stride: number,
  size: number,
): number {
  let sum = 0;
  for (let along = 0; along < size; along++) {
    for (let beside = 0; beside < size; beside++) {
      const pixel = pixels[start + along * step + beside * stride];
      if (pixel >>> 24 < SOLID) return -1;
      sum += lumaOf(pixel);
    }
  }
  return sum / (size * size);
}

function addEdges(line: Int16Array, contrast: number, widths: number[]): void {
  let total = 0;
  let steepest = 0;
  for (let i = 1; i <= line.length; i++) {
    const isInside = i < line.length && line[i] >= 0 && line[i - 1] >= 0;
    const difference = isInside ? line[i] - line[i - 1] : 0;
    const size = Math.abs(difference);
    if (size > SLOPE && (total === 0 || (difference > 0) === (total > 0))) {
      total += difference;
      if (size > steepest) steepest = size;
      continue;
    }
    if (Math.abs(total) >= contrast) widths.push(Math.abs(total) / steepest);
    total = size > SLOPE ? difference : 0;
    steepest = size > SLOPE ? size : 0;
  }
}

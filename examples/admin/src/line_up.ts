/** A rectangle within a photo, as shares of its width and height. */
export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Longer side of the server's working image, in pixels. */
const WORKING_PX = { usual: 2048, min: 1500, max: 2310 };
/** The photo's longer side at each level of the search: first everywhere, then around the best place so far. */
const LEVELS_PX = [128, 512, 1280];
/** Bound on a pixel's difference, of 255, so that the shadow and flattened pixels count no more than other differences. */
const MAX_DIFFERENCE = 40;
/** Bound on the mean difference of a match. A photo and its own WebP differ by 2 to 6. */
const FOUND_BELOW = 14;
const SAMPLES = 900;
/** Number of scales that reach the next level. */
const CANDIDATES = 4;

/**
 * Finds the crop's place in a photo by comparing pixels, as answers do not contain it.
 *
 * @param photo The original, upright.
 * @param crop The variant `processed`, which has the scale of the server's working image.
 * @returns The place; `null` if no place matches well enough.
 */
export function lineUp(photo: ImageBitmap, crop: ImageBitmap): Place | null {
  const longPx = Math.max(photo.width, photo.height);
  let best = workingScales(longPx).map((scale): Candidate => ({ scale }));
  for (const levelPx of LEVELS_PX) {
    const reduction = levelPx / longPx;
    const full = pixelsOf(photo, reduction);
    const found = best.map(({ scale, at }) => {
      const part = pixelsOf(crop, reduction / scale);
      return { scale, at: { ...search(full, part, at && enlarged(at, levelPx)), levelPx } };
    });
    // Only finer levels distinguish scales that are near each other.
    found.sort((a, b) => a.at.difference - b.at.difference);
    best = found.slice(0, CANDIDATES);
  }
  const [{ scale, at }] = best;
  if (!at || at.difference > FOUND_BELOW) return null;
  const reduction = at.levelPx / longPx;
  return {
    left: at.x / (photo.width * reduction),
    top: at.y / (photo.height * reduction),
    width: crop.width / scale / photo.width,
    height: crop.height / scale / photo.height,
  };
}

/** Converts a place from a coarser level to a finer one. */
function enlarged({ x, y, levelPx: before }: Found & { levelPx: number }, levelPx: number) {
  const factor = levelPx / before;
  return { x: Math.round(x * factor), y: Math.round(y * factor), by: Math.ceil(factor) + 1 };
}

interface Found {
  x: number;
  y: number;
  difference: number;
}

/** A possible scale of the server's working image, and the crop's best place at it. */
interface Candidate {
  scale: number;
  at?: Found & { levelPx: number };
}

/** Lists the possible scales of the working image: eighths, as of JPEG decoders, one over an integer, or the usual size. */
function workingScales(longPx: number): number[] {
  if (longPx <= WORKING_PX.max) return [1];
  const scales = [
    WORKING_PX.usual / longPx,
    ...[7, 6, 5, 4, 3, 2, 1].map((eighths) => eighths / 8),
    ...[3, 5, 6, 7].map((divisor) => 1 / divisor),
  ];
  return scales.filter((scale) =>
    longPx * scale >= WORKING_PX.min && longPx * scale <= WORKING_PX.max
  );
}

function pixelsOf(image: ImageBitmap, scale: number): ImageData {
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d", {
    willReadFrequently: true,
  })!;
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** Tries every place, or those around one. The crop may exceed the photo's edge by the shadow's canvas. */
function search(
  full: ImageData,
  part: ImageData,
  around?: { x: number; y: number; by: number },
): Found {
  const over = Math.ceil(part.width * 0.05) + 1;
  const range = around
    ? {
      x0: around.x - around.by,
      x1: around.x + around.by,
      y0: around.y - around.by,
      y1: around.y + around.by,
    }
    : {
      x0: -over,
      x1: full.width - part.width + over,
      y0: -over,
      y1: full.height - part.height + over,
    };
  const samples = solidPixels(part);
  let best: Found = { x: 0, y: 0, difference: Infinity };
  for (let y = range.y0; y <= range.y1; y++) {
    for (let x = range.x0; x <= range.x1; x++) {
      const difference = differenceAt(full, part, samples, x, y);
      if (difference < best.difference) best = { x, y, difference };
    }
  }
  return best;
}

/** Returns the indices of a sample of the car's opaque pixels. */
function solidPixels({ data, width, height }: ImageData): Uint32Array {
  const solid: number[] = [];
  for (let index = 0; index < width * height; index++) {
    if (data[index * 4 + 3] >= 250) solid.push(index);
  }
  const step = Math.max(1, solid.length / SAMPLES);
  return Uint32Array.from(
    { length: Math.floor(solid.length / step) },
    (_, n) => solid[Math.floor(n * step)],
  );
}

function differenceAt(
  full: ImageData,
  part: ImageData,
  samples: Uint32Array,
  x: number,
  y: number,
): number {
  let sum = 0;
  for (const index of samples) {
    const fullX = x + index % part.width;
    const fullY = y + Math.floor(index / part.width);
    if (
      fullX < 0 || fullY < 0 || fullX >= full.width ||
      fullY >= full.height
    ) {
      sum += MAX_DIFFERENCE;
      continue;
    }
    const to = (fullY * full.width + fullX) * 4;
    let difference = 0;
    for (let channel = 0; channel < 3; channel++) {
      difference += Math.abs(
        part.data[index * 4 + channel] - full.data[to + channel],
      );
    }
    sum += Math.min(MAX_DIFFERENCE, difference / 3);
  }
  return samples.length === 0 ? Infinity : sum / samples.length;
}

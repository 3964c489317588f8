/** A rectangle within a photo, in parts of its width and height. */
export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The server works on photos of at most about this many pixels on the longer side. */
const WORKING_PX = { usual: 2048, least: 1500, most: 2310 };
/** The photo's longer side while searching: first all over it, then closer around the best place so far. */
const LEVELS_PX = [128, 512, 1280];
/** A car's pixel that differs by more than this, of 255, differs: the shadow and what was flattened count no more. */
const MOST_DIFFERENCE = 40;
/** Above this difference on average, nothing was found. A photo and its own WebP differ by 2 to 6. */
const FOUND_BELOW = 14;
const SAMPLES = 900;
/** How many scales are followed to the next level. */
const CANDIDATES = 4;

/**
 * Finds where in a photo the crop lies, by comparing pixels: answers do not tell it.
 *
 * @param photo The original, upright.
 * @param crop The variant `processed`, which has the scale that the server works at.
 * @returns `null` where the crop is not found, such as where it was drawn over.
 */
export function lineUp(photo: ImageBitmap, crop: ImageBitmap): Place | null {
  const longPx = Math.max(photo.width, photo.height);
  let best = workingScales(longPx).map((scale): Candidate => ({ scale }));
  for (const levelPx of LEVELS_PX) {
    const reduction = levelPx / longPx;
    const whole = pixelsOf(photo, reduction);
    const found = best.map(({ scale, at }) => {
      const part = pixelsOf(crop, reduction / scale);
      return { scale, at: { ...search(whole, part, at && enlarged(at, levelPx)), levelPx } };
    });
    // Scales that are near each other are told apart by the finer pixels only.
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

/** Where to look at a finer level for what was found at a coarser one. */
function enlarged({ x, y, levelPx: before }: Found & { levelPx: number }, levelPx: number) {
  const factor = levelPx / before;
  return { x: Math.round(x * factor), y: Math.round(y * factor), by: Math.ceil(factor) + 1 };
}

interface Found {
  x: number;
  y: number;
  difference: number;
}

/** A scale that the server may have worked at, and where the crop was found with it. */
interface Candidate {
  scale: number;
  at?: Found & { levelPx: number };
}

/** How much smaller than the photo the server may have worked: by eighths, as JPEG decoders do, by a whole number, or to the usual size. */
function workingScales(longPx: number): number[] {
  if (longPx <= WORKING_PX.most) return [1];
  const scales = [
    WORKING_PX.usual / longPx,
    ...[7, 6, 5, 4, 3, 2, 1].map((eighths) => eighths / 8),
    ...[3, 5, 6, 7].map((divisor) => 1 / divisor),
  ];
  return scales.filter((scale) =>
    longPx * scale >= WORKING_PX.least && longPx * scale <= WORKING_PX.most
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

/** Tries every place, or those around one; the crop may reach over the photo's edge by its shadow's canvas. */
function search(
  whole: ImageData,
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
      x1: whole.width - part.width + over,
      y0: -over,
      y1: whole.height - part.height + over,
    };
  const samples = solidPixels(part);
  let best: Found = { x: 0, y: 0, difference: Infinity };
  for (let y = range.y0; y <= range.y1; y++) {
    for (let x = range.x0; x <= range.x1; x++) {
      const difference = differenceAt(whole, part, samples, x, y);
      if (difference < best.difference) best = { x, y, difference };
    }
  }
  return best;
}

/** Indices of some of the pixels that are the car's own, spread over it. */
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
  whole: ImageData,
  part: ImageData,
  samples: Uint32Array,
  x: number,
  y: number,
): number {
  let sum = 0;
  for (const index of samples) {
    const wholeX = x + index % part.width;
    const wholeY = y + Math.floor(index / part.width);
    if (
      wholeX < 0 || wholeY < 0 || wholeX >= whole.width ||
      wholeY >= whole.height
    ) {
      sum += MOST_DIFFERENCE;
      continue;
    }
    const to = (wholeY * whole.width + wholeX) * 4;
    let difference = 0;
    for (let channel = 0; channel < 3; channel++) {
      difference += Math.abs(
        part.data[index * 4 + channel] - whole.data[to + channel],
      );
    }
    sum += Math.min(MOST_DIFFERENCE, difference / 3);
  }
  return samples.length === 0 ? Infinity : sum / samples.length;
}

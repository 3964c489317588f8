import { createRaster, type Raster, type Rect, type Size } from "../../shared/image/raster.ts";

/**
 * Resamples a rectangle of an image with Lanczos (3 lobes) on premultiplied alpha, by the textbook: in one step and
 * in floating point. The rectangle's edges may lie between pixels. Slow; the reference for `resample()`.
 */
export function lanczos(image: Raster, source: Rect, size: Size): Raster {
  const columns = weightsOf(source.x, source.width, size.width, image.width);
  const rows = weightsOf(source.y, source.height, size.height, image.height);
  const top = rows[0].first;
  const bottom = rows[rows.length - 1].first + rows[rows.length - 1].weights.length;
  const across = new Float32Array((bottom - top) * size.width * 4);
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < size.width; x++) {
      const sums = [0, 0, 0, 0];
      const { first, weights } = columns[x];
      for (let i = 0; i < weights.length; i++) {
        const from = (y * image.width + first + i) * 4;
        const covered = (image.data[from + 3] / 255) * weights[i];
        for (let c = 0; c < 3; c++) sums[c] += image.data[from + c] * covered;
        sums[3] += covered;
      }
      across.set(sums, ((y - top) * size.width + x) * 4);
    }
  }
  const result = createRaster(size);
  for (let y = 0; y < size.height; y++) {
    const { first, weights } = rows[y];
    for (let x = 0; x < size.width; x++) {
      const sums = [0, 0, 0, 0];
      for (let i = 0; i < weights.length; i++) {
        const from = ((first - top + i) * size.width + x) * 4;
        for (let c = 0; c < 4; c++) sums[c] += across[from + c] * weights[i];
      }
      const alpha = sums[3];
      const straight = alpha > 0 ? sums.slice(0, 3).map((sum) => sum / alpha) : [0, 0, 0];
      result.data.set([...straight, alpha * 255], (y * size.width + x) * 4); // clamped and rounded by the array
    }
  }
  return result;
}

/** Computes the weights of the source pixels of each result pixel. */
function weightsOf(start: number, length: number, count: number, bound: number) {
  const step = length / count;
  const stretch = Math.max(1, step);
  return Array.from({ length: count }, (_, index) => {
    const centre = start + (index + 0.5) * step;
    const first = Math.max(0, Math.ceil(centre - 3 * stretch - 0.5));
    const last = Math.min(bound - 1, Math.floor(centre + 3 * stretch - 0.5));
    const weights = Array.from(
      { length: last - first + 1 },
      (_, i) => kernel((first + i + 0.5 - centre) / stretch),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

function kernel(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= 3) return 0;
  const px = Math.PI * x;
  return (3 * Math.sin(px) * Math.sin(px / 3)) / (px * px);
}

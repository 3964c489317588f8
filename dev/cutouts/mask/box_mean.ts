import { emptyPlane, type Plane } from "../plane.ts";

/**
 * Averages each pixel with its neighbours up to `radiusPx` away, across and down. At the edges the window shrinks. The time
 * does not depend on the radius.
 */
export function boxMean({ width, height, data }: Plane, radiusPx: number): Plane {
  const across = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let sum = 0;
    for (let x = 0; x < Math.min(radiusPx, width); x++) sum += data[row + x];
    for (let x = 0; x < width; x++) {
      if (x + radiusPx < width) sum += data[row + x + radiusPx];
      if (x - radiusPx > 0) sum -= data[row + x - radiusPx - 1];
      const count = Math.min(width - 1, x + radiusPx) - Math.max(0, x - radiusPx) + 1;
      across[row + x] = sum / count;
    }
  }
  const result = emptyPlane(width, height);
  const sums = new Float64Array(width);
  const add = (y: number, sign: 1 | -1): void => {
    for (let x = 0; x < width; x++) sums[x] += sign * across[y * width + x];
  };
  for (let y = 0; y < Math.min(radiusPx, height); y++) add(y, 1);
  for (let y = 0; y < height; y++) {
    if (y + radiusPx < height) add(y + radiusPx, 1);
    if (y - radiusPx > 0) add(y - radiusPx - 1, -1);
    const count = Math.min(height - 1, y + radiusPx) - Math.max(0, y - radiusPx) + 1;
    for (let x = 0; x < width; x++) result.data[y * width + x] = sums[x] / count;
  }
  return result;
}

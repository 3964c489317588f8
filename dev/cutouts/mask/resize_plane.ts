import { emptyPlane, type Plane, type Rectangle } from "../plane.ts";

/** Samples a part of a plane to a size, by bilinear interpolation; edges repeat. */
export function resizePlane(
  source: Plane,
  part: Rectangle,
  width: number,
  height: number,
): Plane {
  const result = emptyPlane(width, height);
  const columns = positions(part.left, part.right, width, source.width);
  const rows = positions(part.top, part.bottom, height, source.height);
  for (let y = 0; y < height; y++) {
    const top = rows.at[y] * source.width;
    const bottom = Math.min(source.height - 1, rows.at[y] + 1) * source.width;
    const down = rows.share[y];
    for (let x = 0; x < width; x++) {
      const left = columns.at[x], right = Math.min(source.width - 1, left + 1);
      const across = columns.share[x];
      const upper = source.data[top + left] * (1 - across) + source.data[top + right] * across;
      const lower = source.data[bottom + left] * (1 - across) +
        source.data[bottom + right] * across;
      result.data[y * width + x] = upper * (1 - down) + lower * down;
    }
  }
  return result;
}

function positions(
  from: number,
  to: number,
  count: number,
  length: number,
): { at: Uint32Array; share: Float32Array } {
  const at = new Uint32Array(count), share = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const place = from + (i + 0.5) * (to - from) / count - 0.5;
    const inside = Math.min(length - 1, Math.max(0, place));
    at[i] = Math.floor(inside);
    share[i] = inside - at[i];
  }
  return { at, share };
}

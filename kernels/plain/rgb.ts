/** The twin of `addOpaqueAlpha` in `kernels/assembly/rgb.ts`. */
export function addOpaqueAlpha(rgb: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: rgb.length / 3 * 4 },
    (_, i) => i % 4 === 3 ? 255 : rgb[(i >> 2) * 3 + i % 4],
  );
}

/** The twin of `turnRows` in `kernels/assembly/rgb.ts`: a picture of an EXIF orientation, turned upright. */
export function turned(rgb: Uint8Array, width: number, orientation: number): Uint8Array {
  const height = rgb.length / 3 / width;
  const [columns, rows] = orientation < 5 ? [width, height] : [height, width];
  const upright = new Uint8Array(rgb.length);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const [right, bottom] = [columns - 1 - x, rows - 1 - y];
      const from = {
        1: [x, y],
        2: [right, y],
        3: [right, bottom],
        4: [x, bottom],
        5: [y, x],
        6: [y, right],
        7: [bottom, right],
        8: [bottom, x],
      }[orientation]!;
      const at = (from[1] * width + from[0]) * 3;
      upright.set(rgb.subarray(at, at + 3), (y * columns + x) * 3);
    }
  }
  return upright;
}

/** The twin of `hasColor` in `kernels/assembly/rgb.ts`. */
export function hasColor(rgb: Uint8Array): boolean {
  return rgb.some((value, i) => value !== rgb[i - i % 3]);
}

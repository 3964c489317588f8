/** One value a pixel, 0 (background) to 1 (subject), in rows from the top left. */
export interface Plane {
  width: number;
  height: number;
  data: Float32Array;
}

/** A rectangle in pixels from the top left, which may have fractions; right and bottom are exclusive. */
export interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Creates a plane of zeros. */
export function emptyPlane(width: number, height: number): Plane {
  return { width, height, data: new Float32Array(width * height) };
}

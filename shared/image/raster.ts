/** A size in pixels. */
export interface Size {
  /** Whole pixels, 1 or more. */
  width: number;
  /** Whole pixels, 1 or more. */
  height: number;
}

/** A rectangle of whole pixels: origin at the top left, right and bottom edges exclusive. */
export interface Rect extends Size {
  x: number;
  y: number;
}

/** An image: RGBA, 8 bit, row-major, straight (not premultiplied) alpha, sRGB. `data.length` is width x height x 4. */
export interface Raster extends Size {
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** A subject's coverage: a byte per pixel, row-major, 0 background, 255 subject. `data.length` is width x height. */
export interface Mask extends Size {
  data: Uint8Array<ArrayBuffer>;
}

/** A colour: straight RGBA, each value 0 to 255. */
export interface Color {
  r: number;
  g: number;
  b: number;
  a: number;
}

/** Creates a fully transparent image. */
export function createRaster({ width, height }: Size): Raster {
  return { width, height, data: new Uint8ClampedArray(width * height * 4) };
}

/** Views an image's pixels as 32-bit words over the same memory: 0xAABBGGRR on V8's little-endian machines. */
export function packedPixels(image: Raster): Uint32Array<ArrayBuffer> {
  return new Uint32Array(image.data.buffer, image.data.byteOffset, image.width * image.height);
}

/** Checks that every pixel of an image is fully opaque. */
export function isOpaque(image: Raster): boolean {
  return packedPixels(image).every((pixel) => pixel >>> 24 === 255);
}

/** Returns the rectangle that covers a whole size. */
export function rectOf({ width, height }: Size): Rect {
  return { x: 0, y: 0, width, height };
}

/** Copies a rectangle out of an image. The rectangle must lie within the image. */
export function cut(image: Raster, rect: Rect): Raster {
  const result = createRaster(rect);
  const source = packedPixels(image);
  const target = packedPixels(result);
  for (let row = 0; row < rect.height; row++) {
    const from = (rect.y + row) * image.width + rect.x;
    target.set(source.subarray(from, from + rect.width), row * rect.width);
  }
  return result;
}

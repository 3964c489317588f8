import type { Size } from "../raster.ts";

/** Rows of pixels, 8 bit, row-major. `data.length` is width x height x channels. */
export interface PixelRows extends Size {
  /** 3 for RGB, 4 for RGBA with straight alpha. */
  channels: 3 | 4;
  data: Uint8Array;
}

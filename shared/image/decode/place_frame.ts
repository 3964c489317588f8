import {
  AlphaAction,
  type IMagickImage,
  MagickColors,
  MagickGeometry,
} from "@imagemagick/magick-wasm";
import type { Rect, Size } from "../raster.ts";

/**
 * Places a decoded frame on its transparent canvas. Parts beyond the canvas are cut off.
 *
 * @param image The frame; it becomes the canvas.
 * @param canvas The canvas's size.
 * @param frame The frame's place on the canvas.
 */
export function placeFrame(image: IMagickImage, canvas: Size, { x, y }: Rect): void {
  if (image.width === canvas.width && image.height === canvas.height && x === 0 && y === 0) return;
  if (!image.hasAlpha) image.alpha(AlphaAction.Set);
  const view = new MagickGeometry(-x, -y, canvas.width, canvas.height);
  image.resetPage();
  image.extent(view, MagickColors.None);
  image.resetPage();
}

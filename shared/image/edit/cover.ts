import { cut, type Raster, type Size } from "../raster.ts";
import { resample } from "./resample.ts";

/** Number of sizes that are kept of a picture: those of `detail` and `grid`, and that of the last `processed`. */
const KEPT = 3;

const covers = new WeakMap<Raster, Map<string, Raster>>();

/**
 * Scales a picture so that it covers a frame, and cuts what is too much at both sides. The last results are kept with the
 * picture.
 *
 * @param picture The picture; it must not change any more.
 * @param frame The frame's size.
 * @returns An image of the frame's size. It must not be changed.
 */
export function cover(picture: Raster, frame: Size): Raster {
  const kept = covers.get(picture) ?? new Map<string, Raster>();
  covers.set(picture, kept);
  const key = `${frame.width}x${frame.height}`;
  const found = kept.get(key) ?? coverNow(picture, frame);
  kept.delete(key); // moves it to the end
  kept.set(key, found);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return found;
}

function coverNow(picture: Raster, frame: Size): Raster {
  const scale = Math.max(frame.width / picture.width, frame.height / picture.height);
  const width = Math.max(1, Math.min(picture.width, Math.round(frame.width / scale)));
  const height = Math.max(1, Math.min(picture.height, Math.round(frame.height / scale)));
  const x = Math.floor((picture.width - width) / 2);
  const y = Math.floor((picture.height - height) / 2);
  return resample(cut(picture, { x, y, width, height }), frame, "hamming");
}

import { alphaOf } from "../image/edit/bounds.ts";
import { decodeCutout } from "../image/decode/decode_cutout.ts";
import type { Size } from "../image/raster.ts";
import { BackgroundError } from "./background_error.ts";
import type { Cutout } from "./cutout.ts";

/** Minimum share of the frame that a cutout covers. One below it shows no car. */
export const MIN_COVER = 0.002;

/** Maximum share of the frame that a cutout covers. In one above it, nothing was removed. */
const MAX_COVER = 0.995;

/** Approximate number of pixels that are sampled of a large cutout. For these bounds, it is as good as all pixels. */
const SAMPLES = 100_000;

/** Coverage above which a pixel counts as covered, 0 to 255. */
export const COVERED = 127;

/**
 * Decodes the image of a reply and checks that it is usable: it has the size of the sent photo, is not empty and
 * does not cover the whole frame.
 *
 * @param bytes The encoded image.
 * @param size The size of the photo that was sent.
 * @param kind The expected kind of the reply: a grey mask, or an RGBA image.
 * @param sender The remover's name, for the error message.
 * @throws {BackgroundError} `background_removal_invalid_reply`
 */
export async function checkCutout(
  bytes: Uint8Array<ArrayBuffer>,
  size: Size,
  kind: Cutout["kind"],
  sender: string,
): Promise<Cutout> {
  const decoded = await decodeCutout(bytes, kind, size);
  if (!decoded.ok) throw invalid(sender, "is not the expected image", decoded.error);
  const cutout = decoded.value;
  const mask = cutout.kind === "mask" ? cutout.mask : alphaOf(cutout.image);
  const cover = coverOf(mask.data);
  if (cover < MIN_COVER) throw invalid(sender, "shows no car");
  if (cover > MAX_COVER) throw invalid(sender, "covers the whole photo");
  return cutout;
}

/** Estimates the share of covered pixels from samples. Their step is odd, so that they do not line up in columns. */
export function coverOf(data: Uint8Array): number {
  const step = Math.floor(data.length / SAMPLES) | 1;
  let covered = 0;
  for (let at = 0; at < data.length; at += step) if (data[at] > COVERED) covered++;
  return covered / Math.ceil(data.length / step);
}

function invalid(sender: string, fault: string, cause?: unknown): BackgroundError {
  return new BackgroundError(
    "background_removal_invalid_reply",
    `The cutout from ${sender} ${fault}.`,
    cause,
  );
}

import { OUTPUT_FORMATS } from "../image/image_format.ts";
import type { VariantName } from "../image/plan.ts";
import { photoHash as hashOf, sha256 } from "../photo_hash.ts";
import type { ProcessOptions } from "./options.ts";

/** Raised with every change that renders the same photo differently: what is stored is never overwritten by it. */
const PIPELINE_VERSION = 1;

/**
 * Content-addressed paths: the same photo with the same options and the same kind of cutout has the same paths, and
 * anything that changes a pixel has others. Nothing of the caller's file name is in them.
 *
 * @param photo The encoded photo.
 * @param options The caller's options; `variants` only chooses among paths.
 * @param cutout Which remover cut the photo out, or `none`: a photo whose background could not be removed is not stored
 * where the one without background belongs.
 * @returns A variant's path: `<SHA-256 of the photo>/<hash of the rest>/<variant>.<extension>`.
 */
export async function variantPaths(
  photo: Uint8Array<ArrayBuffer>,
  options: ProcessOptions,
  cutout: string,
): Promise<(name: VariantName) => string> {
  const { padding, shadow, fit, format, quality, background } = options;
  const settings = [
    PIPELINE_VERSION,
    cutout,
    padding,
    shadow,
    fit,
    format,
    quality,
    background.toLowerCase(),
  ];
  const [photoHash, settingsHash] = await Promise.all([
    hashOf(photo),
    sha256(new TextEncoder().encode(JSON.stringify(settings))),
  ]);
  const folder = `${photoHash}/${settingsHash.slice(0, 16)}`;
  return (name) => `${folder}/${name}.${OUTPUT_FORMATS[format].extension}`;
}

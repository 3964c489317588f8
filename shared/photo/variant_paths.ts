import type { CachedRemover } from "../background/cached_remover.ts";
import { OUTPUT_FORMATS } from "../image/image_format.ts";
import type { VariantName } from "../image/plan.ts";
import { photoHash as hashOf, sha256 } from "../lib/sha256.ts";
import type { ProcessOptions } from "./options.ts";

/** Raised with every change that renders the same photo differently: what is stored is never overwritten by it. */
export const PIPELINE_VERSION = 2;

/** Where a photo's variants are stored. */
export interface VariantPaths {
  /** `<SHA-256 of the photo>/<hash of the rest>`. */
  folder: string;
  /** A variant's file in it: `<variant>.<extension>`. */
  fileOf(name: VariantName): string;
  /** The two together. */
  pathOf(name: VariantName): string;
}

/**
 * Content-addressed paths: the same photo with the same options and the same kind of cutout has the same paths, and
 * anything that changes a pixel has others. Nothing of the caller's file name is in them.
 *
 * @param photo The encoded photo.
 * @param options The caller's options; `variants` only chooses among paths.
 * @param cutout Which remover cut the photo out, or `none`: a photo whose background could not be removed is not stored
 * where the one without background belongs.
 */
export async function variantPaths(
  photo: Uint8Array<ArrayBuffer>,
  options: ProcessOptions,
  cutout: string,
): Promise<VariantPaths> {
  const { crop, padding, shadow, fit, format, quality, background } = options;
  const settings = [
    PIPELINE_VERSION,
    cutout,
    crop === "none" ? "whole" : padding, // a whole picture has none; a crop has the path it had before there was a choice
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
  const fileOf = (name: VariantName) => `${name}.${OUTPUT_FORMATS[format].extension}`;
  return { folder, fileOf, pathOf: (name) => `${folder}/${fileOf(name)}` };
}

/** The part of a path that stands for a photo with its background. */
export const WITH_BACKGROUND = "none";

/** The part of a path that names the remover that should cut the photo out. */
export function intendedCutout(
  { skip_background_removal: isKept }: ProcessOptions,
  remover: CachedRemover | undefined,
): string {
  return remover && !isKept ? `${remover.provider}:${remover.variant}` : WITH_BACKGROUND;
}

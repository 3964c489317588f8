import type { CachedRemover } from "../background/cached_remover.ts";
import { OUTPUT_FORMATS } from "../image/image_format.ts";
import type { VariantName } from "../image/plan.ts";
import { photoHash as hashOf, sha256 } from "../lib/sha256.ts";
import type { ProcessOptions } from "./options.ts";

/**
 * Version of the pipeline. Raise it with every change that renders the same photo differently, so that stored
 * variants are never overwritten.
 */
export const PIPELINE_VERSION = 2;

/** The paths of a photo's variants in Storage. */
export interface VariantPaths {
  /** `<SHA-256 of the photo>/<hash of the rest>`. */
  folder: string;
  /** Returns a variant's file name: `<variant>.<extension>`. */
  fileOf(name: VariantName): string;
  /** Returns a variant's path: folder and file name. */
  pathOf(name: VariantName): string;
}

/**
 * Makes content-addressed paths: the same photo with the same options and the same kind of cutout has the same
 * paths, and anything that changes a pixel changes the paths. They contain nothing of the caller's file name.
 *
 * @param photo The encoded photo.
 * @param options The caller's options; `variants` only selects among the paths.
 * @param cutout The remover of the cutout, or `none`. A photo with a kept background has other paths than its cutout.
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
    crop === "none" ? "whole" : padding, // a whole picture has no padding; a crop keeps the path from before the option existed
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

/** The part of a path that names the intended remover. */
export function intendedCutout(
  { skip_background_removal: isKept }: ProcessOptions,
  remover: CachedRemover | undefined,
): string {
  return remover && !isKept ? `${remover.provider}:${remover.variant}` : WITH_BACKGROUND;
}

import type { CachedRemover } from "../background/cached_remover.ts";
import { OWN_ALPHA } from "../background/own_alpha.ts";
import { OUTPUT_FORMATS, type OutputFormat } from "../image/image_format.ts";
import { FRAME_SIZES, type VariantName } from "../image/plan.ts";
import { photoHash as hashOf, sha256 } from "../lib/sha256.ts";
import { DEFAULT_SHADOW_STRENGTH, type ProcessOptions } from "./options.ts";
import { type Presets, STANDARD_PRESETS, variantOptions } from "./presets/preset.ts";
import {
  type Backdrops,
  backgroundIdentity,
  NO_BACKDROPS,
  plateIdentity,
} from "./backdrop/backdrops.ts";
import type { ProcessedPhoto } from "./processed_photo.ts";

/**
 * Version of the pipeline. Raise it with every change that renders the same photo differently, so that stored
 * variants are never overwritten.
 */
export const PIPELINE_VERSION = 3;

/** The paths of a photo's variants in Storage. */
export interface VariantPaths {
  /** `<SHA-256 of the photo>/<hash of the rest>`. */
  folder: string;
  /**
   * Returns a variant's file name without its extension, by which the manifest lists it: the variant's name, and for a preset a
   * hash of its definition. A changed preset has other files.
   */
  stemOf(name: VariantName): string;
  /** Returns a variant's file name: stem and extension. */
  fileOf(name: VariantName): string;
  /** Returns a variant's path: folder and file name. */
  pathOf(name: VariantName): string;
}

/** Facts beside the options that paths depend on. */
export interface PathFacts {
  /** All presets. @default {@linkcode STANDARD_PRESETS} */
  presets?: Presets;
  /** The pictures of the backgrounds. @default none */
  backdrops?: Backdrops;
}

/**
 * Makes content-addressed paths: the same photo with the same options and the same kind of cutout has the same
 * paths, and anything that changes a pixel changes the paths. They contain nothing of the caller's file name.
 *
 * @param photo The encoded photo.
 * @param options The caller's options; `variants` only selects among the paths.
 * @param cutout The remover of the cutout, `own_alpha` or `none`. A photo with a kept background has other paths than its
 * cutout.
 * @param facts The presets, and the pictures of the backgrounds, whose content is a part of the paths.
 */
export async function variantPaths(
  photo: Uint8Array<ArrayBuffer>,
  options: ProcessOptions,
  cutout: string,
  { presets = STANDARD_PRESETS, backdrops = NO_BACKDROPS }: PathFacts = {},
): Promise<VariantPaths> {
  const { crop, padding, shadow, fit, format, quality, background, framing, plate } = options;
  const looks = changedLooks(options);
  const settings = [
    PIPELINE_VERSION,
    cutout,
    crop === "none" ? "whole" : padding, // a whole picture has no padding; a crop keeps the path from before the option existed
    shadow,
    fit,
    format,
    quality,
    backgroundIdentity(background, backdrops),
    ...(plate === "keep" ? [] : [{ plate: plateIdentity(options, backdrops) }]),
    ...(framing === "none" ? [] : [{ framing }]), // without it, the path from before the option existed
    ...(Object.keys(looks).length > 0 ? [looks] : []), // likewise
  ];
  const [photoHash, settingsHash, ...stems] = await Promise.all([
    hashOf(photo),
    hashOfJson(settings),
    ...options.variants.map((name) => stemFor(name, options, presets, backdrops)),
  ]);
  const folder = `${photoHash}/${settingsHash.slice(0, 16)}`;
  const stemOf = (name: VariantName) => stems[options.variants.indexOf(name)] ?? name;
  const fileOf = (name: VariantName) =>
    fileName(stemOf(name), variantOptions(name, options, presets).format);
  return { folder, stemOf, fileOf, pathOf: (name) => `${folder}/${fileOf(name)}` };
}

/** Returns the name of a variant's file. */
export function fileName(stem: string, format: OutputFormat): string {
  return `${stem}.${OUTPUT_FORMATS[format].extension}`;
}

async function stemFor(
  name: VariantName,
  { shadow, shadow_strength }: ProcessOptions,
  presets: Presets,
  backdrops: Backdrops,
): Promise<string> {
  const preset = presets.get(name);
  const isStandard = preset === undefined ||
    (Object.hasOwn(FRAME_SIZES, name) && preset === STANDARD_PRESETS.get(name));
  if (isStandard) return name;
  const { background } = preset;
  // The folder has the strength of the caller's shadow, but not that of a shadow which only the preset draws.
  const draws = shadow === "none" && (preset.shadow ?? "none") !== "none";
  const identity = {
    ...preset,
    ...(background !== undefined && { background: backgroundIdentity(background, backdrops) }),
    ...(draws && shadow_strength !== DEFAULT_SHADOW_STRENGTH && { shadow_strength }),
  };
  return `${name}-${(await hashOfJson(identity)).slice(0, 8)}`;
}

async function hashOfJson(value: unknown): Promise<string> {
  return await sha256(new TextEncoder().encode(JSON.stringify(value)));
}

/** Selects the looks that differ from the default and change a pixel. */
function changedLooks({ shadow, shadow_strength, reflection }: ProcessOptions) {
  return {
    ...(shadow !== "none" && shadow_strength !== DEFAULT_SHADOW_STRENGTH && { shadow_strength }),
    ...(reflection > 0 && { reflection }),
  };
}

/** The part of a path that stands for a photo with its background. */
export const WITH_BACKGROUND = "none";

/** The part of a path that names the remover to call, unless the photo came as a cutout. */
export function intendedCutout(
  { skip_background_removal: isKept }: ProcessOptions,
  remover: CachedRemover | undefined,
): string {
  return remover && !isKept ? `${remover.provider}:${remover.variant}` : WITH_BACKGROUND;
}

/**
 * Lists the cutouts whose result can answer a request, the preferred one first.
 *
 * @param mayBeCutout Whether the photo's header announces transparency. Only decoding shows if the photo is a cutout.
 */
export function acceptedCutouts(
  options: ProcessOptions,
  remover: CachedRemover | undefined,
  mayBeCutout: () => boolean,
): string[] {
  const intended = intendedCutout(options, remover);
  return usesOwnAlpha(options) && mayBeCutout() ? [OWN_ALPHA, intended] : [intended];
}

/** Whether a photo's own alpha is used as its cutout, if it is one. */
export function usesOwnAlpha(
  { skip_background_removal: isKept, trust_alpha: isTrusted }: ProcessOptions,
): boolean {
  return isTrusted && !isKept;
}

/** The part of a path that names a result's actual cutout. */
export function actualCutout(
  { removed, provider }: ProcessedPhoto["background"],
  intended: string,
): string {
  if (!removed) return WITH_BACKGROUND;
  return provider === OWN_ALPHA ? OWN_ALPHA : intended;
}

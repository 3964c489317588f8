import type { Raster } from "../../image/raster.ts";
import { AppError } from "../../errors.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { SourceRef } from "../../storage/source_store.ts";
import type { Background, ProcessOptions } from "../options.ts";
import { platePicture } from "../option_values.ts";
import { type Presets, variantOptions } from "../presets/preset.ts";
import { backdropKey, type BackdropPicture, type BackdropStore } from "./backdrop_store.ts";

/** The pictures of a request's backgrounds and of its plates' cover, by their places. */
export type Backdrops = ReadonlyMap<string, BackdropPicture>;

/** A request without such pictures. */
export const NO_BACKDROPS: Backdrops = new Map();

/** Returns a background's picture; `undefined` for a colour or a studio. */
export function pictureOf<T>(
  background: Background,
  pictures: ReadonlyMap<string, T>,
): T | undefined {
  return typeof background !== "string" && "storage_path" in background
    ? pictures.get(backdropKey(background.storage_path))
    : undefined;
}

/**
 * Reads the pictures behind a request's variants and over its plates.
 *
 * @param options The caller's options.
 * @param presets All presets.
 * @param store Reads the pictures.
 * @returns The pictures, or the store's errors.
 */
export async function loadBackdrops(
  options: ProcessOptions,
  presets: Presets,
  store: BackdropStore | undefined,
): Promise<Result<Backdrops>> {
  const pictures = new Map<string, BackdropPicture>();
  for (const ref of refsOf(options, presets)) {
    if (pictures.has(backdropKey(ref))) continue;
    if (!store) {
      return fail(new AppError("backdrop_not_found", "This function has no backgrounds."));
    }
    const picture = await store.load(ref);
    if (!picture.ok) return picture;
    pictures.set(backdropKey(ref), picture.value);
  }
  return ok(pictures.size === 0 ? NO_BACKDROPS : pictures);
}

/** Whether a request names a picture in Storage, behind the car or over its plates. */
export function hasBackdrops(options: ProcessOptions, presets: Presets): boolean {
  return refsOf(options, presets).length > 0;
}

function refsOf(options: ProcessOptions, presets: Presets): SourceRef[] {
  const behind = options.variants.flatMap((name) => {
    const { background } = variantOptions(name, options, presets);
    return typeof background !== "string" && "storage_path" in background
      ? [background.storage_path]
      : [];
  });
  const over = platePicture(options);
  return over ? [...behind, over] : behind;
}

/** Decodes the pictures. @returns The pictures by their places, or `backdrop_invalid`. */
export async function decodeBackdrops(
  backdrops: Backdrops,
): Promise<Result<ReadonlyMap<string, Raster>>> {
  const rasters = new Map<string, Raster>();
  for (const [key, picture] of backdrops) {
    const raster = await picture.decode();
    if (!raster.ok) return raster;
    rasters.set(key, raster.value);
  }
  return ok(rasters);
}

/** Returns the value that stands for a background in a path: its picture's content, not the picture's place. */
export function backgroundIdentity(background: Background, backdrops: Backdrops): unknown {
  if (typeof background === "string") return background.toLowerCase();
  const picture = pictureOf(background, backdrops);
  return picture ? { picture: picture.hash } : background;
}

/** Returns the value that stands for hidden plates in a path, as {@linkcode backgroundIdentity} does for a background. */
export function plateIdentity(options: ProcessOptions, backdrops: Backdrops): unknown {
  const ref = platePicture(options);
  const picture = ref && backdrops.get(backdropKey(ref));
  return picture ? { picture: picture.hash } : options.plate;
}

import type { PlateCover } from "../image/edit/hide_plate.ts";
import type { Studio } from "../image/edit/studio.ts";
import type { Color, Raster } from "../image/raster.ts";
import type { SourceRef } from "../storage/source_store.ts";
import type { Background, ProcessOptions } from "./options.ts";

/**
 * Parses the colour behind the transparent parts of a variant.
 *
 * @param options The caller's options, with a valid `background`.
 * @returns Straight RGBA. Alpha 0 keeps the variant transparent, or leaves it to a studio or a picture; for JPEG, the colour
 * is opaque.
 */
export function backgroundColor(
  { background, format }: Pick<ProcessOptions, "background" | "format">,
): Color {
  const color = typeof background !== "string" || background === "transparent"
    ? { r: 255, g: 255, b: 255, a: 0 }
    : parseHex(background);
  return format === "jpeg" ? onWhite(color) : color;
}

/** Returns the place of the picture that covers plates; `undefined` if none does. */
export function platePicture({ plate }: Pick<ProcessOptions, "plate">): SourceRef | undefined {
  return typeof plate === "string" || typeof plate.cover === "string"
    ? undefined
    : plate.cover.storage_path;
}

/**
 * Returns how an option hides plates; `null` if it keeps them.
 *
 * @param options The caller's options.
 * @param picture The picture that {@linkcode platePicture} names, decoded.
 */
export function plateCover(
  { plate }: Pick<ProcessOptions, "plate">,
  picture?: Raster,
): PlateCover | null {
  if (plate === "keep") return null;
  if (plate === "blur") return plate;
  if (typeof plate.cover === "string") return parseHex(plate.cover);
  if (!picture) throw new Error("The picture that covers the plate was not decoded.");
  return picture;
}

function parseHex(value: string): Color {
  const digits = value.slice(1);
  const full = digits.length <= 4 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const [r, g, b, a = 255] = full.match(/../g)!.map((pair) => parseInt(pair, 16));
  return { r, g, b, a };
}

/** Parses a studio's colours. */
export function studioOf(
  { wall, floor, horizon }: Extract<Background, { studio: unknown }>["studio"],
): Studio {
  const rgb = (value: string) => {
    const { r, g, b } = parseHex(value);
    return [r, g, b] as const;
  };
  return { wall: rgb(wall), floor: rgb(floor), horizon };
}

function onWhite({ r, g, b, a }: Color): Color {
  const over = (value: number) => Math.round((value * a + 255 * (255 - a)) / 255);
  return { r: over(r), g: over(g), b: over(b), a: 255 };
}

import { z } from "zod";
import { OUTPUT_FORMATS, type OutputFormat } from "../image/image_format.ts";
import { type CropMode, type Fit, VARIANTS } from "../image/plan.ts";
import type { Color } from "../image/raster.ts";

const FORMATS = Object.keys(OUTPUT_FORMATS) as [OutputFormat, ...OutputFormat[]];
const CROPS: [CropMode, ...CropMode[]] = ["auto", "none"];
const FITS: [Fit, ...Fit[]] = ["contain", "cover", "fill"];
const HEX = /^#([0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;

const choice = <T extends string>(values: readonly [T, ...T[]]) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });
const whole = (min: number, max: number) => {
  const error = `whole number between ${min} and ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
/** A true or false field. */
export const flag = z.boolean({ error: "true or false" });
/** Each variant may be named more than once. */
const MAX_VARIANTS = 10;
const variantsError = `non-empty array of ${VARIANTS.join(", ")}`;

/** What the caller may choose. Every option has a default. */
export const optionsSchema = z.strictObject({
  /** Keep the background: API4.ai is not asked. @default false */
  skip_background_removal: flag.default(false),
  /** `auto`: to the car and the padding; `none`: the whole picture is kept, and `padding` does nothing. @default "auto" */
  crop: choice(CROPS).default("auto"),
  /** Pixels of the working image kept around the car, 0 to 1000. @default 50 */
  padding: whole(0, 1_000).default(50),
  /** `auto` draws it where the background was removed. @default "auto" */
  shadow: choice(["auto", "drop", "none"]).default("auto"),
  /** How the car is put into `grid` and `detail`. @default "contain" */
  fit: choice(FITS).default("contain"),
  /** The type of the variants. @default "webp" */
  format: choice(FORMATS).default("webp"),
  /** 1 to 100; PNG is lossless and ignores it. @default 84 */
  quality: whole(1, 100).default(84),
  /** What shows where the background was. A JPEG has no transparency: it takes white. @default "transparent" */
  background: z.string({ error: "transparent or a CSS hex colour such as #ffffff" })
    .refine((value) => value === "transparent" || HEX.test(value), {
      error: "transparent or a CSS hex colour such as #ffffff",
    }).default("transparent"),
  /** Which variants are rendered. @default all three */
  variants: z.array(choice(VARIANTS), { error: variantsError }).min(1, { error: variantsError })
    .max(MAX_VARIANTS, { error: `at most ${MAX_VARIANTS} of ${VARIANTS.join(", ")}` })
    .transform((names) => VARIANTS.filter((name) => names.includes(name))).default([...VARIANTS]),
}, { error: "object of options" });

/** The options with their defaults filled in. */
export type ProcessOptions = z.output<typeof optionsSchema>;

/**
 * The colour that shows through where a variant is transparent.
 *
 * @param options The caller's options; `background` has been checked.
 * @returns Straight RGBA; alpha 0 leaves the variant transparent. A JPEG's is opaque.
 */
export function backgroundColor(
  { background, format }: Pick<ProcessOptions, "background" | "format">,
): Color {
  const color = background === "transparent"
    ? { r: 255, g: 255, b: 255, a: 0 }
    : parseHex(background);
  return format === "jpeg" ? onWhite(color) : color;
}

function parseHex(value: string): Color {
  const digits = value.slice(1);
  const full = digits.length <= 4 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const [r, g, b, a = 255] = full.match(/../g)!.map((pair) => parseInt(pair, 16));
  return { r, g, b, a };
}

function onWhite({ r, g, b, a }: Color): Color {
  const over = (value: number) => Math.round((value * a + 255 * (255 - a)) / 255);
  return { r: over(r), g: over(g), b: over(b), a: 255 };
}

import { z } from "zod";
import { described } from "../lib/described.ts";
import { OUTPUT_FORMATS, type OutputFormat } from "../image/image_format.ts";
import { aspectOf, MAX_ENLARGEMENT } from "../image/framing.ts";
import {
  type CropMode,
  type Fit,
  FRAME_SIZES,
  type StandardVariant,
  VARIANTS,
} from "../image/plan.ts";
import { REFUSABLE_CODES } from "./warning.ts";
import { objectPath } from "./object_path.ts";

// An isolate checks a few small values. Compiling a function for each schema, which zod does otherwise, costs more than it saves:
// 1.5 ms of a first photo's CPU (`bench/COLD.md`).
z.config({ jitless: true });

const FORMATS = Object.keys(OUTPUT_FORMATS) as [OutputFormat, ...OutputFormat[]];
const CROPS: [CropMode, ...CropMode[]] = ["auto", "none"];
const FITS: [Fit, ...Fit[]] = ["contain", "cover", "fill"];
const HEX = /^#([0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;

const choice = <T extends string>(values: readonly [T, ...T[]]) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });
const integer = (min: number, max: number) => {
  const error = `a whole number between ${min} and ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
const share = (min: number) => {
  const error = `a number between ${min} and 1`;
  return z.number({ error }).min(min, { error }).max(1, { error });
};
/** A true or false field. */
export const flag = z.boolean({ error: "true or false" });
/** The default of `shadow_strength`. */
export const DEFAULT_SHADOW_STRENGTH = 50;
/** Maximum length of the list of variants, in which names may repeat. */
const MAX_VARIANTS = 16;
const variantsError = `a non-empty array of ${VARIANTS.join(", ")} or other variants`;
const nameError = "the name of a variant (1 to 32 lower-case letters, digits and _)";
/** A variant's name. */
export const variantName = z.string({ error: nameError })
  .regex(/^[a-z][a-z0-9_]{0,31}$/, { error: nameError });
const requireError = `an array of ${REFUSABLE_CODES.join(", ")}`;
const backgroundError =
  'transparent, a CSS hex colour such as #ffffff, {"studio": {}} or {"storage_path": {"bucket", "path"}}';
const OPAQUE_HEX = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;
const hexError = "a CSS hex colour of 3 or 6 digits, such as #eceef1";

/** The size of a variant, in words. */
export function sizeInWords(name: StandardVariant): string {
  if (name === "processed") return "the crop at its own size";
  const { width, height } = FRAME_SIZES[name];
  return `${width} x ${height} pixels`;
}

const color = (value: string) =>
  z.string({ error: hexError }).regex(OPAQUE_HEX, { error: hexError }).default(value);
const horizonError = "a number between 0 and 1";

/** A painted studio. */
const studioSchema = z.strictObject({
  wall: described(color("#eceef1"), "Colour of the wall, a CSS hex colour of 3 or 6 digits."),
  floor: described(color("#dcdfe3"), "Colour of the floor, a CSS hex colour of 3 or 6 digits."),
  horizon: described(
    z.number({ error: horizonError }).min(0, { error: horizonError }).max(1, {
      error: horizonError,
    })
      .default(0.62),
    "Distance of the horizon from the frame's top as a share of its height, 0 to 1. Wall and floor meet there in a soft curve.",
  ),
}, { error: 'an object such as {"wall": "#eceef1"}' });

/** A picture in Storage. */
const pictureSchema = z.strictObject({
  bucket: described(
    z.string({ error: "the name of a bucket" }).max(100, { error: "the name of a bucket" }),
    "Name of a bucket that `BACKGROUND_BUCKETS` lists.",
  ),
  path: described(
    objectPath(),
    "Path of the object in the bucket, as of a photo's `storage_path`.",
  ),
}, { error: 'an object {"bucket", "path"}' });

/** The background behind the car. */
const backgroundSchema = z.union([
  z.string().refine((value) => value === "transparent" || HEX.test(value), {
    error: backgroundError,
  }),
  z.strictObject({
    studio: described(studioSchema, "A wall and a floor, painted in a soft light."),
  }),
  z.strictObject({
    storage_path: described(pictureSchema, "A picture in Storage, which covers the frame."),
  }),
], { error: backgroundError });

const aspectError = "width:height between 1:2 and 3:1, such as 4:3";

/** The place of the car in the frame. */
export const framingSchema = described(
  z.strictObject({
    car_width: described(
      share(0.5).default(0.86),
      "Width of the car as a share of the frame's width, 0.5 to 1.",
    ),
    car_height: described(
      share(0.5).default(0.62),
      "Bound on the height of the car as a share of the frame's height, 0.5 to 1. Cars seen from the front or the back reach it " +
        "before they reach the width.",
    ),
    ground_line: described(
      share(0.5).default(0.84),
      "Height of the lowest tyre: its distance from the frame's top as a share of the frame's height, 0.5 to 1.",
    ),
    align: described(
      choice(["center"]).default("center"),
      "Horizontal alignment of a car that the photo does not cut.",
    ),
    aspect: described(
      z.string({ error: aspectError })
        .refine((text) => aspectOf(text) >= 0.5 && aspectOf(text) <= 3, { error: aspectError })
        .default("3:2"),
      "Shape of `processed`, as `width:height`, 1:2 to 3:1. The default is the shape of `grid` and `detail`.",
    ),
  }, { error: 'none or an object such as {"car_width": 0.86}' }),
  "The place of the car in the frame.",
);

const coverError = 'a CSS hex colour such as #ffffff, or {"storage_path": {"bucket", "path"}}';
const plateCoverSchema = described(
  z.strictObject({
    cover: described(
      z.union([
        z.string().regex(HEX, { error: coverError }),
        z.strictObject({
          storage_path: described(pictureSchema, "A picture in Storage, which covers the plate."),
        }),
      ], { error: coverError }),
      "The colour, a CSS hex colour of 3, 4, 6 or 8 digits, or a picture in Storage, such as the dealer's sign. It is opaque: alpha " +
        "is ignored, and a picture's transparent parts are white.",
    ),
  }, { error: 'an object {"cover"}' }),
  "A cover of licence plates.",
);

/** The options of a photo, in the form that callers send. */
export const optionsSchema = described(
  z.strictObject({
    skip_background_removal: described(
      flag.default(false),
      "Keep the background. API4.ai is not called.",
    ),
    trust_alpha: described(
      flag.default(true),
      "Use the alpha channel of a photo that is already cut out as its mask, without calling API4.ai. `false` has the background of " +
        "such a photo removed like any other's.",
    ),
    crop: described(
      choice(CROPS).default("auto"),
      "`auto` crops to the car and the padding around it. `none` keeps the whole picture.",
    ),
    padding: described(
      integer(0, 1_000).default(50),
      "Space around the car, in pixels of `processed`, 0 to 1000. It has no effect if `crop` is `none`.",
    ),
    shadow: described(
      choice(["auto", "drop", "ground", "none"]).default("auto"),
      "`auto` draws a drop shadow if the background was removed, `drop` always, `none` never. That shadow is the car's silhouette: " +
        "black, blurred by 15 pixels, 15 pixels to the right and down, at the scale of `processed`. `ground` makes the car stand on " +
        "a floor: a dark, narrow shadow under the tyres and a wide, soft one under the body, if the background was removed and the " +
        "photo's lower edge does not cut the car.",
    ),
    shadow_strength: described(
      integer(0, 100).default(DEFAULT_SHADOW_STRENGTH),
      "How dark the shadow is, 0 to 100: the opacity of `drop`, in per cent; the optical density of `ground`, which looks natural " +
        "at 50.",
    ),
    reflection: described(
      integer(0, 100).default(0),
      "Opacity of the car's reflection in a polished floor where the tyres stand, in per cent, 0 to 100. It fades out below. It is " +
        "drawn under the same conditions as the `ground` shadow, with any `shadow`.",
    ),
    fit: described(
      choice(FITS).default("contain"),
      "How the car fits into `grid` and `detail`: `contain` shows all of it, undistorted; `cover` fills the frame, undistorted " +
        "and cropped; `fill` stretches it.",
    ),
    framing: described(
      z.union([z.literal("none"), framingSchema], {
        error: 'none or an object such as {"car_width": 0.86, "ground_line": 0.84}',
      }).default("none"),
      "A fixed place of the car in every picture of a gallery: the same size, on the same ground line. An object, even an empty one, " +
        "turns it on; `padding`, `crop` and `fit` then have no effect. A side at which the photo cuts the car lies at the frame's " +
        `edge. The car is never enlarged more than ${MAX_ENLARGEMENT} times. A photo that keeps its background ignores it. In a ` +
        "query it is JSON text.",
    ),
    plate: described(
      z.union([choice(["keep", "blur"]), plateCoverSchema], {
        error: 'keep, blur or an object such as {"cover": "#ffffff"}',
      }).default("keep"),
      'Licence plates: `keep` leaves them, `blur` makes them illegible, `{"cover": "#ffffff"}` covers them with a colour, ' +
        '`{"cover": {"storage_path": {"bucket", "path"}}}` with a picture of `BACKGROUND_BUCKETS`. The ' +
        "covered area is an upright rectangle that is a little larger than the plate, also over a turned plate. API4.ai finds plates only in its " +
        "`hideclp` modes, so a photo whose cutout is cached without plates is sent once more. If no plate is found, the photo has the " +
        "warning `plate_not_found`. In a query, an object is JSON text.",
    ),
    format: described(
      choice(FORMATS).default("webp"),
      "Type of the variants. `png` files are ten times the size. `jpeg` has no transparency: the car is on white unless " +
        "`background` sets another colour.",
    ),
    quality: described(
      integer(1, 100).default(84),
      "Quality of `webp` and `jpeg`, 1 to 100. `png` is lossless and ignores it.",
    ),
    background: described(
      backgroundSchema.default("transparent"),
      'What is behind the car: `transparent`; a CSS hex colour of 3, 4, 6 or 8 digits; `{"studio": {...}}`, a wall and a floor; or ' +
        '`{"storage_path": {"bucket", "path"}}`, a picture in Storage, which covers the frame. In a query the objects are JSON ' +
        "text.",
    ),
    variants: described(
      z.array(variantName, { error: variantsError }).min(1, { error: variantsError })
        .max(MAX_VARIANTS, { error: `at most ${MAX_VARIANTS} variants` })
        .transform(inOrder)
        .default([...VARIANTS]),
      `The variants to render: ${
        VARIANTS.map((name) => `\`${name}\` (${sizeInWords(name)})`).join(", ")
      }; by name also \`google_vehicle_ads\` (800 x 600 pixels, JPEG), \`facebook_square\` (600 x 600 pixels, JPEG), ` +
        "`facebook_wide` (1200 x 628 pixels, JPEG), and the portal's own (`VARIANTS`).",
    ),
    require: described(
      z.array(choice(REFUSABLE_CODES), { error: requireError })
        .max(REFUSABLE_CODES.length, { error: `at most ${REFUSABLE_CODES.length} codes` })
        .default([]),
      "Warnings that refuse the photo: if it has one of them, the answer is 422 `quality_rejected`, and nothing is stored. A warning that " +
        "cannot be judged, because the photo kept its background, refuses nothing.",
    ),
  }, { error: 'an object such as {"padding": 20}' }),
  "How to process a photo. Every option has a default.",
);

/** Sorts the standard variants to the front, and removes repetitions. */
function inOrder(names: string[]): string[] {
  return [...new Set([...VARIANTS.filter((name) => names.includes(name)), ...names])];
}

/** The options with their defaults filled in. */
export type ProcessOptions = z.output<typeof optionsSchema>;

/** The background behind the car: `transparent`, a colour, a studio, or a picture in Storage. */
export type Background = ProcessOptions["background"];

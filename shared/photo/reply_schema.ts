import { z } from "zod";
import { OUTPUT_FORMATS } from "../image/image_format.ts";
import { type StandardVariant, VARIANTS } from "../image/plan.ts";
import { sizeInWords } from "./options.ts";
import { CHANNEL_PRESETS } from "./presets/preset.ts";
import { WARNING_CATALOGUE, WARNING_CODES } from "./warning.ts";

// The function imports the types only, so that these schemas cost nothing at boot.

/** A rectangle of pixels. */
export const boxSchema = z.strictObject({
  x: z.int().describe("Left edge. It is negative if the box begins outside of the picture."),
  y: z.int().describe("Top edge, likewise."),
  width: z.int().positive().describe("Width."),
  height: z.int().positive().describe("Height."),
}).describe("A rectangle in pixels, from the picture's top left corner.");

/** The description of a variant's file. */
export const variantMetadataSchema = z.strictObject({
  width: z.int().positive().describe("In pixels."),
  height: z.int().positive().describe("In pixels."),
  bytes: z.int().positive().describe("Size of the encoded file."),
  format: z.enum(Object.keys(OUTPUT_FORMATS) as [keyof typeof OUTPUT_FORMATS])
    .describe("Type of the file."),
  scale: z.number().nonnegative().describe(
    "Pixels of the variant per pixel of the photo as it was decoded, usually to at most 2304 pixels on a side. Above 1, the picture is enlarged.",
  ),
  crop: boxSchema.describe(
    "The place of the whole crop (`metadata.crop`) in the variant's pixels. It exceeds the variant if that shows only a part of it.",
  ),
}).describe("File of a variant.");

const share = z.number().min(0).max(1).nullable();

/** Measurements of a photo. */
export const qualitySchema = z.strictObject({
  edge_contact: share.describe(
    "Largest share of one of the photo's edges that the car touches. Above 0.02: `car_cut_off`.",
  ),
  edge_width: z.number().positive().nullable().describe(
    "Width of the sharpest edges within the car, in pixels of the working image. Above 4: `blurry`. `null` if there are too few clear edges.",
  ),
  brightness: share.describe(
    "Brightness below which 98 % of the car's pixels are, from 0 for black to 1 for white. Below 0.25: `too_dark`.",
  ),
  overexposed: share.describe(
    "Share of the car's pixels that are burnt out to white. Above 0.15: `overexposed`.",
  ),
  subjects: z.int().nonnegative().nullable().describe(
    "Number of large separate parts of the cutout. Above 1: `several_subjects`.",
  ),
  half_transparent: share.describe(
    "Share of the cutout's pixels that are half transparent. Above 0.2: `cutout_uncertain`.",
  ),
}).describe(
  "What was measured of the photo, for its quality's warnings. `null` where the car's outline is unknown: the photo kept its background.",
);

/** The variants that every portal has. The fields of its own variants stand beside theirs. */
type NamedVariant = StandardVariant | keyof typeof CHANNEL_PRESETS;
const NAMED_VARIANTS = [...VARIANTS, ...Object.keys(CHANNEL_PRESETS)] as NamedVariant[];

/** An object with a field for each of these variants. */
const perVariant = <T extends z.ZodType>(field: (name: NamedVariant) => T) =>
  Object.fromEntries(NAMED_VARIANTS.map((name) => [name, field(name)])) as Record<NamedVariant, T>;

function isStandard(name: NamedVariant): name is StandardVariant {
  return (VARIANTS as readonly string[]).includes(name);
}

function sizeOf(name: NamedVariant): string {
  if (isStandard(name)) return sizeInWords(name);
  const { width, height } = CHANNEL_PRESETS[name];
  return `${width} x ${height} pixels`;
}

/** A photo's place in its vehicle's set. */
export const vehiclePlaceSchema = z.strictObject({
  vehicle_id: z.string().describe("The request's `vehicle_id`."),
  photo_hash: z.string().describe(
    "SHA-256 of the photo's file, 64 hexadecimal digits: the photo's name in the set.",
  ),
  position: z.int().nonnegative().describe("Place in the set's order, from 0."),
}).describe("The photo's place in its vehicle's set.");

const timings =
  "Wall time of each step in milliseconds, and `total`. Steps are `auth`, `body`, `source`, `route`, `lookup`, `queue`, " +
  "`decode`, `background`, `crop`, `processed`, `grid`, `detail`, `store`, `vehicle` and `hand_over`; later versions may add some.";

/** A stable code of a warning. */
export const warningCodeSchema = z.enum(WARNING_CODES).describe(
  "Why the result differs from what the request asked for. After `background_removal_...` the photo keeps its background. API4.ai stands " +
    "for the service at `API4AI_URL`.\n\n" +
    Object.entries(WARNING_CATALOGUE).map(([code, when]) => `- \`${code}\`: ${when}`).join("\n"),
);

/**
 * The body of status 200 from the new pipeline. The legacy service's has its own fields, `served_by` and
 * `request_id`.
 */
export const replySchema = z.strictObject({
  success: z.literal(true).describe("Always true."),
  ...perVariant((name) =>
    z.base64().optional().describe(
      `The variant \`${name}\` (${
        sizeOf(name)
      }) as a base64 file. Absent if it was uploaded or not requested.`,
    )
  ),
  metadata: z.strictObject({
    original_size: z.tuple([z.int().positive(), z.int().positive()])
      .describe("Width and height of the photo in pixels, after EXIF orientation."),
    filename: z.string().nullable()
      .describe("The request's `filename`; `null` if it had none."),
    crop: boxSchema.describe(
      "The part of the photo that the variants show, in the photo's pixels after EXIF orientation.",
    ),
    subject: z.strictObject(
      perVariant((name) => boxSchema.optional().describe(`The car in \`${name}\`.`)),
    ).catchall(boxSchema).nullable().describe(
      "The car's box in each variant: its pixels that are more than half opaque or, in a photo that kept its background, those that " +
        "are not white. `null` if it is unknown.",
    ),
    ...perVariant((name) =>
      variantMetadataSchema.optional()
        .describe(`File of \`${name}\`. Absent if it was not requested.`)
    ),
    quality: qualitySchema,
    background: z.strictObject({
      removed: z.boolean()
        .describe("If false although removal was requested, `warnings` gives the reason."),
      provider: z.string().nullable()
        .describe(
          "Source of the cutout: `api4ai`, another service that `API4AI_PROVIDER` names (`simulator` on the local stack), or " +
            "`own_alpha` for a photo that came as a cutout. `null` if the photo kept its background.",
        ),
      cached: z.boolean().describe("The cutout was cached, so this request paid for none."),
    }).describe("Background removal."),
    reused: z.boolean()
      .describe("Storage already had the result, and nothing was rendered."),
    timings_ms: z.record(z.string(), z.number().nonnegative()).describe(timings),
  }).catchall(z.unknown()).describe(
    "The photo and its variants. The portal's own variants (`VARIANTS`) have fields of their own, in the form of `grid`.",
  ),
  storage_urls: z.strictObject(
    perVariant((name) => z.url().optional().describe(`URL of \`${name}\`.`)),
  ).catchall(z.url()).optional().describe(
    "Public URLs of the uploaded variants. Each file exists.",
  ),
  vehicle: vehiclePlaceSchema.optional().describe(
    "The photo's place in its vehicle's set, if the request has `vehicle_id`. The set has the photo.",
  ),
  warnings: z.array(z.strictObject({
    code: warningCodeSchema,
    message: z.string().describe("What happened, as a sentence."),
  })).describe("Differences from what the request asked for. Empty if there are none."),
  served_by: z.literal("new").describe("Service that processed the photo."),
  request_id: z.string()
    .describe("Id of the request: its `x-request-id`, or a new one if that is not valid."),
}).catchall(z.unknown()).describe(
  "A photo that the function's own pipeline processed. The portal's own variants (`VARIANTS`) have fields of their own, in the " +
    "form of `grid`.",
);

/** The body of status 200. */
export type Reply = z.infer<typeof replySchema>;

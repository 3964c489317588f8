import { z } from "zod";
import { ERROR_CATALOGUE, type ErrorCode } from "../errors.ts";
import { OUTPUT_FORMATS } from "../image/image_format.ts";
import { type VariantName, VARIANTS } from "../image/plan.ts";
import { flag, optionsSchema } from "../photo/options.ts";
import { WARNING_CODES } from "../photo/warning.ts";

const pathError = "path of an object in the bucket, without empty segments, '.' or '..'";
const objectPath = z.string({ error: pathError }).max(1_024, { error: pathError })
  .refine((path) => path.split("/").every((part) => !["", ".", ".."].includes(part)), {
    error: pathError,
  })
  // Half a character can not be encoded for an address.
  .refine((path) => !/\p{Surrogate}/u.test(path), { error: pathError })
  // deno-lint-ignore no-control-regex -- control characters are what is refused
  .refine((path) => !/[\x00-\x1f\x7f\\]/.test(path), { error: pathError });

/** A photo that is in Storage already. */
export const storagePath = z.strictObject({
  bucket: z.string({ error: "name of a bucket" }).max(100, { error: "name of a bucket" }),
  path: objectPath,
}, { error: 'object {"bucket", "path"}' });

/** Fields that every form of the request has. */
export const commonFields = {
  /** The photo's name, for `metadata.filename` only. */
  filename: z.string({ error: "text of at most 255 characters" })
    .max(255, { error: "text of at most 255 characters" }).optional(),
  /** What to make of the photo. */
  options: optionsSchema.prefault({}),
  /** Whether the variants are written to Storage. @default false */
  upload_to_storage: flag.default(false),
  /** Whether the answer holds the images. @default the opposite of `upload_to_storage` */
  return_images: flag.optional(),
  /** Whether the photo is rendered although Storage has the result. @default false */
  force: flag.default(false),
};

/** What comes with a photo sent as a form or as bare bytes. */
export const settingsSchema = z.strictObject(commonFields, { error: "object" });

/** The JSON forms: the photo as base64, or where it lies in Storage. Exactly one of the two is given. */
export const jsonRequestSchema = z.strictObject({
  ...commonFields,
  /** Base64, or a `data:` URL of it. */
  image_base64: z.string({ error: "base64 text or a data URL" }).optional(),
  /** A photo that is in Storage already. */
  storage_path: storagePath.optional(),
}, { error: "JSON object" });

const size = z.tuple([z.int().positive(), z.int().positive()]);
const variantMetadata = z.strictObject({
  width: z.int().positive(),
  height: z.int().positive(),
  bytes: z.int().positive(),
  format: z.enum(Object.keys(OUTPUT_FORMATS) as [keyof typeof OUTPUT_FORMATS]),
});
const ofVariants = <T extends z.ZodType>(value: T) => z.partialRecord(z.enum(VARIANTS), value);
/** A field for each variant. */
const perVariant = <T extends z.ZodType>(value: T) =>
  Object.fromEntries(VARIANTS.map((name) => [name, value])) as Record<VariantName, T>;

/** An answer of status 200 by the new pipeline; one by the legacy service has that service's fields and the last two. */
export const replySchema = z.strictObject({
  success: z.literal(true),
  ...perVariant(z.base64().optional()),
  metadata: z.strictObject({
    /** Width and height after EXIF orientation. */
    original_size: size,
    filename: z.string().nullable(),
    ...perVariant(variantMetadata.optional()),
    background: z.strictObject({
      removed: z.boolean(),
      provider: z.string().nullable(),
      cached: z.boolean(),
    }),
    /** Whether the result was in Storage already, and nothing was rendered. */
    reused: z.boolean(),
    /** Wall time of each step. */
    timings_ms: z.record(z.string(), z.number().nonnegative()),
  }),
  storage_urls: ofVariants(z.url()).optional(),
  warnings: z.array(z.strictObject({ code: z.enum(WARNING_CODES), message: z.string() })),
  /** Who processed the photo. */
  served_by: z.literal("new"),
  request_id: z.string(),
});

/** The body of an answer of status 200. */
export type Reply = z.infer<typeof replySchema>;

/** An answer of any other status. */
export const errorSchema = z.strictObject({
  success: z.literal(false),
  error: z.strictObject({
    code: z.enum(Object.keys(ERROR_CATALOGUE) as [ErrorCode]),
    message: z.string(),
    retryable: z.boolean(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
  request_id: z.string(),
});

/** The body of an answer that is no 200. */
export type ErrorReply = z.infer<typeof errorSchema>;

/** The answer of `health`. */
export const healthSchema = z.strictObject({
  status: z.literal("healthy"),
  request_id: z.string(),
});

/** The answer of `health?deep=1`, of status 200 or 503. */
export const deepHealthSchema = z.strictObject({
  /** `unhealthy` where a check fails that is needed. */
  status: z.enum(["healthy", "unhealthy"]),
  checks: z.array(z.strictObject({
    name: z.string(),
    ok: z.boolean(),
    /** How long it took, in milliseconds. */
    ms: z.number().nonnegative(),
    needed: z.boolean(),
    error: z.string().optional(),
  })),
  request_id: z.string(),
});

/** The body of an answer of `health?deep=1`. */
export type DeepHealthReply = z.infer<typeof deepHealthSchema>;

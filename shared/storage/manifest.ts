import { z } from "zod";
import { OUTPUT_FORMATS } from "../image/image_format.ts";
import { onFirstUse } from "../lib/on_first_use.ts";

/** Name of the manifest's file, next to the variants that it describes. */
export const MANIFEST_NAME = "manifest.json";

/** The version that the function writes, and the only one that it reads. */
export const MANIFEST_VERSION = 3;

/** Codes of the warnings that belong to a result: each request that returns the stored result returns them too. */
export const RESULT_WARNING_CODES = [
  "image_damaged",
  "image_end_missing",
  "color_profile_ignored",
  "crop_uncertain",
  "plate_not_found",
] as const;

/** Bound on an ETag, in characters: Storage's have 34 to 66. A longer one is not kept. */
export const MAX_ETAG_CHARACTERS = 200;

const pixels = () => z.int().positive();
const share = () => z.number().min(0).max(1).nullable();
/** A rectangle of pixels, as it is stored. */
export const storedBox = onFirstUse(() =>
  z.object({ x: z.int(), y: z.int(), width: pixels(), height: pixels() })
);
/** The figures of quality control, as they are stored. */
export const storedQuality = onFirstUse(() =>
  z.object({
    edge_contact: share(),
    edge_width: z.number().nullable(),
    brightness: share(),
    overexposed: share(),
    subjects: z.int().nullable(),
    half_transparent: share(),
  })
);
const FORMATS = Object.keys(OUTPUT_FORMATS) as [keyof typeof OUTPUT_FORMATS];

/**
 * Description of stored variants, from which an answer is built. Its bucket is public, so it contains nothing about the
 * caller.
 *
 * Each field is the same as in the answer's `metadata`.
 */
const manifestSchema = onFirstUse(() =>
  z.object({
    /** Version of the manifest's format. */
    version: z.literal(MANIFEST_VERSION),
    /** Version of the pipeline that rendered the variants. */
    pipeline: z.int(),
    original_size: z.tuple([pixels(), pixels()]),
    crop: storedBox(),
    quality: storedQuality(),
    background: z.object({ removed: z.boolean(), provider: z.string().nullable() }),
    /** Set if the photo came as a cutout whose alpha was not used: the result is not that of a request that uses it. */
    own_alpha_unused: z.literal(true).optional(),
    /** Warnings of the result, without those of the request that rendered it. */
    warnings: z.array(z.object({ code: z.enum(RESULT_WARNING_CODES), message: z.string() })).max(
      10,
    ),
    /** The variants by the names of their files, without extension. */
    variants: z.record(
      z.string().regex(/^[a-z][a-z0-9_]{0,31}(-[0-9a-f]{8})?$/),
      z.object({
        width: pixels(),
        height: pixels(),
        bytes: pixels(),
        format: z.enum(FORMATS),
        /** Set if the car is smaller than the framing asks for. */
        car_small: z.literal(true).optional(),
        /** Set if it is enlarged from a working image that has fewer pixels than the photo. */
        enlarged: z.literal(true).optional(),
        scale: z.number().nonnegative(),
        crop: storedBox(),
        /** The variant's part of the answer's `subject`. */
        subject: storedBox().nullable(),
        /** SHA-256 of the file, as 64 hexadecimal digits. */
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        /** The ETag that Storage lists for the file as the function wrote it; `null` if it lists none. */
        etag: z.string().min(1).max(MAX_ETAG_CHARACTERS).nullable(),
      }),
    ),
  })
);

/** Description of stored variants, which saves reading them. */
export type Manifest = z.infer<ReturnType<typeof manifestSchema>>;

/**
 * Reads a manifest.
 *
 * @param bytes The file.
 * @returns The manifest; `null` if it is damaged or of another version.
 */
export function readManifest(bytes: Uint8Array<ArrayBuffer>): Manifest | null {
  try {
    return manifestSchema().parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}

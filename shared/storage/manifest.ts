import { z } from "zod";
import { OUTPUT_FORMATS } from "../image/image_format.ts";
import { VARIANTS } from "../image/plan.ts";

/** The manifest's file, beside the variants that it tells of. */
export const MANIFEST_NAME = "manifest.json";

/** The codes of warnings that belong to a result: each request that gets the stored result gets them too. */
export const RESULT_WARNING_CODES = [
  "image_damaged",
  "image_end_missing",
  "color_profile_ignored",
  "crop_uncertain",
] as const;

/** Bound on an ETag, in characters: they have 34 to 66. A longer one is not kept. */
export const MAX_ETAG_CHARACTERS = 200;

const px = z.int().positive();
const FORMATS = Object.keys(OUTPUT_FORMATS) as [keyof typeof OUTPUT_FORMATS];

/**
 * What an answer tells of variants that are stored. Its bucket is public: nothing of the caller is in it.
 *
 * Each field is as in the answer's `metadata`.
 */
const manifestSchema = z.object({
  /** Of this format of the manifest. */
  version: z.literal(2),
  /** The version of the pipeline that rendered them. */
  pipeline: z.int(),
  original_size: z.tuple([px, px]),
  background: z.object({ removed: z.boolean(), provider: z.string().nullable() }),
  /** Those that belong to the result, not those of the request that rendered it. */
  warnings: z.array(z.object({ code: z.enum(RESULT_WARNING_CODES), message: z.string() })).max(10),
  variants: z.partialRecord(
    z.enum(VARIANTS),
    z.object({
      width: px,
      height: px,
      bytes: px,
      format: z.enum(FORMATS),
      /** SHA-256 of the file, as 64 hexadecimal digits. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** The ETag under which Storage lists the file since the function wrote it; `null` where it lists none. */
      etag: z.string().min(1).max(MAX_ETAG_CHARACTERS).nullable(),
    }),
  ),
});

/** What is known of stored variants without reading them. */
export type Manifest = z.infer<typeof manifestSchema>;

/** The only format of manifests that is read, and the one that is written. */
export const MANIFEST_VERSION = manifestSchema.shape.version.value;

/**
 * Reads a manifest.
 *
 * @param bytes The file.
 * @returns `null` for a damaged one, and one of another version.
 */
export function readManifest(bytes: Uint8Array<ArrayBuffer>): Manifest | null {
  try {
    return manifestSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}

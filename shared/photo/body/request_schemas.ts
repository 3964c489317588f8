import { z } from "zod";
import { described } from "../../lib/described.ts";
import { objectPath } from "../object_path.ts";
import { flag, optionsSchema } from "../options.ts";

/** The address of an object in Storage. */
export const storagePath = described(
  z.strictObject({
    bucket: described(
      z.string({ error: "name of a bucket" }).max(100, { error: "name of a bucket" }),
      "Name of a bucket that `SOURCE_BUCKETS` lists.",
    ),
    path: described(
      objectPath(),
      "Path of the object in the bucket, at most 1024 characters, without empty segments, `.`, `..`, backslashes or control " +
        "characters.",
    ),
  }, { error: 'object {"bucket", "path"}' }),
  "A photo in Storage.",
);

const nameError = "text of at most 255 characters";

/** The fields that all forms of the request share. */
export const commonFields = {
  filename: described(
    z.string({ error: nameError }).max(255, { error: nameError }).optional(),
    "Name of the photo, at most 255 UTF-16 code units. The answer repeats it in `metadata.filename`; the gallery of admins shows it for a stored result.",
  ),
  options: described(optionsSchema.prefault({}), "How to process the photo."),
  upload_to_storage: described(
    flag.default(false),
    "Write the variants to Storage. The answer then has `storage_urls`, and no images unless `return_images` is true.",
  ),
  return_images: described(
    flag.optional(),
    "Return the images as base64. The default is the opposite of `upload_to_storage`.",
  ),
  force: described(
    flag.default(false),
    "Render the photo even if Storage has the result of the same photo with the same options.",
  ),
};

/** The settings that accompany a photo in a form or as bare bytes. */
export const settingsSchema = z.strictObject(commonFields, { error: "object" });

/** The JSON request. It has either `image_base64` or `storage_path`. */
export const jsonRequestSchema = described(
  z.strictObject({
    ...commonFields,
    image_base64: described(
      z.string({ error: "base64 text or a data URL" }).optional(),
      "The photo as base64 or base64url, or as a `data:` URL. White space is ignored. Decoded, it has at most `MAX_IMAGE_BYTES` " +
        "(41943040 by default).",
    ),
    storage_path: described(
      storagePath.optional(),
      "A photo in Storage, instead of `image_base64`. The function reads it with the caller's own rights.",
    ),
  }, { error: "JSON object" }),
  "A photo and its settings. It has either `image_base64` or `storage_path`.",
);

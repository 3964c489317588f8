import type { z } from "zod";
import { type VariantName, VARIANTS } from "../shared/image/plan.ts";
import type { optionsSchema } from "../shared/photo/options.ts";
import type { answerEventSchema, stepEventSchema } from "../shared/photo/progress_schema.ts";
import type {
  errorSchema,
  jsonRequestSchema,
  replySchema,
  storagePath,
} from "../shared/http/schemas.ts";
import type { Notes } from "./notes.ts";

/** What each variant is. */
const VARIANT_IS: Record<VariantName, string> = {
  processed: "The crop in its own size",
  grid: "The variant of 600 x 400 pixels",
  detail: "The variant of 1200 x 800 pixels",
};

/** A note for each variant. */
function perVariant<T>(note: (name: VariantName) => T): Record<VariantName, T> {
  return Object.fromEntries(VARIANTS.map((name) => [name, note(name)])) as Record<VariantName, T>;
}

/** What a photo's options are. */
export const OPTIONS_NOTES: Notes<z.input<typeof optionsSchema>> = {
  skip_background_removal: "Keep the background: API4.ai is not asked.",
  crop:
    "`auto`: the picture is cropped to the car and the padding around it; `none`: the whole picture is kept, and `padding` does nothing. " +
    "Background removal, shadow and fit work the same either way.",
  padding:
    "Pixels kept around the car, 0 to 1000, in pixels of `processed`; without effect where `crop` is `none`.",
  shadow:
    "`auto`: drawn where the background was removed; `drop`: always; `none`: never. It is the car's silhouette, black at " +
    "50 %, blurred by 15 pixels and 15 pixels to the right and down, at the scale of `processed`.",
  fit:
    "How the car is put into `grid` and `detail`: `contain` shows all of it, undistorted; `cover` fills the frame, " +
    "undistorted and cut; `fill` stretches it.",
  format:
    "The variants' type. `png` takes ten times the bytes; `jpeg` has no transparency and is on white, unless " +
    "`background` says otherwise.",
  quality: "Quality of `webp` and `jpeg`, 1 to 100. PNG is lossless and has none.",
  background:
    "What shows where the variant is transparent: `transparent`, or a CSS hex colour of 3, 4, 6 or 8 digits.",
  variants:
    "Which variants are rendered: `processed` (the crop in its own size), `grid` (600 x 400), `detail` (1200 x 800).",
};

/** What the address of a photo in Storage is. */
export const STORAGE_PATH_NOTES: Notes<z.input<typeof storagePath>> = {
  bucket: "Name of a bucket that is open to it (`SOURCE_BUCKETS`).",
  path:
    "Path of the object in the bucket, at most 1024 characters, without empty segments, `.`, `..`, backslashes or control " +
    "characters. It is read with the caller's own rights.",
};

/** What the fields of the JSON request are. */
export const REQUEST_NOTES: Notes<z.input<typeof jsonRequestSchema>> = {
  image_base64:
    "The photo as base64 or base64url, or a `data:` URL of it; white space is passed over. Decoded it may have " +
    "`MAX_IMAGE_BYTES`, 26214400 unless set otherwise.",
  storage_path: ["A photo that is in Storage already, instead of `image_base64`.", "StoragePath"],
  filename:
    "The photo's name, at most 255 characters as JavaScript counts them: for `metadata.filename` in the answer, and used for nothing else.",
  options: ["What to make of the photo.", "PhotoOptions"],
  upload_to_storage:
    "Write the variants to Storage; the answer then has `storage_urls`, and no images unless `return_images` is true.",
  return_images:
    "Whether the answer holds the images, as base64. Unless it is said, the opposite of `upload_to_storage`.",
  force:
    "Render the photo although Storage has the result of the same photo with the same options.",
};

const VARIANT =
  "as base64 of the encoded file; there unless the variants were uploaded, or were not asked for.";

/** What the fields of a variant's metadata are. */
export const VARIANT_NOTES: Notes<
  NonNullable<z.output<typeof replySchema>["metadata"]["processed"]>
> = {
  width: "Pixels.",
  height: "Pixels.",
  bytes: "Size of the encoded file.",
  format: "Its type.",
};

/** What the fields of an answer are. */
export const REPLY_NOTES: Notes<z.output<typeof replySchema>> = {
  success: "Always true.",
  ...perVariant((name) => `${VARIANT_IS[name]}, ${VARIANT}`),
  metadata: ["What was made of the photo.", {
    original_size: "Width and height of the photo in pixels, after EXIF orientation.",
    filename: "The name that came with the photo, `null` if none did.",
    ...perVariant((name): [string, "VariantMetadata"] => [
      `Of the variant \`${name}\`, if it was asked for.`,
      "VariantMetadata",
    ]),
    background: ["What became of the background.", {
      removed: "Whether it was removed. If it was to be, and was not, `warnings` says why.",
      provider: "Who removed it: `api4ai`; `null` where it was kept.",
      cached: "Whether the cutout was there already, so that this request paid for none.",
    }],
    reused: "Whether the result was in Storage already, and nothing was rendered.",
    timings_ms:
      "Wall time of each step that was taken, in milliseconds, and `total`: `auth`, `body`, `source`, `route`, `lookup`, " +
      "`queue`, `decode`, `background`, `crop`, `processed`, `grid`, `detail`, `store`, `hand_over`. More may come.",
  }],
  storage_urls: [
    "Public addresses of the variants that were uploaded: each file is there.",
    perVariant((name) => `Address of \`${name}\`.`),
  ],
  warnings: ["What was done otherwise than asked; empty if all went well.", {
    code: ["What happened, as a stable code.", "WarningCode"],
    message: "What happened, as a sentence.",
  }],
  served_by: "Who processed the photo.",
  request_id: "The id of the request: yours, if it came with a sane `x-request-id`.",
};

/** What the fields of an error are. */
export const ERROR_NOTES: Notes<z.output<typeof errorSchema>> = {
  success: "Always false.",
  error: ["What is wrong.", {
    code: ["A stable code.", "ErrorCode"],
    message: "What is wrong and what to do, as a sentence.",
    retryable: "Whether the same request can succeed later; `Retry-After` then says when.",
    details: "Facts for programs, by the code: such as `field`, `expected` and `received`.",
  }],
  request_id: "The id that the function's log has the request under.",
};

/** What the data of an event `step` is. */
export const STEP_NOTES: Notes<z.output<typeof stepEventSchema>> = {
  step:
    "The step that begins now, by its name in `metadata.timings_ms`. Names that are not known are to be ignored.",
};

/** What the data of the event `answer` is. */
export const ANSWER_NOTES: Notes<Pick<z.output<typeof answerEventSchema>, "status" | "headers">> = {
  status: "The status that the answer would have had, 200 to 599.",
  headers: "The headers that it would have had, by names in small letters, such as `retry-after`.",
};

/** What the body in that event is. */
export const ANSWER_BODY_NOTE = "The body that it would have had.";

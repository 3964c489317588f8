import type { ErrorCode } from "../shared/errors.ts";
import { INPUT_FORMATS } from "../shared/image/image_format.ts";
import type { JsonObject } from "./json.ts";

/** An error as the function says it. */
interface ErrorExample {
  message: string;
  details?: JsonObject;
  /** When it is answered. */
  summary: string;
}

const wrong = (
  summary: string,
  expected: string,
  field: string,
  received: string,
): ErrorExample => ({
  summary,
  message: `Expected ${expected} for ${field} but received ${received}.`,
  details: { field, expected, received },
});

/** One example of each error, and when it is answered. */
export const ERROR_EXAMPLES: Readonly<Record<ErrorCode, ErrorExample>> = {
  invalid_json: {
    summary: "The body, or the form's `options`, is no JSON.",
    message: "The body is not valid JSON.",
  },
  invalid_multipart: {
    summary: "The form cannot be read, has more than 32 parts, or `file` is no file.",
    message:
      "Expected a file part for file but received a text part. Send the photo with a file name.",
    details: { field: "file" },
  },
  invalid_base64: {
    summary: "`image_base64` is no base64.",
    message:
      "Expected base64 text or a base64 data URL for image_base64 but received something else.",
    details: { field: "image_base64" },
  },
  invalid_request: wrong(
    "A field, a parameter or a header is unknown or wrong.",
    "true or false",
    "upload_to_storage",
    '"yes" of type string',
  ),
  invalid_options: wrong(
    "One of the options is unknown or wrong.",
    "whole number between 0 and 1000",
    "options.padding",
    '"wide" of type string',
  ),
  missing_image: {
    summary: "There is no image, or an empty one.",
    message:
      "There is no image in the request. Send image_base64 or storage_path in JSON, a file in a multipart form, or the " +
      "image's bytes as the body.",
  },
  missing_credential: {
    summary: "Neither a user's token nor a secret key.",
    message:
      "Sign in and send the user's token as Authorization: Bearer <token>, or a secret key as apikey.",
  },
  invalid_credential: {
    summary: "The token or the key is not of this project, or has been tampered with.",
    message: "The token is not valid. Sign in again.",
  },
  expired_credential: {
    summary: "The session has to be refreshed.",
    message: "The token has expired. Sign in again or refresh the session.",
  },
  forbidden: {
    summary: "Signed in, but without the role.",
    message: "The signed-in user may not do this: app_metadata.role must be admin.",
  },
  source_forbidden: {
    summary: "`storage_path` names a bucket that is not open.",
    message: 'The bucket "private" is not open to storage_path. Use one of car-originals.',
    details: { buckets: ["car-originals"] },
  },
  not_found: {
    summary: "No such path.",
    message: "There is nothing at this path. Photos go to POST /process-image.",
  },
  source_not_found: {
    summary: "No such photo in Storage, or not for this caller.",
    message:
      'There is no photo at "2026/none.jpg" in the bucket "car-originals", or the caller may not read it.',
  },
  batch_not_found: {
    summary: "No such batch, or it has been dropped: 90 days after its end.",
    message: 'There is no batch "2f4c9a3e-0000-4000-8000-000000000000". It may have been dropped.',
  },
  method_not_allowed: {
    summary: "Another method than those that the path takes; `Allow` has them.",
    message: "This path takes POST only.",
  },
  idempotency_conflict: {
    summary: "Another batch was made under this `Idempotency-Key`.",
    message: "Another batch was made under this Idempotency-Key. Send a new key.",
    details: { batch_id: "0b7c2c34-6f6a-4d5f-9a39-0c9b0a8f2f11" },
  },
  body_too_large: {
    summary: "The photo is larger than `MAX_IMAGE_BYTES`, or the JSON beside it than 64 KiB.",
    message: "The image is larger than 26214400 bytes. Send a smaller one.",
    details: { max_bytes: 26_214_400 },
  },
  unsupported_media_type: {
    summary: "The body's `Content-Type` is none that is taken.",
    message:
      "Expected a Content-Type of application/json, multipart/form-data, image/*, application/octet-stream but received " +
      "text/plain.",
    details: {
      supported: ["application/json", "multipart/form-data", "image/*", "application/octet-stream"],
    },
  },
  unsupported_image_type: {
    summary: "Not an image of a type that is read.",
    message: `The file is no image of a supported type. Send one of ${INPUT_FORMATS.join(", ")}.`,
    details: { supported: [...INPUT_FORMATS] },
  },
  unsupported_image_encoding: {
    summary: "The type is read, but not this encoding of it, such as a lossless JPEG.",
    message:
      "The photo is a lossless JPEG (SOF3), which is not read. Save it as a baseline or progressive JPEG of 8 bits a sample.",
    details: { format: "jpeg", encoding: "a lossless JPEG (SOF3)" },
  },
  invalid_image: {
    summary: "The image is damaged or truncated.",
    message: "The png file is damaged: its header holds no size. Send it again.",
  },
  image_too_large: {
    summary: "More than `MAX_IMAGE_PIXELS`, or 16384 pixels on a side.",
    message:
      "The image has 20000 x 20000 pixels. Send at most 64000000 pixels, and at most 16384 on a side.",
    details: { width: 20_000, height: 20_000, max_pixels: 64_000_000, max_side: 16_384 },
  },
  image_too_costly: {
    summary:
      "Decoding takes more CPU than `CPU_BUDGET_MS` leaves: it was not begun, or it was stopped.",
    message: "The JPEG has more than 32 scans. Save it again as a baseline JPEG.",
    details: { max_scans: 32 },
  },
  request_aborted: {
    summary: "The caller went away, or the body broke off.",
    message: "The body broke off before its end. Send the request again.",
  },
  internal_error: {
    summary: "A fault of the function's; the log has it under the `request_id`.",
    message: "Something went wrong here. Report the request_id.",
  },
  engine_failed: {
    summary: "The image engine crashed; another try is worth it.",
    message: "The image engine crashed and was started anew. Send the photo again.",
  },
  storage_failed: {
    summary: "Storage failed, retries included; another try completes it.",
    message:
      '1 of 3 variants could not be stored in "car-images": Storage failed with status 503. Send the photo again: what is ' +
      "stored already is kept.",
    details: {
      stored: ["processed", "grid"],
      failed: [{ variant: "detail", reason: "Storage failed with status 503" }],
    },
  },
  storage_rejected: {
    summary: "Storage refused: a setting has to change.",
    message:
      '3 of 3 variants could not be stored in "car-images": there is no such bucket. Create it: the migrations in ' +
      "supabase/migrations do.",
    details: {
      stored: [],
      failed: [
        { variant: "processed", reason: "there is no such bucket" },
        { variant: "grid", reason: "there is no such bucket" },
        { variant: "detail", reason: "there is no such bucket" },
      ],
    },
  },
  legacy_failed: {
    summary: "The legacy service failed, and so did this one, or it was not to be asked.",
    message: "The legacy service answered status 500. Try again.",
  },
  isolate_busy: {
    summary: "More at once than the host has isolates for; see `Retry-After`.",
    message: "Too much is being processed at once. Send the photo again in a moment.",
  },
  shutting_down: {
    summary: "The process is about to end.",
    message: "This process is about to end. Send the request again: another will take it.",
  },
  auth_unavailable: {
    summary: "The keys of tokens, or Supabase Auth, can not be reached.",
    message: "The keys that verify tokens can not be read. Try again.",
  },
  queue_unavailable: {
    summary: "The database, which keeps the batches, can not be asked.",
    message: "The database, which keeps the batches, can not be asked. Try again.",
  },
};

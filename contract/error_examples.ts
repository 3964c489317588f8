import type { ErrorCode } from "../shared/errors.ts";
import { INPUT_FORMATS } from "../shared/image/image_format.ts";
import type { JsonObject } from "./json.ts";

/** An error as the function answers it. */
interface ErrorExample {
  message: string;
  details?: JsonObject;
}

const wrong = (expected: string, field: string, received: string): ErrorExample => ({
  message: `Expected ${expected} for ${field} but received ${received}.`,
  details: { field, expected, received },
});

/** An example of each error. */
export const ERROR_EXAMPLES: Readonly<Record<ErrorCode, ErrorExample>> = {
  invalid_json: {
    message: "The body is not valid JSON.",
  },
  invalid_multipart: {
    message:
      "Expected a file part for file but received a text part. Send the photo with a file name.",
    details: { field: "file" },
  },
  invalid_base64: {
    message:
      "Expected base64 text or a base64 data URL for image_base64 but received something else.",
    details: { field: "image_base64" },
  },
  invalid_request: wrong(
    "true or false",
    "upload_to_storage",
    '"yes" of type string',
  ),
  invalid_options: wrong(
    "a whole number between 0 and 1000",
    "options.padding",
    '"wide" of type string',
  ),
  missing_image: {
    message:
      "The request has no image. Send image_base64 or storage_path in JSON, a multipart form with the photo in the field file, or the " +
      "image's bytes as the body.",
  },
  missing_credential: {
    message:
      "Sign in and send the user's token as Authorization: Bearer <token>, or a secret key as apikey.",
  },
  invalid_credential: {
    message: "The token is not valid. Sign in again.",
  },
  expired_credential: {
    message: "The token has expired. Sign in again or refresh the session.",
  },
  forbidden: {
    message: "The signed-in user may not do this: app_metadata.role must be admin.",
  },
  source_forbidden: {
    message: 'The bucket "private" is not one that photos may come from. Use one of car-originals.',
    details: { buckets: ["car-originals"] },
  },
  backdrop_forbidden: {
    message:
      'The bucket "private" is not one that backgrounds may come from. Use one of car-backgrounds.',
    details: { buckets: ["car-backgrounds"] },
  },
  not_found: {
    message: "This path does not exist. Send photos to POST /process-image.",
  },
  source_not_found: {
    message:
      'There is no photo at "2026/none.jpg" in the bucket "car-originals", or the caller may not read it.',
  },
  backdrop_not_found: {
    message: 'There is no background at "showroom.jpg" in the bucket "car-backgrounds".',
  },
  batch_not_found: {
    message: 'There is no batch "2f4c9a3e-0000-4000-8000-000000000000". It may have been deleted.',
  },
  vehicle_not_found: {
    message: 'There are no photos of a vehicle "stock-4711".',
  },
  vehicle_conflict: {
    message:
      'The set of the vehicle "stock-4711" has other photos: 1 of the hashes are unknown, and 0 of its photos are missing. Get the set, ' +
      "and send its photos in their new order.",
    details: {
      unknown: ["15dd9c1c8a6bc2d4e6f8001122334455667788990011223344556677889900aa"],
      missing: [],
    },
  },
  vehicle_full: {
    message:
      'The vehicle "stock-4711" has 500 photos already. The photo\'s files are stored, but it is not in the set.',
    details: { max_photos: 500 },
  },
  method_not_allowed: {
    message: "This path accepts POST only.",
  },
  idempotency_conflict: {
    message: "This Idempotency-Key belongs to another batch. Send a new key.",
    details: { batch_id: "0b7c2c34-6f6a-4d5f-9a39-0c9b0a8f2f11" },
  },
  body_too_large: {
    message: "The image is larger than 41943040 bytes. Send a smaller one.",
    details: { max_bytes: 41_943_040 },
  },
  unsupported_media_type: {
    message:
      "Expected a Content-Type of application/json, multipart/form-data, image/*, application/octet-stream but received " +
      "text/plain.",
    details: {
      supported: ["application/json", "multipart/form-data", "image/*", "application/octet-stream"],
    },
  },
  unsupported_image_type: {
    message: `The file is not an image of a supported type. Send one of ${
      INPUT_FORMATS.join(", ")
    }.`,
    details: { supported: [...INPUT_FORMATS] },
  },
  unsupported_image_encoding: {
    message:
      "The photo is a lossless JPEG (SOF3), which is not supported. Save it as a baseline or progressive JPEG of 8 bits a sample.",
    details: { format: "jpeg", encoding: "a lossless JPEG (SOF3)" },
  },
  invalid_image: {
    message: "The png file is damaged: its header has no size. Send it again.",
  },
  image_too_large: {
    message:
      "The image has 20000 x 20000 pixels. Send at most 120000000 pixels, and at most 16384 on a side.",
    details: { width: 20_000, height: 20_000, max_pixels: 120_000_000, max_side: 16_384 },
  },
  image_too_costly: {
    message: "The JPEG has more than 32 scans. Save it again as a baseline JPEG.",
    details: { max_scans: 32 },
  },
  image_crashes_engine: {
    message:
      "The image engine crashed on this photo twice, so it is not tried again. Save the photo as a new JPEG, and send that.",
  },
  backdrop_invalid: {
    message:
      'The background "showroom.jpg" in the bucket "car-backgrounds" cannot be used. The image is damaged or truncated.',
    details: { bucket: "car-backgrounds", path: "showroom.jpg" },
  },
  quality_rejected: {
    message:
      "The photo cuts the car: it covers 31 % of an edge of the photo. Take the photo again with space around the car.",
    details: {
      warnings: [{
        code: "car_cut_off",
        message:
          "The photo cuts the car: it covers 31 % of an edge of the photo. Take the photo again with space around the car.",
      }],
      quality: {
        ...{ edge_contact: 0.31, edge_width: 1.3, brightness: 0.6, overexposed: 0 },
        ...{ subjects: 1, half_transparent: 0.01 },
      },
    },
  },
  request_aborted: {
    message: "The body ended early. Send the request again.",
  },
  internal_error: {
    message: "The function failed unexpectedly. Report the request_id.",
  },
  engine_failed: {
    message: "The image engine crashed and was restarted. Send the photo again.",
  },
  storage_failed: {
    message:
      '1 of 3 variants could not be stored in "car-images": Storage failed with status 503. Send the photo again: what is ' +
      "stored already is kept.",
    details: {
      stored: ["processed", "grid"],
      failed: [{ variant: "detail", reason: "Storage failed with status 503" }],
    },
  },
  storage_rejected: {
    message:
      '3 of 3 variants could not be stored in "car-images": the bucket does not exist. Create it: the migrations in ' +
      "supabase/migrations do.",
    details: {
      stored: [],
      failed: [
        { variant: "processed", reason: "the bucket does not exist" },
        { variant: "grid", reason: "the bucket does not exist" },
        { variant: "detail", reason: "the bucket does not exist" },
      ],
    },
  },
  legacy_failed: {
    message: "The legacy service answered status 500. Try again.",
  },
  isolate_busy: {
    message: "Too much is being processed at once. Send the photo again in a moment.",
  },
  shutting_down: {
    message: "This isolate is shutting down. Send the request again.",
  },
  auth_unavailable: {
    message: "The keys that verify tokens cannot be read. Try again.",
  },
  queue_unavailable: {
    message: "The database, which keeps the batches, cannot be reached. Try again.",
  },
  vehicle_unavailable: {
    message: "The database, which keeps the vehicles' sets, cannot be reached. Try again.",
  },
};

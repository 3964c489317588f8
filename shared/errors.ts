/** An error after which the same request fails again. */
const permanent = (status: number, when: string) => ({ status, retryable: false, when });
/** An error after which the same request can succeed later. */
const temporary = (status: number, when: string) => ({ status, retryable: true, when });

/**
 * The error codes: the HTTP status, whether the same request can succeed later, and when the function returns it
 * (Markdown).
 *
 * Codes are part of the interface and never change their meaning. `deno task openapi` writes docs/errors.md from this.
 */
export const ERROR_CATALOGUE = {
  invalid_json: permanent(400, "The body, or the form field `options`, is not valid JSON."),
  invalid_multipart: permanent(
    400,
    "The form cannot be parsed, has more than 32 parts, or `file` is not a file.",
  ),
  invalid_base64: permanent(400, "`image_base64` is not base64."),
  invalid_request: permanent(
    400,
    "A field, parameter or header is unknown or wrong: `details` has `field`, `expected` and " +
      "`received`. Or the JSON holds more values than any request needs.",
  ),
  invalid_options: permanent(
    400,
    "A field of `options` is unknown or wrong: `details` has `field`, `expected` and " +
      "`received`.",
  ),
  missing_image: permanent(400, "The request has no image, or an empty one."),
  missing_credential: permanent(401, "The request has neither a user's token nor a secret key."),
  invalid_credential: permanent(
    401,
    "The token or key is not valid for this project: tampered, an unknown key, a wrong " +
      "algorithm, or a claim that is missing or wrong.",
  ),
  expired_credential: permanent(401, "The token has expired. Refresh the session."),
  forbidden: permanent(403, "The user is signed in, but has none of `ADMIN_ROLES`."),
  source_forbidden: permanent(
    403,
    "`storage_path` names a bucket that `SOURCE_BUCKETS` does not list.",
  ),
  backdrop_forbidden: permanent(
    403,
    "`options.background` names a bucket that `BACKGROUND_BUCKETS` does not list.",
  ),
  not_found: permanent(404, "The path does not exist."),
  source_not_found: permanent(
    404,
    "Storage has no such photo, or the caller may not read it. For a batch, `details` has the `positions` of all such photos, " +
      "`items` with the paths of the first 20, and `more`: how many others there are.",
  ),
  backdrop_not_found: permanent(404, "Storage has no such picture for `options.background`."),
  batch_not_found: permanent(
    404,
    "The batch does not exist, or has been deleted: 90 days after its end.",
  ),
  vehicle_not_found: permanent(
    404,
    "The vehicle has no photos, or its set has been deleted.",
  ),
  method_not_allowed: permanent(
    405,
    "The path does not support the method. The header `Allow` lists those that it supports.",
  ),
  idempotency_conflict: permanent(
    409,
    "The same `Idempotency-Key` has already created another batch: `details.batch_id`.",
  ),
  vehicle_conflict: permanent(
    409,
    "The order of a vehicle's photos does not name each photo of the set once, or the cover is not among them: " +
      "`details.unknown` and `details.missing` have the hashes. Get the set again.",
  ),
  vehicle_full: permanent(
    409,
    "The vehicle's set has `details.max_photos` photos. The photo's files are stored, but it is not in the set.",
  ),
  body_too_large: permanent(
    413,
    "The photo is larger than `MAX_IMAGE_BYTES`, or the JSON beside it is larger than 64 KiB: " +
      "`details.max_bytes` is the limit.",
  ),
  unsupported_media_type: permanent(
    415,
    "The body's `Content-Type` is not supported. `details.supported` lists the supported " +
      "types.",
  ),
  unsupported_image_type: permanent(
    415,
    "The file is not an image of a supported type, or other bytes come before the image. " +
      "`details.supported` lists the types.",
  ),
  unsupported_image_encoding: permanent(
    422,
    "The image type is supported, but not this encoding, which `details.encoding` names: a JPEG " +
      "that is lossless or hierarchical, does not have 8 bits per sample, has two or more than " +
      "four components, or has no height in its header; a TIFF with LZMA, WebP, Zstandard, JBIG " +
      "or LERC compression, with signed or 64-bit integers, or from a camera (raw); a PNG of Apple's own kind (CgBI).",
  ),
  invalid_image: permanent(
    422,
    "The image is damaged or truncated. `details.share` is the share of the picture's data that a truncated JPEG has, 0 to 1. " +
      "A progressive JPEG can show the whole picture coarsely with a small share.",
  ),
  image_too_large: permanent(
    422,
    "The image has more pixels than `MAX_IMAGE_PIXELS`, or more than 16384 on a side. The " +
      "header decides, before decoding.",
  ),
  image_too_costly: permanent(
    422,
    "Decoding takes more CPU than `CPU_BUDGET_MS` leaves, and did not start or was stopped " +
      "(`details.stopped`). `details.max_megapixels` is what fits; a JPEG of the same photo " +
      "fits. Or a JPEG has more than 32 scans.",
  ),
  quality_rejected: permanent(
    422,
    "The photo has one of the warnings that the option `require` refuses, and nothing was stored. `details.warnings` lists them, " +
      "`details.quality` has the figures. Take the photo again.",
  ),
  image_crashes_engine: permanent(
    422,
    "The image engine crashed on this photo twice, in the same or different isolates. For 30 days it is refused " +
      "without another try, unless `force` is set. Save the photo as a new JPEG.",
  ),
  backdrop_invalid: permanent(
    422,
    "The picture of `options.background` is not an image of a supported type, is damaged, is larger than 10 MB, or takes more than 400 ms of CPU to decode.",
  ),
  request_aborted: permanent(499, "The caller closed the connection, or the body ended early."),
  internal_error: permanent(
    500,
    "The function has a fault. Its log has the details under `request_id`.",
  ),
  engine_failed: temporary(
    500,
    "The image engine crashed and was restarted. Send the photo again: once, as after its second " +
      "crash the photo is refused.",
  ),
  storage_failed: temporary(
    502,
    "Storage failed, also on retries. Send the photo again: what is stored is kept. `details` " +
      "has `stored` and `failed`.",
  ),
  storage_rejected: permanent(
    502,
    "Storage rejected the variants: the bucket does not exist, its limits are too low, or the " +
      "key is wrong. Change the setting.",
  ),
  legacy_failed: temporary(
    502,
    "The legacy service failed, and the new pipeline failed too or may not be used: " +
      "see docs/rollout.md.",
  ),
  isolate_busy: temporary(
    503,
    "There are more photos at once than the host has isolates for. Send the request again after " +
      "`Retry-After`.",
  ),
  shutting_down: temporary(503, "The isolate is shutting down. Send the request again."),
  auth_unavailable: temporary(
    503,
    "The keys that verify tokens, or Supabase Auth, cannot be reached.",
  ),
  queue_unavailable: temporary(
    503,
    "The database, which stores the batches and knows the cutouts of each photo, cannot be reached.",
  ),
  vehicle_unavailable: temporary(
    503,
    "The database, which stores the vehicles' sets, cannot be reached. A photo's files are stored, but it is not in the set: send " +
      "it again.",
  ),
};

/** A stable error code. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Optional parts of an {@linkcode AppError}. */
export interface AppErrorOptions {
  /** Machine-readable facts for the caller, such as the field that was wrong. Public: no secrets, no upstream text. */
  details?: Record<string, unknown>;
  /** The underlying cause. Logged, never part of the response. */
  cause?: unknown;
  /** Whether the same request can succeed later. @default the catalogue's value */
  retryable?: boolean;
  /** Seconds after which a retry makes sense. @default 5 for retryable codes */
  retryAfterSeconds?: number;
  /** Extra response headers, such as `Allow`. */
  headers?: Record<string, string>;
}

/** An error for the caller: a stable code, a status, and a sentence that says what to do. */
export class AppError extends Error {
  /** The stable code. */
  readonly code: ErrorCode;
  /** The HTTP status, 400 to 599. */
  readonly status: number;
  /** Whether the same request can succeed later. */
  readonly retryable: boolean;
  /** Public facts for the caller. */
  readonly details?: Record<string, unknown>;
  /** Seconds after which a retry makes sense; set for retryable errors only. */
  readonly retryAfterSeconds?: number;
  /** Extra response headers. */
  readonly headers: Record<string, string>;

  /**
   * @param code A code of {@linkcode ERROR_CATALOGUE}; it decides the status.
   * @param message A sentence that says what is wrong and what to do. Public.
   * @param options Details, cause, retry hint, headers.
   */
  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.status = ERROR_CATALOGUE[code].status;
    this.retryable = options.retryable ?? ERROR_CATALOGUE[code].retryable;
    this.details = options.details;
    this.retryAfterSeconds = this.retryable ? options.retryAfterSeconds ?? 5 : undefined;
    this.headers = options.headers ?? {};
  }
}

/**
 * The catalogue of error codes: the HTTP status of each, and whether the same request can succeed later.
 *
 * Codes are part of the interface and never change their meaning. The README lists them with what to do.
 */
export const ERROR_CATALOGUE = {
  invalid_json: { status: 400, retryable: false },
  invalid_multipart: { status: 400, retryable: false },
  invalid_base64: { status: 400, retryable: false },
  invalid_request: { status: 400, retryable: false },
  invalid_options: { status: 400, retryable: false },
  missing_image: { status: 400, retryable: false },
  missing_credential: { status: 401, retryable: false },
  invalid_credential: { status: 401, retryable: false },
  expired_credential: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  source_forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  source_not_found: { status: 404, retryable: false },
  batch_not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  idempotency_conflict: { status: 409, retryable: false },
  body_too_large: { status: 413, retryable: false },
  unsupported_media_type: { status: 415, retryable: false },
  unsupported_image_type: { status: 415, retryable: false },
  unsupported_image_encoding: { status: 422, retryable: false },
  invalid_image: { status: 422, retryable: false },
  image_too_large: { status: 422, retryable: false },
  image_too_costly: { status: 422, retryable: false },
  request_aborted: { status: 499, retryable: false },
  internal_error: { status: 500, retryable: false },
  engine_failed: { status: 500, retryable: true },
  storage_failed: { status: 502, retryable: true },
  storage_rejected: { status: 502, retryable: false },
  legacy_failed: { status: 502, retryable: true },
  isolate_busy: { status: 503, retryable: true },
  shutting_down: { status: 503, retryable: true },
  auth_unavailable: { status: 503, retryable: true },
  queue_unavailable: { status: 503, retryable: true },
} as const;

/** A stable error code. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** What an {@linkcode AppError} may carry besides its code and message. */
export interface AppErrorOptions {
  /** Machine-readable facts for the caller, such as the field that was wrong. Public: no secrets, no upstream text. */
  details?: Record<string, unknown>;
  /** What led to it. For the log, never for the response. */
  cause?: unknown;
  /** Whether the same request can succeed later. @default as the catalogue has it */
  retryable?: boolean;
  /** Seconds after which a retry makes sense. @default 5 for retryable codes */
  retryAfterSeconds?: number;
  /** Extra response headers, such as `Allow`. */
  headers?: Record<string, string>;
}

/** An error that the caller is told about: stable code, status, and a sentence that says what to do. */
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
   * @param message What is wrong and what to do, as a sentence. Public.
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

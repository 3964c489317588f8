import type { ErrorCode } from "./types.ts";

/**
 * Errors that Supabase's platform answers in the function's place: no isolate started (503), the platform ended the isolate
 * for its CPU time or memory (546), the isolate crashed or was being retired (500), the call took longer than the platform
 * waits (504), anything else.
 */
export type PlatformCode =
  | "platform_boot_error"
  | "platform_worker_limit"
  | "platform_worker_error"
  | "platform_timeout"
  | "platform_error";

/**
 * Errors on the client's side: the network failed, the caller's signal was aborted, the answer is not the function's (such
 * as a proxy's page), Storage refused the upload, the photo's file cannot be read. No call fails with `conversion_failed`: it is
 * the code of a conversion's `error`.
 */
export type ClientCode =
  | "network_failed"
  | "aborted"
  | "invalid_answer"
  | "upload_failed"
  | "image_unreadable"
  | "conversion_failed";

/** Further facts about a failure. */
export interface FailureFacts {
  status?: number | null;
  retryable?: boolean;
  retryAfterMs?: number | null;
  details?: Record<string, unknown>;
  requestId?: string | null;
  cause?: unknown;
}

/**
 * The reason why a call failed.
 *
 * @example
 * ```ts
 * const { data, error } = await processImage(supabase, file);
 * if (error?.code === "unsupported_image_type") showHint("Please choose a photo.");
 * else if (error) showError(error.message, error.retryable);
 * ```
 */
export class ProcessImageError extends Error {
  /** The class's name, also in minified code. */
  override readonly name = "ProcessImageError";
  /** A stable code. A newer function may have codes that this type does not list: handle unknown ones. */
  readonly code: ErrorCode | PlatformCode | ClientCode;
  /** The HTTP status; `null` if there was no answer. */
  readonly status: number | null;
  /** Whether the same call can succeed later. */
  readonly retryable: boolean;
  /** Wait before the next try, in milliseconds; `null` if the answer does not say it. */
  readonly retryAfterMs: number | null;
  /**
   * Facts about the error, such as the invalid field. Platform errors have `platform_code`, and refusals of Storage have
   * `storage_status`.
   */
  readonly details: Record<string, unknown>;
  /** The request's id in the function's log; `null` if the answer has none. */
  readonly requestId: string | null;
  /** Number of tries, including the last one. */
  attempts = 1;

  /**
   * @param code The error code.
   * @param message A sentence that says what went wrong and what to do.
   * @param facts Further facts.
   */
  constructor(code: ProcessImageError["code"], message: string, facts: FailureFacts = {}) {
    super(message, { cause: facts.cause });
    this.code = code;
    this.status = facts.status ?? null;
    this.retryable = facts.retryable ?? false;
    this.retryAfterMs = facts.retryAfterMs ?? null;
    this.details = facts.details ?? {};
    this.requestId = facts.requestId ?? null;
  }
}

/** Creates the error of a call whose signal was aborted. */
export function aborted(signal: AbortSignal): ProcessImageError {
  const message =
    "The call was aborted. The next upload of the same photo continues where this one stopped.";
  return new ProcessImageError("aborted", message, { cause: signal.reason });
}

/** Creates the error of a failed connection. */
export function networkFailed(cause: unknown): ProcessImageError {
  const message = "The connection failed. Check the network and try again.";
  return new ProcessImageError("network_failed", message, {
    retryable: true,
    cause,
  });
}

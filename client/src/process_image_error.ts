import type { ErrorCode } from "./types.ts";

/**
 * What Supabase's platform answers in the function's place: no isolate came up (503), the isolate was ended for its CPU or
 * memory (546), it crashed or was just being retired (500), it took longer than the platform waits (504), anything else.
 */
export type PlatformCode =
  | "platform_boot_error"
  | "platform_worker_limit"
  | "platform_worker_error"
  | "platform_timeout"
  | "platform_error";

/**
 * What goes wrong on this side: the network failed, the caller's signal was aborted, the answer is not the function's (a proxy's
 * page, say), Storage refused the upload, the photo's file can not be read.
 */
export type ClientCode =
  | "network_failed"
  | "aborted"
  | "invalid_answer"
  | "upload_failed"
  | "image_unreadable";

/** What else is known of a failure. */
export interface FailureFacts {
  status?: number | null;
  retryable?: boolean;
  retryAfterMs?: number | null;
  details?: Record<string, unknown>;
  requestId?: string | null;
  cause?: unknown;
}

/**
 * Why a call failed.
 *
 * @example
 * ```ts
 * const { data, error } = await processImage(supabase, file);
 * if (error?.code === "unsupported_image_type") showHint("Please choose a photo.");
 * else if (error) showError(error.message, error.retryable);
 * ```
 */
export class ProcessImageError extends Error {
  /** Always this class's name, also where the code is minified. */
  override readonly name = "ProcessImageError";
  /** Stable. A function newer than this package may have codes that are not among the type's: have a default. */
  readonly code: ErrorCode | PlatformCode | ClientCode;
  /** The HTTP status; `null` where there was no answer. */
  readonly status: number | null;
  /** Whether the same call can succeed later. */
  readonly retryable: boolean;
  /** How long to wait before that, in milliseconds, where the answer told. */
  readonly retryAfterMs: number | null;
  /** Facts about it, such as the field that was wrong; of platform errors `platform_code`. */
  readonly details: Record<string, unknown>;
  /** What the function's log has it under. */
  readonly requestId: string | null;
  /** Tries that were made, the last one included. */
  attempts = 1;

  /**
   * @param code What went wrong.
   * @param message The same as a sentence that says what to do.
   * @param facts What else is known.
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

/** The error of a call whose signal was aborted. */
export function aborted(signal: AbortSignal): ProcessImageError {
  const message = "The call was aborted. What had been uploaded goes on from there next time.";
  return new ProcessImageError("aborted", message, { cause: signal.reason });
}

/** The error of a connection that failed. */
export function networkFailed(cause: unknown): ProcessImageError {
  const message = "The connection failed. Check the network and try again.";
  return new ProcessImageError("network_failed", message, {
    retryable: true,
    cause,
  });
}

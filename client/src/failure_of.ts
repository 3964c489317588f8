import { clock } from "./clock.ts";
import { type PlatformCode, ProcessImageError } from "./process_image_error.ts";
import type { ErrorReply } from "./types.ts";

/** An unsuccessful answer. */
export interface FailedAnswer {
  status: number;
  /** Returns a header by its name in lower case. */
  header(name: string): string | null;
  /** The parsed JSON; any other value if the body is not JSON. */
  body: unknown;
}

const PLATFORM: Record<PlatformCode, string> = {
  platform_boot_error: "Supabase could not start the function just now. Try again.",
  platform_worker_limit:
    "Supabase ended the function: it ran out of CPU time or memory. Try again, or send a smaller photo.",
  platform_worker_error: "The function ended before it answered. Try again.",
  platform_timeout: "The function took longer than Supabase waits. Try again.",
  platform_error:
    "Supabase refused the call. Check the function's name, and check that you are signed in.",
};

const BY_STATUS: Record<number, PlatformCode> = {
  500: "platform_worker_error",
  503: "platform_boot_error",
  504: "platform_timeout",
  546: "platform_worker_limit",
};

/** Converts an unsuccessful answer to an error: the function's own, the platform's, or that of something in between. */
export function failureOf(answer: FailedAnswer): ProcessImageError {
  const { status, body } = answer;
  const retryAfterMs = millisecondsOf(answer.header("retry-after"));
  const requestId = answer.header("x-request-id");
  if (isErrorReply(body)) {
    const { code, message, retryable, details } = body.error;
    const facts = { status, retryable, retryAfterMs, details, requestId: body.request_id };
    return new ProcessImageError(code, message, facts);
  }
  // 408, 429 and failures of servers and proxies may pass; other refusals do not.
  const retryable = status >= 500 || status === 408 || status === 429;
  const facts = { status, retryable, retryAfterMs, requestId };
  const platformCode = answer.header("sb-error-code") ?? platformCodeOf(body);
  if (platformCode !== null || status === 546) {
    const code = BY_STATUS[status] ?? "platform_error";
    const details = platformCode === null ? {} : { platform_code: platformCode };
    const message = status === 429 ? "Too many calls at once. Try again later." : PLATFORM[code];
    return new ProcessImageError(code, message, { ...facts, details });
  }
  const message = `${strangeAnswer(status)} Try again later.`;
  return new ProcessImageError("invalid_answer", message, facts);
}

/** Creates the error for a successful answer whose body is not the function's. */
export function strangeSuccess(status: number): ProcessImageError {
  const advice = "Check the address of the Supabase project and the function's name.";
  return new ProcessImageError("invalid_answer", `${strangeAnswer(status)} ${advice}`, { status });
}

function strangeAnswer(status: number): string {
  return `Something between this client and the function answered in its place (HTTP ${status}).`;
}

/** Checks whether a body is an error of the function. */
export function isErrorReply(body: unknown): body is ErrorReply {
  const { success, error } = (body ?? {}) as Partial<ErrorReply>;
  return success === false && typeof error?.code === "string" && typeof error.message === "string";
}

function platformCodeOf(body: unknown): string | null {
  if (typeof body !== "object" || body === null || !("code" in body)) return null;
  const { code } = body;
  return typeof code === "string" || typeof code === "number" ? String(code) : null;
}

/** Parses `Retry-After`, in seconds or as a date. @returns Milliseconds from now, 0 or more; `null` if it is invalid. */
function millisecondsOf(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  const ms = /^\s*\d+\s*$/.test(retryAfter)
    ? Number(retryAfter) * 1_000
    : Date.parse(retryAfter) - clock.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

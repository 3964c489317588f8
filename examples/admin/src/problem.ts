import type { ProcessImageError } from "@process-image/client";
import { button, el, fill } from "./dom.ts";

/** Texts that replace an error's message, by code. */
const INSTEAD: Record<string, string> = {
  aborted: "You stopped this photo. Another try continues where the upload stopped.",
};

/** Advice that the page adds to an error's message, by code. */
const ADVICE: Record<string, string> = {
  upload_failed: "The upload so far is kept: another try continues from there.",
  forbidden: "Ask an administrator for the role, then sign in again.",
  missing_credential: "Sign in again.",
  invalid_credential: "Sign in again.",
  expired_credential: "Sign in again.",
};

/** Codes after which the same request can succeed, in addition to retryable errors. */
const WORTH_A_TRY = new Set(["upload_failed", "network_failed", "aborted"]);

/**
 * Creates the text of an error.
 *
 * @param error The client's error.
 * @param onRetry Called when the user tries again; the button is there only if another try can succeed.
 */
export function createProblem(
  error: ProcessImageError,
  onRetry?: () => void,
): HTMLElement {
  const text = textOf(error);
  const advice = ADVICE[error.code] ?? "";
  const retry = (error.retryable || WORTH_A_TRY.has(error.code)) && onRetry;
  return el(
    "div",
    { class: "notice error" },
    el("p", {}, el("strong", {}, text), " ", text.includes(advice) ? null : advice),
    el(
      "p",
      { class: "actions" },
      retry && button("Try again", retry),
      el("span", { class: "quiet" }, `Code: ${error.code}`),
      error.requestId !== null && createRequestId(error.requestId),
    ),
  );
}

/** The sentence about an error. */
export function textOf({ code, message }: ProcessImageError): string {
  return INSTEAD[code] ?? message;
}

/** Creates the text of a request id of the function's log, with a button that copies it. */
export function createRequestId(id: string): HTMLElement {
  const copy = button("Copy", () => {
    void navigator.clipboard.writeText(id).then(
      () => fill(copy, "Copied"),
      () => fill(copy, "Copying failed"),
    );
  }, { class: "plain", "aria-label": "Copy the request id" });
  return el(
    "span",
    { class: "request-id quiet" },
    "Request ",
    el("code", {}, id),
    " ",
    copy,
  );
}

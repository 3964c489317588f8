import type { ProcessImageError } from "@process-image/client";
import { button, el, fill } from "./dom.ts";

/** What the page adds to a message: what the reader can do about it. */
const ADVICE: Record<string, string> = {
  network_failed: "Check the connection, then try again.",
  upload_failed: "What was uploaded so far is kept: trying again goes on from there.",
  aborted: "You stopped it.",
  forbidden: "Ask an administrator for the role, then sign in again.",
  missing_credential: "Sign in again.",
  invalid_credential: "Sign in again.",
  expired_credential: "Sign in again.",
};

/** Errors after which the very same request can succeed, besides those that say so themselves. */
const WORTH_A_TRY = new Set(["upload_failed", "network_failed", "aborted"]);

/**
 * An error in words.
 *
 * @param error The client's error.
 * @param onRetry Called when the reader wants it tried again; the button is there only where that makes sense.
 */
export function createProblem(
  error: ProcessImageError,
  onRetry?: () => void,
): HTMLElement {
  const retry = (error.retryable || WORTH_A_TRY.has(error.code)) && onRetry;
  return el(
    "div",
    { class: "notice error" },
    el("p", {}, el("strong", {}, error.message), " ", ADVICE[error.code]),
    el(
      "p",
      { class: "actions" },
      retry && button("Try again", retry),
      el("span", { class: "quiet" }, `Code: ${error.code}`),
      error.requestId !== null && createRequestId(error.requestId),
    ),
  );
}

/** The id under which the function's log has a request, with a button that copies it. */
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

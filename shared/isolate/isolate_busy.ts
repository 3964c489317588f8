import { AppError } from "../errors.ts";

/** Waits that are advised, in seconds, one after the other: those who are refused together shall not come back together. */
const RETRY_AFTER_SECONDS = [1, 2, 3, 4, 5];

let refused = 0;

/** The answer where an isolate has no room for a request and no other could be found: a later try meets a fresh one. */
export function isolateBusy(): AppError {
  const message = "Too much is being processed at once. Send the photo again in a moment.";
  const retryAfterSeconds = RETRY_AFTER_SECONDS[refused++ % RETRY_AFTER_SECONDS.length];
  return new AppError("isolate_busy", message, { retryAfterSeconds });
}

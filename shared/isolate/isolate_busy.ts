import { AppError } from "../errors.ts";

/** Values of `Retry-After` in rotation, in seconds: callers that are refused together do not return together. */
const RETRY_AFTER_SECONDS = [1, 2, 3, 4, 5];

let refused = 0;

/** Creates the error for a request that found no isolate with room. A later try reaches a fresh isolate. */
export function isolateBusy(): AppError {
  const message = "Too much is being processed at once. Send the photo again in a moment.";
  const retryAfterSeconds = RETRY_AFTER_SECONDS[refused++ % RETRY_AFTER_SECONDS.length];
  return new AppError("isolate_busy", message, { retryAfterSeconds });
}

import { ProcessImageError } from "./process_image_error.ts";
import type { StorageAnswer } from "./send_chunk.ts";

/** What to do about Storage's refusals, by its status. */
const ADVICE: Record<number, string> = {
  401: "Nobody is signed in. Sign in as an admin.",
  403:
    "Only admins may upload here. Sign in as one, and see that the bucket's policies are applied.",
  404: "The bucket does not exist. Apply the function's migrations, or name another one.",
  413: "The photo is larger than the bucket takes. Have it made smaller: upload.downscale.",
  415: "The bucket does not take photos of this type. Send it as JPEG.",
};

/** What passes, besides faults of Storage's own: a lost race, a lock, too many calls. */
const PASSING = new Set([408, 409, 423, 429]);

/**
 * Tells what it means that Storage did not take a photo, or a part of it.
 *
 * @param bucket Where it was to go.
 */
export function uploadFailure(bucket: string, answer: StorageAnswer): ProcessImageError {
  const { status, text } = answer;
  const retryable = status >= 500 || PASSING.has(status);
  const advice = retryable ? "Storage failed just now. Try again." : adviceOf(status, text);
  const message = `The photo could not be uploaded to ${bucket}. ${advice}`;
  return new ProcessImageError("upload_failed", message, {
    status,
    retryable,
    details: { bucket },
  });
}

function adviceOf(status: number, text: string): string {
  // A 400 has Storage's own status in its body.
  const own = Number(/"statusCode"\s*:\s*"?(\d{3})/.exec(text)?.[1] ?? status);
  if (own <= 403 && /jwt|jws|token|claim|signature/i.test(text)) {
    return "The session is not valid any more. Sign in again.";
  }
  return ADVICE[own] ?? `Storage refused it (HTTP ${own}).`;
}

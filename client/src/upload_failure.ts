import { ProcessImageError } from "./process_image_error.ts";
import type { StorageAnswer } from "./send_chunk.ts";

/** Advice for refusals of Storage, by status. */
const ADVICE: Record<number, string> = {
  401: "You are not signed in. Sign in as an admin.",
  403:
    "Only admins may upload here. Sign in as an admin, and check that the bucket's policies are applied.",
  404: "The bucket does not exist. Apply the function's migrations, or name another bucket.",
  413: "The photo is larger than the bucket accepts. Set upload.downscale.",
  415: "The bucket does not accept photos of this type. Send the photo as JPEG.",
};

/** Statuses below 500 that may pass: a lost race, a lock, too many calls. */
const PASSING = new Set([408, 409, 423, 429]);

/**
 * Converts Storage's refusal of a photo, or of a part of it, to an error.
 *
 * @param bucket The bucket of the upload.
 */
export function uploadFailure(bucket: string, answer: StorageAnswer): ProcessImageError {
  const { status, text } = answer;
  const retryable = status >= 500 || PASSING.has(status);
  const own = ownStatus(status, text);
  const advice = retryable ? "Storage failed. Try again." : adviceOf(own, text);
  const message = `The photo could not be uploaded to ${bucket}. ${advice}`;
  return new ProcessImageError("upload_failed", message, {
    status,
    retryable,
    details: { bucket, storage_status: own },
  });
}

/** Returns Storage's own status, which the body of a 400 has. */
function ownStatus(status: number, text: string): number {
  return Number(/"statusCode"\s*:\s*"?(\d{3})/.exec(text)?.[1] ?? status);
}

function adviceOf(own: number, text: string): string {
  if (own <= 403 && /jwt|jws|token|claim|signature/i.test(text)) {
    return "The session has expired. Sign in again.";
  }
  return ADVICE[own] ?? `Storage refused the upload (HTTP ${own}).`;
}

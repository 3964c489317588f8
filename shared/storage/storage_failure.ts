/** A failed call of Supabase Storage, in words that callers may see. */
export interface StorageFailure {
  /** Reason of the failure, without upstream text. */
  reason: string;
  /** Advice for the operator, as a sentence; empty if only a retry can help. */
  advice: string;
  /** Whether the same call can succeed later. */
  retryable: boolean;
  /** The client's error, for the log. */
  cause: unknown;
}

/** Meanings of Storage's own status codes, which it sends as text in the body, with HTTP status 400. */
const REASONS: Record<string, [reason: string, advice: string]> = {
  "403": ["the key may not write there", "Check the secret key and the bucket's policies."],
  "404": ["the bucket does not exist", "Create it: the migrations in supabase/migrations do."],
  "413": ["a file is larger than the bucket allows", "Raise the bucket's file size limit."],
  "415": [
    "the bucket does not allow this type of file",
    "Add it to the bucket's allowed MIME types.",
  ],
};

/**
 * Describes an error of storage-js.
 *
 * @param error The error: `statusCode` is Storage's own code as text, `status` the HTTP status. A call without an answer
 * has neither.
 */
export function describeFailure(
  error: { message: string; status?: number; statusCode?: string },
): StorageFailure {
  // Instead of a status, Storage may send a name ("InvalidKey") or a database code.
  const code = [error.statusCode, error.status].map((one) => String(one ?? ""))
    .find((one) => /^\d{3}$/.test(one)) ?? "";
  const known = REASONS[code];
  if (known) return { reason: known[0], advice: known[1], retryable: false, cause: error };
  if (code === "") {
    return { reason: "Storage did not answer", advice: "", retryable: true, cause: error };
  }
  if (code === "400" || code === "401") {
    const advice = "Check the secret key and the name of the bucket.";
    return { reason: "Storage refused the request", advice, retryable: false, cause: error };
  }
  return {
    reason: `Storage failed with status ${code}`,
    advice: "",
    retryable: true,
    cause: error,
  };
}

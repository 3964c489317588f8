/** A failed call of Supabase Storage, in words that may be shown. */
export interface StorageFailure {
  /** What went wrong, without upstream text. */
  reason: string;
  /** What the operator can do about it, as a sentence; empty where a retry is all. */
  advice: string;
  /** Whether the same call can succeed later. */
  retryable: boolean;
  /** The error as the client gave it, for the log. */
  cause: unknown;
}

/** What Storage's own status codes mean; it sends them in the body, as text, with HTTP status 400. */
const REASONS: Record<string, [reason: string, advice: string]> = {
  "403": ["the key may not write there", "Check the secret key and the bucket's policies."],
  "404": ["there is no such bucket", "Create it: the migrations in supabase/migrations do."],
  "413": ["a file is larger than the bucket allows", "Raise the bucket's file size limit."],
  "415": [
    "the bucket does not allow this type of file",
    "Add it to the bucket's allowed MIME types.",
  ],
};

/**
 * Tells what an error of storage-js means.
 *
 * @param error The error: `statusCode` is Storage's own code as text, `status` HTTP's; a call that got no answer has
 * neither.
 */
export function describeFailure(
  error: { message: string; status?: number; statusCode?: string },
): StorageFailure {
  // Beside its statuses, Storage may send a name ("InvalidKey") or a code of the database's.
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

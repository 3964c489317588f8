import { type Reply, replySchema } from "../../shared/photo/reply_schema.ts";

/** Bound on the tries; with the waits, about a minute. */
const MAX_TRIES = 8;
/** Wait after the first try if the answer has no `Retry-After`, in milliseconds; it doubles with each try. */
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 10_000;
/** Statuses of the platform or the function after which another try can succeed. */
const WORTH_A_RETRY = new Set([429, 500, 502, 503, 504, 546]);

/** The outcome of an upload. */
export interface Upload {
  /** The answer, if the upload succeeded. */
  reply?: Reply;
  /** Status of each try; 0 for a broken connection. */
  statuses: number[];
  /** Time from the first try to the last answer, including waits, in milliseconds. */
  wallMs: number;
  /** The last answer, if the upload failed. */
  complaint?: string;
}

/**
 * Uploads a photo as a well-behaved caller does: it retries failures that may pass, after `Retry-After`.
 *
 * @param functionUrl The function's public address.
 * @param token A signed-in admin's token.
 */
export async function upload(
  functionUrl: string,
  token: string,
  photo: Uint8Array<ArrayBuffer>,
): Promise<Upload> {
  const from = performance.now();
  const statuses: number[] = [];
  for (let attempt = 1;; attempt++) {
    const { status, text, retryAfterMs } = await send(functionUrl, token, photo);
    statuses.push(status);
    const wallMs = performance.now() - from;
    if (status === 200) return { reply: replySchema.parse(JSON.parse(text)), statuses, wallMs };
    const isWorthIt = status === 0 || (WORTH_A_RETRY.has(status) && !isFinal(text));
    if (!isWorthIt || attempt === MAX_TRIES) {
      return { statuses, wallMs, complaint: text.slice(0, 300) };
    }
    const waitMs = retryAfterMs ?? Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
    // Callers that failed together should not retry together.
    await new Promise((resolve) => setTimeout(resolve, waitMs * (1 + Math.random() / 2)));
  }
}

interface Try {
  status: number;
  text: string;
  retryAfterMs?: number;
}

async function send(
  functionUrl: string,
  token: string,
  photo: Uint8Array<ArrayBuffer>,
): Promise<Try> {
  try {
    const response = await fetch(`${functionUrl}?upload_to_storage=true`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "image/jpeg" },
      body: photo,
    });
    const seconds = response.headers.get("retry-after");
    return {
      status: response.status,
      text: await response.text(),
      ...(seconds !== null && { retryAfterMs: Number(seconds) * 1_000 }),
    };
  } catch (error) {
    return { status: 0, text: String(error) };
  }
}

/** Checks whether the function says that another try cannot succeed; the platform does not say it. */
function isFinal(text: string): boolean {
  try {
    return JSON.parse(text).error?.retryable === false;
  } catch {
    return false;
  }
}

import { type Reply, replySchema } from "../../shared/photo/reply_schema.ts";

/** Tries in all; with the waits between them, a minute or so. */
const MAX_TRIES = 8;
/** Wait where an answer does not say how long, in milliseconds; doubled with each try. */
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 10_000;
/** What the platform or the function may answer where another try can succeed. */
const WORTH_A_RETRY = new Set([429, 500, 502, 503, 504, 546]);

/** What became of one upload. */
export interface Upload {
  /** The answer, if there was a good one. */
  reply?: Reply;
  /** Status of each try; 0 where the connection broke. */
  statuses: number[];
  /** From the first try to the last answer, waits and all, in milliseconds. */
  wallMs: number;
  /** What the last try was answered, if that was no success. */
  complaint?: string;
}

/**
 * Uploads a photo as a good caller does: what failed for now is sent again, after the time that `Retry-After` says.
 *
 * @param functionUrl The function's public address.
 * @param token A signed-in admin's.
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
    // Those who failed together should not all come back together.
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

/** Whether the function itself says that another try is of no use; the platform says nothing of it. */
function isFinal(text: string): boolean {
  try {
    return JSON.parse(text).error?.retryable === false;
  } catch {
    return false;
  }
}

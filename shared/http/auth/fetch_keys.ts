import { parseBounded } from "../../lib/json/parse_bounded.ts";
import { readLimited } from "../../lib/read_limited.ts";

/** Bounds on a key set. One with two keys has some 800 bytes and 20 values. */
const BOUNDS = { maxBytes: 64 << 10, maxValues: 2_000 };

/**
 * Fetches a key set of bounded size.
 *
 * @param url The key set's URL.
 * @param init The options of `fetch`.
 * @returns The response, with its body already read.
 * @throws {Error} If the URL cannot be reached, or the key set is too large.
 */
export async function fetchKeys(url: string, init: RequestInit): Promise<Response> {
  const { status, body } = await fetch(url, init);
  const bytes = await readLimited(body, BOUNDS.maxBytes);
  if (!bytes) throw new Error(`The key set is larger than ${BOUNDS.maxBytes} bytes.`);
  if (status === 200 && !parseBounded(bytes, BOUNDS).ok) {
    throw new Error("The document is not a key set.");
  }
  return new Response(bytes, { status });
}

import { parseBounded } from "../../lib/json/parse_bounded.ts";
import { readLimited } from "../../lib/read_limited.ts";

/** What a key set may hold: one with two keys has some 800 bytes and 20 values. */
const BOUNDS = { maxBytes: 64 << 10, maxValues: 2_000 };

/**
 * Fetches a set of keys, and no more than one has.
 *
 * @param url Where it is.
 * @param init As `fetch` takes it.
 * @returns The answer, its body read.
 * @throws {Error} If it cannot be reached, or holds too much.
 */
export async function fetchKeys(url: string, init: RequestInit): Promise<Response> {
  const { status, body } = await fetch(url, init);
  const bytes = await readLimited(body, BOUNDS.maxBytes);
  if (!bytes) throw new Error(`The key set is larger than ${BOUNDS.maxBytes} bytes.`);
  if (status === 200 && !parseBounded(bytes, BOUNDS).ok) throw new Error("It is no key set.");
  return new Response(bytes, { status });
}

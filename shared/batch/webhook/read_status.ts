/** Bound on the bytes read of an answer, so that headers of interim answers cannot go on forever. */
const MAX_HEAD_BYTES = 8 << 10;

/** Interim statuses: Continue, Processing, Early Hints. Another answer follows them. */
const INTERIM = new Set([100, 102, 103]);

/**
 * Reads the status of an HTTP/1.1 answer, past the interim ones before it.
 *
 * @param conn The connection, after the request was sent.
 * @returns The status, 100 to 999.
 * @throws {Error} If the answer is not HTTP/1.1, ends before a final status, or exceeds the bound before it.
 */
export async function readStatus(conn: Pick<Deno.Conn, "read">): Promise<number> {
  let text = "";
  const chunk = new Uint8Array(1 << 10);
  while (text.length <= MAX_HEAD_BYTES) {
    const read = await conn.read(chunk);
    if (read === null) throw new Error("the answer ends before its status");
    const bytes = chunk.subarray(0, read);
    text += String.fromCharCode(...bytes); // headers are ISO 8859-1
    // Searches only after a line break, so that a sender of single bytes does not cause a search for each.
    const status = bytes.includes(0x0a) ? statusIn(text) : null;
    if (status !== null) return status;
  }
  throw new Error("the answer has too much before its status");
}

/** @returns The final status; `null` if more has to be read. @throws {Error} If the text is not HTTP/1.1 */
function statusIn(text: string): number | null {
  for (;;) {
    const line = /^(.*?)\r?\n/.exec(text);
    if (!line) return null;
    const status = /^HTTP\/1\.[01] ([1-9]\d\d)(?: |$)/.exec(line[1])?.[1];
    if (status === undefined) throw new Error("the answer is not HTTP/1.1");
    if (!INTERIM.has(Number(status))) return Number(status);
    const end = /\r?\n\r?\n/.exec(text);
    if (!end) return null;
    text = text.slice(end.index + end[0].length);
  }
}

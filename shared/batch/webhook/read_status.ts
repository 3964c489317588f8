/** Bound on what is read of an answer, in bytes: endless headers of interim answers end here. */
const MAX_HEAD_BYTES = 8 << 10;

/** Statuses that another answer follows: go on, being processed, early hints. */
const INTERIM = new Set([100, 102, 103]);

/**
 * Reads the status of an HTTP/1.1 answer, past the interim ones before it.
 *
 * @param conn A connection that a request has been sent over.
 * @returns The status, 100 to 999.
 * @throws {Error} If what comes is no HTTP/1.1, ends before a status, or has too much before it.
 */
export async function readStatus(conn: Pick<Deno.Conn, "read">): Promise<number> {
  let text = "";
  const chunk = new Uint8Array(1 << 10);
  while (text.length <= MAX_HEAD_BYTES) {
    const read = await conn.read(chunk);
    if (read === null) throw new Error("the answer ends before its status");
    const bytes = chunk.subarray(0, read);
    text += String.fromCharCode(...bytes); // headers are ISO 8859-1
    // A sender that drips bytes does not have the text searched for each of them.
    const status = bytes.includes(0x0a) ? statusIn(text) : null;
    if (status !== null) return status;
  }
  throw new Error("there is too much before the answer's status");
}

/** @returns `null` where more has to be read. @throws {Error} If the text is no HTTP/1.1 */
function statusIn(text: string): number | null {
  for (;;) {
    const line = /^(.*?)\r?\n/.exec(text);
    if (!line) return null;
    const status = /^HTTP\/1\.[01] ([1-9]\d\d)(?: |$)/.exec(line[1])?.[1];
    if (status === undefined) throw new Error("the answer is no HTTP/1.1");
    if (!INTERIM.has(Number(status))) return Number(status);
    const end = /\r?\n\r?\n/.exec(text);
    if (!end) return null;
    text = text.slice(end.index + end[0].length);
  }
}

/** A field of a multipart form. */
export interface FormField {
  name: string;
  /** The file's name; `undefined` for a text field. */
  filename?: string;
  /** The content, a view of the body. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** Maximum number of parts of a form; the function knows six. Deno's own reader takes 10 ms for a thousand. */
export const MAX_PARTS = 32;

/** Bound on the headers of a part, in bytes. A file's name has at most 255 characters. */
const MAX_HEADER_BYTES = 8 << 10;

/** Maximum number of parameters that are read of a header. */
const MAX_PARAMETERS = 16;

/** Bound on a boundary, in characters. RFC 2046 allows 70. */
const MAX_BOUNDARY = 200;

const CR = 0x0d;
const DASH = 0x2d;
const LINE = Uint8Array.of(CR, 0x0a);
const HEADERS_END = Uint8Array.of(CR, 0x0a, CR, 0x0a);

const BOUNDARY = /;[ \t]*boundary=(?:"([^"]*)"|([^\s;"]+))/i;
/** Matches a name and its value, with or without quotes. Sticky, so that a header is read in one pass. */
const PARAMETER = /[ \t]*;[ \t]*([^=;\s]+)=(?:"((?:[^"\\]|\\.)*)"|([^;]*))/y;

/**
 * Reads a multipart form (RFC 7578) in one pass, without copying the content of its fields.
 *
 * @param body The form.
 * @param contentType The content type, which contains the boundary.
 * @returns The fields in order, or a sentence that says what is wrong with the form.
 */
export function parseMultipart(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): FormField[] | string {
  const [, quoted, token] = BOUNDARY.exec(contentType) ?? [];
  const boundary = quoted ?? token ?? "";
  if (boundary === "") return "Its Content-Type has no boundary.";
  if (boundary.length > MAX_BOUNDARY) return `Its boundary is longer than ${MAX_BOUNDARY}.`;
  const delimiter = new TextEncoder().encode(`\r\n--${boundary}`);
  const fields: FormField[] = [];
  let at = isAt(body, delimiter.subarray(LINE.length), 0)
    ? delimiter.length - LINE.length
    : behind(delimiter, find(body, delimiter, 0, body.length));
  for (let parts = 0; at > 0; parts++) {
    if (at === body.length || (body[at] === DASH && body[at + 1] === DASH)) return fields;
    if (parts === MAX_PARTS) return `It has more than ${MAX_PARTS} parts.`;
    at = behindWhite(body, at);
    if (!isAt(body, LINE, at)) return "A boundary is followed by something else than a line.";
    // In a part without headers, the two line breaks follow each other directly.
    const headers = find(body, HEADERS_END, at, at + MAX_HEADER_BYTES);
    if (headers < 0) return `The headers of a part do not end within ${MAX_HEADER_BYTES} bytes.`;
    const start = headers + HEADERS_END.length;
    const end = find(body, delimiter, headers + LINE.length, body.length);
    if (end < 0) break;
    const names = namesOf(new TextDecoder().decode(body.subarray(at, headers)));
    // Empty content may share its line break with the headers.
    if (names) fields.push({ ...names, bytes: body.subarray(start, Math.max(start, end)) });
    at = end + delimiter.length;
  }
  return "It ends before its last boundary.";
}

/** @returns The names of the field and of its file; `undefined` for a part without a name. */
function namesOf(headers: string): Omit<FormField, "bytes"> | undefined {
  const line = headers.split("\r\n").find((one) => /^content-disposition:/i.test(one));
  if (line === undefined) return undefined;
  const values = new Map<string, string>();
  PARAMETER.lastIndex = Math.max(0, line.indexOf(";"));
  for (let count = 0; count < MAX_PARAMETERS; count++) {
    const found = PARAMETER.exec(line);
    if (!found) break;
    const [, name, quoted, token] = found;
    values.set(name.toLowerCase(), quoted === undefined ? token.trim() : unescaped(quoted));
  }
  const [name, filename] = [values.get("name"), values.get("filename")];
  if (!name) return undefined;
  return filename ? { name, filename } : { name };
}

/** Undoes the escapes that browsers and other clients use in names. */
function unescaped(value: string): string {
  return value.replaceAll('\\"', '"').replaceAll(/%22/g, '"').replaceAll(/%0D%0A/gi, "\r\n");
}

/**
 * Finds a pattern that begins with a CR. After a partial match, the search continues behind it, so it is linear for
 * any body.
 */
function find(body: Uint8Array, pattern: Uint8Array, from: number, to: number): number {
  const last = Math.min(to, body.length) - pattern.length;
  for (let at = from; at <= last; at++) {
    if (body[at] !== CR) continue;
    let matched = 1;
    while (matched < pattern.length && body[at + matched] === pattern[matched]) matched++;
    if (matched === pattern.length) return at;
    // The matched part contains no other CR, except in the pattern of two line breaks.
    if (pattern !== HEADERS_END) at += matched - 1;
  }
  return -1;
}

function behind(pattern: Uint8Array, at: number): number {
  return at < 0 ? 0 : at + pattern.length;
}

function behindWhite(body: Uint8Array, at: number): number {
  while (body[at] === 0x20 || body[at] === 0x09) at++;
  return at;
}

function isAt(body: Uint8Array, pattern: Uint8Array, at: number): boolean {
  return pattern.every((byte, i) => body[at + i] === byte);
}

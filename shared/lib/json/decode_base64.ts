import { readCharacter } from "./read_character.ts";

/** The fault of base64 in JSON: the text is not base64, or the string is not valid JSON. */
export type TextFault = "base64" | "json";

/** The meaning of a byte of a JSON string, besides the 64 digits of base64. */
const WHITE = 64;
const PADDING = 65;
const ESCAPE = 66;
const WIDE = 67;
const CONTROL = 68;
const OTHER = 69;

const BACKSLASH = 0x5c;

/** The digits of base64. Those of base64url are accepted too, even mixed. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The characters beyond ASCII that `\s` matches. */
const WIDE_SPACES = new Set(
  [0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff].concat(
    Array.from({ length: 11 }, (_, i) => 0x2000 + i),
  ),
);

/** Maximum number of characters of a data URL's head that are read. */
const MAX_HEAD = 200;

const KINDS = kinds();

/**
 * Decodes base64 (or base64url) text, or a `data:` URL of it, directly from its escaped form in JSON. It ignores
 * white space.
 *
 * A single pass over the bytes takes 1 ms per megabyte; decoding UTF-8, JSON and base64 one after the other takes
 * 14 ms (Deno 2.1.4).
 *
 * @param raw The bytes between the string's quotes, in UTF-8.
 * @param target The array for the result: `raw` itself, or one of the same length.
 * @returns The bytes, a view of `target`, or the fault.
 */
export function decodeBase64(
  raw: Uint8Array<ArrayBuffer>,
  target: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | TextFault {
  const start = startOfData(raw);
  return start === null ? "base64" : decode(raw, start, target);
}

function decode(
  raw: Uint8Array<ArrayBuffer>,
  start: number,
  target: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | TextFault {
  let at = start;
  let length = 0;
  let digits = 0;
  let padding = 0;
  /** Up to three digits that do not form a byte yet. */
  let pending = 0;
  while (at < raw.length) {
    if ((digits & 3) === 0 && padding === 0) {
      const last = raw.length - 4;
      while (at <= last) {
        const a = KINDS[raw[at]], b = KINDS[raw[at + 1]];
        const c = KINDS[raw[at + 2]], d = KINDS[raw[at + 3]];
        if ((a | b | c | d) > 63) break;
        target[length] = a << 2 | b >> 4;
        target[length + 1] = b << 4 | c >> 2;
        target[length + 2] = c << 6 | d;
        length += 3;
        digits += 4;
        at += 4;
      }
      if (at === raw.length) break;
    }
    let kind = KINDS[raw[at]];
    let width = 1;
    if (kind > PADDING) {
      if (kind === CONTROL) return "json";
      if (kind === OTHER) return "base64";
      const read = readCharacter(raw, at);
      if (read === null) return kind === ESCAPE ? "json" : "base64";
      kind = kindOf(read.code);
      width = read.width;
    }
    at += width;
    if (kind < 64) {
      if (padding > 0) return "base64";
      pending = pending << 6 | kind;
      if ((++digits & 3) === 0) {
        target[length++] = pending >> 16;
        target[length++] = pending >> 8;
        target[length++] = pending;
        pending = 0;
      }
    } else if (kind === PADDING) {
      if (++padding > 2) return "base64";
    } else if (kind !== WHITE) return "base64";
  }
  const left = digits & 3;
  if (left === 1 || (digits === 0 && padding > 0)) return "base64";
  if (left > 1) target[length++] = left === 2 ? pending >> 4 : pending >> 10;
  if (left === 3) target[length++] = pending >> 2;
  return target.subarray(0, length);
}

/** @returns The start of the data, after the head of a data URL; `null` for a data URL that is not base64. */
function startOfData(raw: Uint8Array): number | null {
  let head = "";
  let at = 0;
  for (let count = 0; count < MAX_HEAD && at < raw.length; count++) {
    const read = readCharacter(raw, at);
    const isRaw = read?.width === 1;
    if (read === null || (isRaw && read.code < 0x20)) break;
    at += read.width;
    head += String.fromCharCode(read.code);
    if (count < 5 && !"data:".startsWith(head)) return 0;
    if (read.code === 0x2c) return /;base64,$/i.test(head) ? at : null;
  }
  return "data:".length > head.length ? 0 : null;
}

/** Classifies a character that is escaped or takes several bytes. */
function kindOf(code: number): number {
  if (code >= 0x80) return WIDE_SPACES.has(code) ? WHITE : OTHER;
  if (code >= 9 && code <= 13) return WHITE;
  return code === BACKSLASH || code < 0x20 ? OTHER : KINDS[code];
}

function kinds(): Uint8Array {
  const table = new Uint8Array(256).fill(OTHER).fill(CONTROL, 0, 0x20).fill(WIDE, 0x80);
  for (let digit = 0; digit < 64; digit++) table[DIGITS.charCodeAt(digit)] = digit;
  table["-".charCodeAt(0)] = 62;
  table["_".charCodeAt(0)] = 63;
  table[" ".charCodeAt(0)] = WHITE;
  table["=".charCodeAt(0)] = PADDING;
  table[BACKSLASH] = ESCAPE;
  return table;
}

/** What JSON from outside may hold: `JSON.parse` takes 150 times as long for a megabyte of `{},{},...` as for one of text. */
export interface JsonBounds {
  /** Bytes, without the strings that are set apart. */
  maxBytes: number;
  /** Values: elements and fields, at every depth. */
  maxValues: number;
}

/** Which strings are set apart: they are neither decoded nor parsed. */
export interface SetApart {
  /** The fields that hold them. */
  names: readonly string[];
  /** Whether only fields of the outermost object count. @default false */
  outermost?: boolean;
}

/** Why JSON is not taken. */
export type JsonFault = "invalid" | "too_large" | "too_many_values" | "too_deep";

/** JSON that has been parsed, or what is wrong with it. */
export type BoundedJson =
  | {
    ok: true;
    /** The value. A string that was set apart is replaced by its place in `strings`, as decimal digits. */
    value: unknown;
    /** The strings that were set apart, as they are between their quotes: escaped, as views of the input. */
    strings: Uint8Array<ArrayBuffer>[];
  }
  | { ok: false; fault: JsonFault; cause?: unknown };

/** Objects and arrays within each other, at most: recursive code, such as `JSON.stringify`, fails at some thousands. */
const MAX_DEPTH = 64;

/** A string is looked through in JavaScript up to this length, then by the engine's own search, which starts slower. */
const NEAR_BYTES = 256;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const encoder = new TextEncoder();

/**
 * Parses JSON of unknown origin. Its structure is counted before `JSON.parse` sees it, in one pass over the bytes, and strings
 * that hold files are set apart: they cost a search for their end, and no memory.
 *
 * @param bytes The JSON, in UTF-8.
 * @param bounds What it may hold.
 * @param apart Which strings are set apart. @default none
 */
export function parseBounded(
  bytes: Uint8Array<ArrayBuffer>,
  bounds: JsonBounds,
  apart: SetApart = { names: [] },
): BoundedJson {
  const scan = new Scan(bytes, bounds, apart);
  const fault = scan.run();
  if (fault) return { ok: false, fault };
  try {
    return { ok: true, value: JSON.parse(scan.rest()), strings: scan.strings };
  } catch (cause) {
    return { ok: false, fault: "invalid", cause };
  }
}

/** One pass over JSON. What it finds holds for valid JSON; the rest of invalid JSON is invalid, too. */
class Scan {
  readonly strings: Uint8Array<ArrayBuffer>[] = [];
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #bounds: JsonBounds;
  readonly #apart: SetApart;
  /** What remains, in pieces. */
  readonly #kept: Uint8Array[] = [];
  #keptBytes = 0;
  /** Where the piece begins that is not in `#kept` yet. */
  #from = 0;
  #depth = 0;
  #values = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, bounds: JsonBounds, apart: SetApart) {
    this.#bytes = bytes;
    this.#bounds = bounds;
    this.#apart = apart;
  }

  run(): JsonFault | undefined {
    const bytes = this.#bytes;
    const { maxBytes, maxValues } = this.#bounds;
    /** The last byte of structure; a string after a colon is a field's value, others may be names. */
    let last = 0;
    let isApart = false;
    for (let at = 0; at < bytes.length; at++) {
      if (this.#keptBytes + at - this.#from > maxBytes) return "too_large";
      const byte = bytes[at];
      if (byte === QUOTE) {
        const end = endOfString(bytes, at + 1);
        if (end < 0) return "invalid";
        if (last !== COLON) isApart = this.#isApart(at + 1, end);
        else if (isApart) this.#setApart(at + 1, end);
        at = end;
      } else if (byte === COMMA || byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (++this.#values > maxValues) return "too_many_values";
        if (byte !== COMMA && ++this.#depth > MAX_DEPTH) return "too_deep";
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#depth--;
      if (byte > SPACE) last = byte;
    }
    return this.#keptBytes + bytes.length - this.#from > maxBytes ? "too_large" : undefined;
  }

  /** What remains, as text. */
  rest(): string {
    this.#keep(this.#bytes.length);
    const all = new Uint8Array(this.#keptBytes);
    let at = 0;
    for (const piece of this.#kept) {
      all.set(piece, at);
      at += piece.length;
    }
    return new TextDecoder().decode(all);
  }

  #setApart(from: number, to: number): void {
    this.#keep(from);
    const place = encoder.encode(String(this.strings.length));
    this.#kept.push(place);
    this.#keptBytes += place.length;
    this.strings.push(this.#bytes.subarray(from, to));
    this.#from = to;
  }

  #keep(to: number): void {
    this.#kept.push(this.#bytes.subarray(this.#from, to));
    this.#keptBytes += to - this.#from;
    this.#from = to;
  }

  /** Whether this is the name of a field whose string is set apart. */
  #isApart(from: number, to: number): boolean {
    const { names, outermost } = this.#apart;
    if (outermost && this.#depth !== 1) return false;
    // A name whose every character is escaped takes six bytes for each.
    const isShort = names.some((name) => to - from <= 6 * name.length);
    return isShort && names.includes(unescaped(this.#bytes.subarray(from, to)));
  }
}

/** @returns The place of the quote that ends a string, or -1 if there is none. */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from;
  const near = Math.min(bytes.length, from + NEAR_BYTES);
  for (; at < near; at++) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === BACKSLASH) at++;
  }
  const quote = bytes.indexOf(QUOTE, at);
  if (quote < 0 || !bytes.subarray(at, quote).includes(BACKSLASH)) return quote;
  for (; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === BACKSLASH) at++;
  }
  return -1;
}

function unescaped(name: Uint8Array): string {
  const text = new TextDecoder().decode(name);
  if (!text.includes("\\")) return text;
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return text; // the whole is no JSON
  }
}

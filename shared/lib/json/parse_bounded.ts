/** Bounds on external JSON. `JSON.parse` takes 150 times as long for a megabyte of `{},{},...` as for one of text. */
export interface JsonBounds {
  /** Maximum number of bytes, without the strings that are set apart. */
  maxBytes: number;
  /** Maximum number of values: elements and fields, at every depth. Of them, 100 can be strings that are set apart. */
  maxValues: number;
}

/** Selects the strings that are set apart: they are neither decoded nor parsed. */
export interface SetApart {
  /** The names of the fields that hold the strings. */
  names: readonly string[];
  /** Whether only fields of the outermost object count. @default false */
  outermost?: boolean;
}

/** The reason why JSON is not accepted. */
export type JsonFault = "invalid" | "too_large" | "too_many_values" | "too_deep";

/** Parsed JSON, or its fault. */
export type BoundedJson =
  | {
    ok: true;
    /** The value. A string that was set apart is replaced by its index in `strings`, as decimal digits. */
    value: unknown;
    /** The strings that were set apart, in their escaped form between the quotes, as views of the input. */
    strings: Uint8Array<ArrayBuffer>[];
  }
  | { ok: false; fault: JsonFault; cause?: unknown };

/** Maximum nesting depth of objects and arrays. Recursive code, such as `JSON.stringify`, fails at some thousands. */
const MAX_DEPTH = 64;

/** Maximum number of strings that are set apart. Each one costs 20 us. */
const MAX_STRINGS = 100;

/**
 * Number of bytes of a string that JavaScript searches for the end. The rest is left to the engine's own search,
 * which starts slower.
 */
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
 * Parses untrusted JSON. One pass over the bytes counts its structure before `JSON.parse` runs, and sets apart
 * strings that hold files: they cost a search for their end, but no memory.
 *
 * @param bytes The JSON, in UTF-8.
 * @param bounds Bounds on the JSON.
 * @param apart Selects the strings that are set apart. @default none
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

/** A pass over JSON. Its findings are correct for valid JSON; of invalid JSON, the remaining text stays invalid. */
class Scan {
  readonly strings: Uint8Array<ArrayBuffer>[] = [];
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #bounds: JsonBounds;
  readonly #apart: SetApart;
  /** The remaining text, in pieces. */
  readonly #kept: Uint8Array[] = [];
  #keptBytes = 0;
  /** The start of the piece that is not in `#kept` yet. */
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
    /** The last structural byte. A string after a colon is a field's value; others may be names. */
    let last = 0;
    let isApart = false;
    for (let at = 0; at < bytes.length; at++) {
      if (this.#keptBytes + at - this.#from > maxBytes) return "too_large";
      const byte = bytes[at];
      if (byte === QUOTE) {
        const end = endOfString(bytes, at + 1);
        if (end < 0) return "invalid";
        if (last !== COLON) isApart = this.#isApart(at + 1, end);
        else if (isApart && !this.#setApart(at + 1, end)) return "too_many_values";
        at = end;
      } else if (byte === COMMA || byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (++this.#values > maxValues) return "too_many_values";
        if (byte !== COMMA && ++this.#depth > MAX_DEPTH) return "too_deep";
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#depth--;
      if (byte > SPACE) last = byte;
    }
    return this.#keptBytes + bytes.length - this.#from > maxBytes ? "too_large" : undefined;
  }

  /** Returns the remaining text. */
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

  /** @returns Whether the string is set apart, `false` if there are too many. */
  #setApart(from: number, to: number): boolean {
    if (this.strings.length === MAX_STRINGS) return false;
    this.#keep(from);
    const place = encoder.encode(String(this.strings.length));
    this.#kept.push(place);
    this.#keptBytes += place.length;
    this.strings.push(this.#bytes.subarray(from, to));
    this.#from = to;
    return true;
  }

  #keep(to: number): void {
    this.#kept.push(this.#bytes.subarray(this.#from, to));
    this.#keptBytes += to - this.#from;
    this.#from = to;
  }

  /** Checks whether a string is the name of a field whose value is set apart. */
  #isApart(from: number, to: number): boolean {
    const { names, outermost } = this.#apart;
    if (outermost && this.#depth !== 1) return false;
    // Each character of a fully escaped name takes six bytes.
    const isShort = names.some((name) => to - from <= 6 * name.length);
    return isShort && names.includes(unescaped(this.#bytes.subarray(from, to)));
  }
}

/** @returns The index of the quote that ends a string, or -1 if there is none. */
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
    return text; // the text as a whole is not valid JSON
  }
}

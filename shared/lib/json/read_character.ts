const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/** Represents a character that takes two UTF-16 units. */
const ASTRAL = 0xfffd;

/** The characters of JSON's short escapes. */
const SHORT_ESCAPES: ReadonlyMap<number, number> = new Map(
  [...'"\\/bfnrt'].map((name, i) => [name.charCodeAt(0), '"\\/\b\f\n\r\t'.charCodeAt(i)]),
);

/** A character of a JSON string. */
export interface JsonCharacter {
  /** The UTF-16 code unit. U+FFFD for a character that takes two. */
  code: number;
  /** The width of the character, in bytes. */
  width: number;
}

/**
 * Reads a character of a JSON string.
 *
 * @param raw The bytes between the string's quotes, in UTF-8.
 * @param at The index of the character's first byte.
 * @returns The character; `null` if the escape or the UTF-8 is not valid. Control characters are not checked.
 */
export function readCharacter(raw: Uint8Array, at: number): JsonCharacter | null {
  const first = raw[at];
  if (first === BACKSLASH) return readEscape(raw, at);
  if (first < 0x80) return { code: first, width: 1 };
  const [second, third] = [raw[at + 1] ^ 0x80, raw[at + 2] ^ 0x80];
  if (first >= 0xc2 && first < 0xe0 && second < 64) {
    return { code: (first & 31) << 6 | second, width: 2 };
  }
  if (first >> 4 === 14 && second < 64 && third < 64) {
    return { code: (first & 15) << 12 | second << 6 | third, width: 3 };
  }
  return first >> 3 === 30 && at + 4 <= raw.length ? { code: ASTRAL, width: 4 } : null;
}

function readEscape(raw: Uint8Array, at: number): JsonCharacter | null {
  const name = raw[at + 1];
  if (name !== LOWER_U) {
    const code = SHORT_ESCAPES.get(name);
    return code === undefined ? null : { code, width: 2 };
  }
  let code = 0;
  for (let i = at + 2; i < at + 6; i++) {
    const digit = hexDigit(raw[i]);
    if (digit < 0) return null;
    code = code << 4 | digit;
  }
  return { code, width: 6 };
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

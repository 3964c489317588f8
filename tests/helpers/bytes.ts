/** Concatenates bytes. */
export function concat(...parts: (Uint8Array | number[])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Encodes text as one byte per character. */
export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Big-endian, 16 bit. */
export function u16(value: number): number[] {
  return [(value >> 8) & 255, value & 255];
}

/** Big-endian, 32 bit. */
export function u32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** Little-endian, 16 bit. */
export function le16(value: number): number[] {
  return u16(value).reverse();
}

/** Little-endian, 32 bit. */
export function le32(value: number): number[] {
  return u32(value).reverse();
}

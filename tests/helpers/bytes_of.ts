import type { BitWriter } from "../../shared/image/encode/bit_writer.ts";

/** Returns what a writer has written; zeros fill up the last byte. */
export function bytesOf(writer: BitWriter): Uint8Array {
  const { bytes, pending } = writer.takeWhole();
  return pending.count === 0 ? bytes : Uint8Array.of(...bytes, pending.value);
}

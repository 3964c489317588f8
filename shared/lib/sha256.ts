import { createHash } from "node:crypto";

/**
 * Size up to which the hash is computed on this thread, in bytes. Above it WebCrypto copies the bytes and hashes them on another
 * thread, which takes a fifth of this thread's CPU for a photo of 2 MB (`bench/COLD.md`).
 */
const MAX_HERE_BYTES = 64 << 10;

/** Size from which it is computed here again, in bytes: the copy counts as used memory until a garbage collection. */
const MIN_HERE_BYTES = 16 << 20;

const hashes = new WeakMap<Uint8Array, Promise<string>>();

/**
 * Computes the SHA-256 of a photo's file, which identifies the photo. It is computed once per array.
 *
 * @param photo The encoded photo. It must not change any more.
 * @returns 64 hexadecimal digits.
 */
export function photoHash(photo: Uint8Array<ArrayBuffer>): Promise<string> {
  const known = hashes.get(photo) ?? sha256(photo);
  hashes.set(photo, known);
  return known;
}

/** Computes the SHA-256 of bytes, as 64 hexadecimal digits. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (bytes.length <= MAX_HERE_BYTES || bytes.length >= MIN_HERE_BYTES) {
    return createHash("sha256").update(bytes).digest("hex");
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

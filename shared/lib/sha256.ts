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
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Copies bytes into the middle of a larger buffer, to expose code that ignores the bounds of a view. */
export function viewOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const memory = new Uint8Array(bytes.length + 24).fill(0xa5);
  memory.set(bytes, 11);
  return memory.subarray(11, 11 + bytes.length);
}

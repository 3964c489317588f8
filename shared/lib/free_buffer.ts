/**
 * Frees an array's buffer at once, which makes the array empty. Large buffers would count as used memory until a garbage
 * collection, and an isolate is killed for what it counts.
 *
 * @param bytes An array that nothing uses any more, nor any other view of its buffer.
 */
export function freeBuffer(bytes: Uint8Array | Uint8ClampedArray): void {
  (bytes.buffer as ArrayBuffer).transfer(0);
}

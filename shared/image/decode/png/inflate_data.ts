/**
 * Inflates the data of a PNG, without keeping more than a piece of it.
 *
 * @param parts The data of the chunks `IDAT`, in their order.
 * @param sliceBytes Size of the pieces to inflate, in bytes. Deno inflates each as a whole, to at most a thousand times its size:
 * small ones bound a bomb's output.
 * @returns The rows' bytes. The stream fails for data that cannot be inflated, that is cut off, or whose checksum is wrong.
 */
export function inflateData(
  parts: readonly Uint8Array<ArrayBuffer>[],
  sliceBytes: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new DecompressionStream("deflate");
  // A writer starts faster than a pipe from a stream of the slices.
  writeSlices(writable, parts, sliceBytes).catch(() => {}); // the reader gets the same error
  return readable;
}

async function writeSlices(
  writable: WritableStream<BufferSource>,
  parts: readonly Uint8Array<ArrayBuffer>[],
  sliceBytes: number,
): Promise<void> {
  const writer = writable.getWriter();
  for (const part of parts) {
    for (let at = 0; at < part.length; at += sliceBytes) {
      await writer.write(part.subarray(at, at + sliceBytes));
    }
  }
  await writer.close();
}

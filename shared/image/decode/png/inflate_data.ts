/**
 * Inflates the data of a PNG, without keeping more than a piece of it.
 *
 * @param parts The data of the chunks `IDAT`, in their order.
 * @param sliceBytes Size of the pieces to inflate, in bytes. Deno inflates each as a whole, to at most a thousand times its size:
 * small ones bound a bomb's output.
 * @returns The rows' bytes. The stream fails for data that cannot be inflated, or whose checksum is wrong; and, without the last
 * of its bytes, for data that other bytes follow, which {@linkcode inflateFollowedData} inflates.
 */
export function inflateData(
  parts: Iterable<Uint8Array<ArrayBuffer>>,
  sliceBytes: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new DecompressionStream("deflate");
  // A writer starts faster than a pipe from a stream of the slices.
  writeSlices(writable, parts, sliceBytes).catch(() => {}); // the reader gets the same error
  return readable;
}

/**
 * Inflates the data of a PNG up to its end, and ignores what follows. It takes more CPU than {@linkcode inflateData}, and loads
 * Node's zlib.
 *
 * @param parts The data of the chunks `IDAT`, in their order.
 * @returns The rows' bytes. It throws for data that cannot be inflated, that is cut off, or whose checksum is wrong.
 */
export async function* inflateFollowedData(
  parts: Iterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array> {
  const { createInflate } = await import("node:zlib");
  const { Readable } = await import("node:stream");
  yield* Readable.from(parts).pipe(createInflate());
}

/** Writes the data in slices of one size: chunks can be much smaller. */
async function writeSlices(
  writable: WritableStream<BufferSource>,
  parts: Iterable<Uint8Array<ArrayBuffer>>,
  sliceBytes: number,
): Promise<void> {
  const writer = writable.getWriter();
  const slice = new Uint8Array(sliceBytes); // free again once a write has ended
  let filled = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length;) {
      const piece = part.subarray(at, at + sliceBytes - filled);
      slice.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled < sliceBytes) continue;
      await writer.write(slice);
      filled = 0;
    }
  }
  if (filled > 0) await writer.write(slice.subarray(0, filled));
  await writer.close();
}

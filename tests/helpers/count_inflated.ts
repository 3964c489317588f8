/** Counts the bytes from decompressors that are created meanwhile. */
export async function countInflated<T>(
  run: () => Promise<T>,
): Promise<{ inflated: number; result: T }> {
  let inflated = 0;
  const count = (chunk: Uint8Array, controller: TransformStreamDefaultController<Uint8Array>) => {
    inflated += chunk.length;
    controller.enqueue(chunk);
  };
  const Real = globalThis.DecompressionStream;
  globalThis.DecompressionStream = class extends Real {
    override get readable() {
      return super.readable.pipeThrough(
        new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({ transform: count }),
      );
    }
  };
  try {
    const result = await run();
    return { inflated, result };
  } finally {
    globalThis.DecompressionStream = Real;
  }
}

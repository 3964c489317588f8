// Proves that a stream is read up to a bound and then cancelled.
import assert from "node:assert/strict";
import { readLimited } from "../../shared/lib/read_limited.ts";

/** A stream of chunks that records its cancellation and the number of chunks read. */
function streamOf(chunks: number[][]) {
  const seen = { taken: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks[seen.taken++];
      if (chunk) controller.enqueue(Uint8Array.from(chunk));
      else controller.close();
    },
    cancel: () => void (seen.cancelled = true),
  }, { highWaterMark: 0 });
  return { stream, seen };
}

Deno.test("readLimited() joins a stream's chunks", async () => {
  const { stream } = streamOf([[1, 2], [], [3], [4, 5, 6]]);
  assert.deepEqual(await readLimited(stream, 100), Uint8Array.of(1, 2, 3, 4, 5, 6));
});

Deno.test("readLimited() reads the same bytes whatever length the sender states", async () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => i * 31);
  for (const stated of [0, 1, 4_096, 19_999, 20_000, 20_001, 1e6, 2 ** 40]) {
    const chunks = [bytes.slice(0, 5_000), bytes.slice(5_000, 5_001), bytes.slice(5_001)];
    const { stream } = streamOf(chunks.map((chunk) => [...chunk]));
    const read = await readLimited(stream, 30_000, 0, () => true, stated);
    assert.deepEqual(read, bytes, String(stated));
    assert.equal(read.buffer.byteLength, bytes.length, String(stated));
  }
  assert.equal(await readLimited(streamOf([[1, 2, 3]]).stream, 2, 0, () => true, 2), null);
});

Deno.test("readLimited() reads a missing stream and an empty one as empty", async () => {
  assert.deepEqual(await readLimited(null, 10), new Uint8Array());
  assert.deepEqual(await readLimited(streamOf([]).stream, 10), new Uint8Array());
});

Deno.test("readLimited() accepts exactly the bound and refuses more", async () => {
  assert.equal((await readLimited(streamOf([[1, 2], [3, 4]]).stream, 4))?.length, 4);
  assert.equal(await readLimited(streamOf([[1, 2], [3, 4]]).stream, 3), null);
});

Deno.test("readLimited() cancels a stream that is too long and stops reading it", async () => {
  const { stream, seen } = streamOf(new Array(50).fill([1, 2, 3, 4]));
  assert.equal(await readLimited(stream, 10), null);
  assert.deepEqual(seen, { taken: 3, cancelled: true });
});

Deno.test("readLimited() drains a stream that is nearly done, and aborts one that is not", async () => {
  const nearly = streamOf(new Array(5).fill([1, 2, 3, 4]));
  assert.equal(await readLimited(nearly.stream, 10, 10), null);
  assert.equal(nearly.seen.cancelled, false);
  const endless = streamOf(new Array(50).fill([1, 2, 3, 4]));
  assert.equal(await readLimited(endless.stream, 10, 10), null);
  assert.deepEqual(endless.seen, { taken: 6, cancelled: true });
});

Deno.test("readLimited() throws a stream's error", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error("connection lost")),
  });
  await assert.rejects(readLimited(broken, 10), /connection lost/);
});

Deno.test("readLimited() keeps no copy of a large stream in memory", async () => {
  const size = 32 << 20;
  let left = size;
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      const request = controller.byobRequest!;
      const room = request.view as Uint8Array<ArrayBuffer>;
      const length = Math.min(room.length, left);
      room.fill(7, 0, length);
      left -= length;
      if (length === 0) controller.close();
      request.respond(length);
    },
  });
  const before = Deno.memoryUsage().external;
  const bytes = await readLimited(stream, size);
  const kept = Deno.memoryUsage().external - before;
  assert.equal(bytes?.length, size);
  assert.ok(kept < size * 1.25, `${kept} bytes for ${size}`);
});

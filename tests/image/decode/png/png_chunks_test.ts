// Proves that the cost of a PNG's chunks is bounded: a file of millions of them is refused after the first ten thousand, and
// nothing behind the last chunk is read.
import assert from "node:assert/strict";
import { readDecodeLoad } from "../../../../shared/image/decode/decode_load.ts";
import { decodeCutout } from "../../../../shared/image/decode/decode_cutout.ts";
import { inspectPhoto } from "../../../../shared/image/decode/inspect_photo.ts";
import { pngChunks } from "../../../../shared/image/decode/png/png_chunks.ts";
import { isPlainPng } from "../../../../shared/image/decode/png/read_png_rows.ts";
import { concat, latin1 } from "../../../helpers/bytes.ts";
import { pngOf } from "../../../helpers/png_files.ts";
import { valueOf } from "../../../helpers/result.ts";
import { CAN_TELL_CPU, threadCpuMs } from "../../../helpers/thread_cpu.ts";
import { pngChunk } from "../../../helpers/tiny_files.ts";

const SIZE = { width: 40, height: 30 };
const plain = pngOf({ ...SIZE, colorType: 2, rows: new Uint8Array(30 * 121) });
const HEADER_END = 33;
const END_BYTES = 12;

/** Repeats a chunk. */
function flood(chunk: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunk.length * count);
  for (let i = 0; i < count; i++) all.set(chunk, i * chunk.length);
  return all;
}

const FLOODS: Record<string, (count: number) => Uint8Array<ArrayBuffer>> = {
  "empty chunks and no data": (count) =>
    concat(plain.subarray(0, HEADER_END), flood(pngChunk("teSt", new Uint8Array()), count)),
  "texts before the data": (count) =>
    concat(
      plain.subarray(0, HEADER_END),
      flood(pngChunk("tEXt", latin1("a\0b")), count),
      plain.subarray(HEADER_END),
    ),
  "empty data chunks": (count) =>
    concat(
      plain.subarray(0, HEADER_END),
      flood(pngChunk("IDAT", new Uint8Array()), count),
      plain.subarray(HEADER_END),
    ),
  "chunks behind the data": (count) =>
    concat(
      plain.subarray(0, -END_BYTES),
      flood(pngChunk("teSt", new Uint8Array()), count),
      plain.subarray(-END_BYTES),
    ),
};

/** Median of five measurements of ten runs, in milliseconds of CPU. */
function medianMs(run: () => void): number {
  const all = Array.from({ length: 5 }, () => {
    const before = threadCpuMs();
    for (let i = 0; i < 10; i++) run();
    return threadCpuMs() - before;
  });
  return all.toSorted((a, b) => a - b)[2];
}

for (const [what, fileOf] of Object.entries(FLOODS)) {
  Deno.test({
    name: `a PNG of 500,000 ${what} costs no more to refuse than one of 10,001`,
    ignore: !CAN_TELL_CPU,
    fn() {
      const [few, many] = [fileOf(10_001), fileOf(500_000)];
      const load = (file: Uint8Array) => () =>
        readDecodeLoad(file, valueOf(inspectPhoto(file, { maxPixels: 1e6 })));
      assert.equal(load(many)().unusual, "divided into more than 10000 parts");
      const [fewMs, manyMs] = [medianMs(load(few)), medianMs(load(many))];
      assert.ok(manyMs < 5 * fewMs, `${manyMs} ms, not ${fewMs} ms`);
    },
  });
}

Deno.test("a PNG of more than 10,000 chunks before its data is not read row by row", () => {
  const withTexts = FLOODS["texts before the data"];
  assert.equal(isPlainPng(withTexts(9_000)), true);
  assert.equal(isPlainPng(withTexts(10_001)), false);
});

Deno.test("a cutout of more than 10,000 chunks is refused before it is decoded", async () => {
  const cutout = await decodeCutout(FLOODS["texts before the data"](10_001), "image", SIZE);
  assert.equal(cutout.ok ? "" : cutout.error.message, "The cutout has more than 10000 chunks.");
});

Deno.test("pngChunks() ends with the chunk IEND: what follows is not part of the picture", () => {
  const names = Array.from(pngChunks(concat(plain, plain)), ({ name }) => name);
  assert.deepEqual(names, ["IHDR", "IDAT", "IEND"]);
});

Deno.test("bytes behind the last chunk do not count as chunks", () => {
  const file = concat(plain, new Uint8Array(200_000));
  const header = valueOf(inspectPhoto(file, { maxPixels: 1e6 }));
  assert.equal(readDecodeLoad(file, header).unusual, undefined);
});

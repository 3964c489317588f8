// Proves that chunks of a WebP file are replaced correctly.
import assert from "node:assert/strict";
import { replaceChunk } from "../../../shared/image/encode/webp_container.ts";
import { encodeWebp } from "../../../shared/image/encode/webp.ts";
import { concat, latin1, le32 } from "../../helpers/bytes.ts";
import { type FilePart, partsOf } from "../../helpers/file_parts.ts";
import { draw, drawMask } from "../../helpers/pixels.ts";
import { assertAlpha } from "../../helpers/webp_decoder.ts";
import { viewOf } from "../../helpers/view_of.ts";

function chunk(name: string, data: Uint8Array | number[]): Uint8Array {
  return concat(latin1(name), le32(data.length), data, data.length % 2 ? [0] : []);
}

function webp(...chunks: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = concat(latin1("WEBP"), ...chunks);
  return concat(latin1("RIFF"), le32(body.length), body);
}

const HEADER = chunk("VP8X", [16, 0, 0, 0, 9, 0, 0, 9, 0, 0]);
const COLOURS = chunk("VP8 ", [1, 2, 3, 4, 5, 6, 7]);

function contents(parts: FilePart[]): [string, number[]][] {
  return parts.map(({ name, data }) => [name, [...data]]);
}

for (const before of [0, 1, 2, 5, 6]) {
  for (const after of [0, 1, 2, 3, 8, 9, 300]) {
    Deno.test(`replaceChunk() replaces ${before} bytes by ${after}`, () => {
      const old = new Uint8Array(before).fill(8);
      const data = new Uint8Array(after).fill(9);
      const given: number[][] = [];
      const result = replaceChunk(webp(HEADER, chunk("ALPH", old), COLOURS), "ALPH", (found) => {
        given.push([...found]);
        return data;
      });
      assert.deepEqual(given, [[...old]]); // once, and without the padding byte
      assert.deepEqual(result, webp(HEADER, chunk("ALPH", data), COLOURS));
      assert.equal(result.length % 2, 0);
    });
  }
}

Deno.test("replaceChunk() pads a chunk of odd length with a zero", () => {
  const data = Uint8Array.of(7, 7, 7, 99).subarray(0, 3); // 99 must not follow it
  const result = replaceChunk(webp(HEADER, chunk("ALPH", [1]), COLOURS), "ALPH", () => data);
  assert.deepEqual(result, webp(HEADER, chunk("ALPH", [7, 7, 7]), COLOURS));
});

Deno.test("replaceChunk() finds the first chunk and the last", () => {
  const file = webp(chunk("FRST", [1]), COLOURS, chunk("LAST", [2]));
  for (const [name, index] of [["FRST", 0], ["LAST", 2]] as const) {
    const parts = partsOf(replaceChunk(file, name, () => Uint8Array.of(5, 6)));
    const expected = contents(partsOf(file));
    expected[index][1] = [5, 6];
    assert.deepEqual(contents(parts), expected);
  }
});

Deno.test("replaceChunk() ignores a name within another chunk's data", () => {
  const decoy = chunk("VP8 ", chunk("ALPH", [1, 2]));
  const file = webp(decoy, chunk("ALPH", [3]));
  const result = replaceChunk(file, "ALPH", (data) => {
    assert.deepEqual([...data], [3]);
    return Uint8Array.of(4);
  });
  assert.deepEqual(result, webp(decoy, chunk("ALPH", [4])));
});

Deno.test("replaceChunk() returns a file without the chunk unchanged", () => {
  for (const file of [webp(COLOURS), webp(), latin1("RIFF"), new Uint8Array()]) {
    const before = file.slice();
    const result = replaceChunk(file, "ALPH", () => assert.fail("the chunk is missing"));
    assert.equal(result, file);
    assert.deepEqual(file, before);
  }
});

Deno.test("replaceChunk() reads a view from the middle of a buffer and does not change it", () => {
  const file = webp(HEADER, chunk("ALPH", [1, 2, 3]), COLOURS);
  const view = viewOf(file);
  const result = replaceChunk(view, "ALPH", () => Uint8Array.of(4));
  assert.deepEqual(result, webp(HEADER, chunk("ALPH", [4]), COLOURS));
  assert.deepEqual(view, file);
  assert.equal(result.buffer.byteLength, result.length);
});

Deno.test("encodeWebp() writes only header, alpha and colours, with correct lengths", async () => {
  for (const [width, height] of [[10, 10], [11, 9], [64, 33], [301, 200]]) {
    const plane = drawMask({ width, height }, (x, y) => (x * y + (y << 2)) & 255);
    const image = draw(plane, (x, y) => [x & 255, y & 255, 90, plane.data[y * width + x]]);
    const file = await encodeWebp(image, 80);
    assert.equal(new DataView(file.buffer).getUint32(4, true), file.length - 8);
    assert.deepEqual(partsOf(file).map(({ name }) => name), ["VP8X", "ALPH", "VP8 "]);
    await assertAlpha(file, plane, `${width} x ${height}`);
  }
});

// Proves that junk in a JPEG costs a look at each of its bytes at most: restarts, stuffed bytes, padding and segments by the
// million, in the scan or before it.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { decodePhoto } from "../../../../shared/image/decode/decode.ts";
import { readDecodeLoad } from "../../../../shared/image/decode/decode_load.ts";
import { inspectPhoto } from "../../../../shared/image/decode/inspect_photo.ts";
import { checkJpegEnd, judgeJpeg } from "../../../../shared/image/decode/jpeg/jpeg_check.ts";
import { findMarker, readJpegHeader } from "../../../../shared/image/decode/jpeg/jpeg_header.ts";
import { leanJpeg } from "../../../../shared/image/decode/jpeg/lean_jpeg.ts";
import { createRaster } from "../../../../shared/image/raster.ts";
import { concat } from "../../../helpers/bytes.ts";
import { fixture } from "../../../helpers/fixtures.ts";
import { restartJpeg } from "../../../helpers/jpeg_files.ts";
import { fileOf } from "../../../helpers/magick_files.ts";
import { seeded } from "../../../helpers/random.ts";
import { valueOf } from "../../../helpers/result.ts";
import { CAN_TELL_CPU, threadCpuMs } from "../../../helpers/thread_cpu.ts";

const street = await fixture("street.jpg");
const SIZE = { width: 4_032, height: 3_024 };
const scanAt = street.findIndex((byte, at) => byte === 0xff && street[at + 1] === 0xda);
const dataAt = scanAt + 2 + street[scanAt + 3];
const JUNK_BYTES = 24e6;

/** Bound on all looks at a file before it is decoded, in milliseconds of CPU a megabyte: 1 to 8 were measured. */
const MAX_MS_PER_MB = 15;

function flood(...unit: number[]): Uint8Array<ArrayBuffer> {
  const count = Math.floor(JUNK_BYTES / unit.length);
  return new Uint8Array(count * unit.length).map((_, at) => unit[at % unit.length]);
}

const withData = (data: Uint8Array) => concat(street.subarray(0, dataAt), data);
const inScan = (...unit: number[]) => concat(withData(flood(...unit)), street.subarray(dataAt));
const inHeader = (...unit: number[]) =>
  concat(street.subarray(0, 2), flood(...unit), street.subarray(2));

const JUNK: Record<string, Uint8Array<ArrayBuffer>> = {
  "restarts in its scan": inScan(0xff, 0xd0),
  "restarts with padding in its scan": inScan(0xff, 0xff, 0xd3),
  "restarts with data in its scan": inScan(0xff, 0xd0, 0x55),
  "stuffed bytes in its scan": inScan(0xff, 0x00),
  "stuffed bytes in place of its data": withData(flood(0xff, 0x00)),
  "scattered stuffed bytes in place of its data": withData(flood(0xff, 0x00, 0x12, 0x34)),
  "restarts in place of its data": withData(flood(0xff, 0xd1)),
  "padding in place of its data": withData(flood(0xff)),
  "padding before its header": inHeader(0xff),
  "empty segments before its header": inHeader(0xff, 0xe1, 0x00, 0x02),
};

for (const [what, file] of Object.entries(JUNK)) {
  Deno.test({
    name: `a JPEG of 24 MB of ${what} costs no more than a look at each byte`,
    ignore: !CAN_TELL_CPU,
    fn() {
      let leastMs = Infinity;
      for (let round = 0; round < 3; round++) {
        const before = threadCpuMs();
        const header = valueOf(inspectPhoto(file, { maxPixels: 64e6 }));
        readDecodeLoad(file, header);
        checkJpegEnd(file, header.dataAt!);
        leanJpeg(file, header);
        leastMs = Math.min(leastMs, threadCpuMs() - before);
      }
      const maxMs = MAX_MS_PER_MB * file.length / 1e6;
      assert.ok(leastMs < maxMs, `${leastMs} of ${maxMs} ms`);
    },
  });
}

Deno.test("a JPEG with more parts beside its picture than any program writes is refused", async () => {
  const one = [0xff, 0xe1, 0x00, 0x02, 0xff, 0xe0, 0x00, 0x02]; // the second one is kept
  const surplus = (count: number) =>
    concat(
      street.subarray(0, 2),
      new Uint8Array(count * one.length).map((_, at) => one[at % one.length]),
      street.subarray(2),
    );
  assert.equal(leanJpeg(surplus(9_000), SIZE)?.length, street.length + 4 * 9_000);
  const file = surplus(11_000);
  assert.equal(leanJpeg(file, SIZE), null);
  const photo = await decodePhoto(file, valueOf(inspectPhoto(file, { maxPixels: 64e6 })), 2_048);
  assert.equal(photo.ok ? "" : photo.error.code, "image_too_costly");
});

Deno.test("a listener stops the check of a large JPEG's data, and does not hear of that of an ordinary one", async () => {
  const random = seeded(3);
  const steps = (file: Uint8Array, most: number) => {
    let count = 0;
    const at = valueOf(inspectPhoto(file, { maxPixels: 64e6 })).dataAt!;
    const checked = checkJpegEnd(file, at, () => ++count < most);
    return { count, code: checked?.ok === false ? checked.error.code : "" };
  };
  const unended = street.subarray(0, -2);
  assert.deepEqual(steps(unended, Infinity), { count: 0, code: "" });
  const noise = createRaster({ width: 1_800, height: 1_500 });
  for (let i = 0; i < noise.data.length; i++) noise.data[i] = random(256) | (i % 4 === 3 ? 255 : 0);
  const options = { quality: 100 };
  const large = (await fileOf(noise, MagickFormat.Jpeg, options)).subarray(0, -2);
  assert.ok(large.length > 6e6, `${large.length}`);
  assert.ok(steps(large, Infinity).count > 5);
  assert.deepEqual(steps(large, 3), { count: 3, code: "image_too_costly" });
  const judged = judgeJpeg(large, () => false);
  assert.equal(judged.ok ? "" : judged.error.code, "image_too_costly");
  const header = valueOf(inspectPhoto(large, { maxPixels: 64e6 }));
  const photo = await decodePhoto(large, header, 2_048, () => false);
  assert.equal(photo.ok ? "" : photo.error.code, "image_too_costly");
});

Deno.test("findMarker() finds what a search byte by byte finds, in sparse and dense data", () => {
  const random = seeded(11);
  const plainly = (bytes: Uint8Array, at: number, end: number) => {
    for (; at < end; at++) {
      if (bytes[at] !== 0xff) continue;
      if (bytes[at + 1] !== 0) return at;
      at++;
    }
    return end;
  };
  for (let round = 0; round < 2_000; round++) {
    const density = 1 + random(200);
    const bytes = Uint8Array.from({ length: random(300) }, () => random(density) ? random(3) : 255);
    const end = random(2) ? bytes.length : random(bytes.length + 1);
    for (let at = 0; at <= end; at += 1 + random(9)) {
      assert.equal(findMarker(bytes, at, end), plainly(bytes, at, end));
    }
  }
});

Deno.test("a JPEG with restarts stays as it is, also with padding before each one", () => {
  for (const interval of [1, 2, 7]) {
    const file = restartJpeg(2_000, interval);
    assert.equal(leanJpeg(file, { width: 16_000, height: 8 }), file);
    assert.equal(readJpegHeader(file, 32)?.width, 16_000);
    const isRestart = (byte: number, at: number) =>
      byte === 0xff && file[at + 1] >= 0xd0 && file[at + 1] <= 0xd7;
    const padded = Uint8Array.from(
      Array.from(file).flatMap((byte, at) => isRestart(byte, at) ? [0xff, 0xff, byte] : [byte]),
    );
    assert.equal(leanJpeg(padded, { width: 16_000, height: 8 }), padded);
  }
});

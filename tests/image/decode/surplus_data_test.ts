// Proves that data beside the picture costs no more than its bytes justify: it is dropped, or the photo is refused.
import assert from "node:assert/strict";
import { leanJpeg } from "../../../shared/image/decode/jpeg/lean_jpeg.ts";
import { readDecodeLoad } from "../../../shared/image/decode/decode_load.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { concat } from "../../helpers/bytes.ts";
import { fixture } from "../../helpers/fixtures.ts";

const small = await fixture("small.jpg");
const turned = await fixture("street-rotated.jpg");

/** Joins bytes and Latin-1 text. */
function bytesOf(...parts: (Uint8Array | number[] | string)[]): Uint8Array<ArrayBuffer> {
  return concat(
    ...parts.map((part) =>
      typeof part === "string" ? Array.from(part, (letter) => letter.charCodeAt(0)) : part
    ),
  );
}

function segment(marker: number, text: string): Uint8Array {
  const length = text.length + 2;
  return bytesOf([0xff, marker, length >> 8, length & 255], text);
}

/** @param size Size of the picture; by default large enough for every restart. */
function lean(file: Uint8Array, size = { width: 640, height: 427 }): Uint8Array | null {
  return leanJpeg(file, size);
}

/** Inserts segments behind a file's SOI. */
function withSegments(file: Uint8Array, ...segments: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return bytesOf(file.subarray(0, 2), ...segments, file.subarray(2));
}

const repeated = (count: number, one: Uint8Array) => Array.from({ length: count }, () => one);

for (
  const [name, one] of [
    ["comments", segment(0xfe, "x")],
    ["Photoshop blocks", segment(0xed, "Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\0")],
    ["XMP packets", segment(0xe1, "http://ns.adobe.com/xap/1.0/\0")],
    ["comments of 65 kB", segment(0xfe, "x".repeat(65_000))],
  ] as const
) {
  Deno.test(`many ${name} are dropped, and every other byte of the JPEG stays`, () => {
    assert.deepEqual(lean(withSegments(small, ...repeated(100, one))), lean(small));
  });
}

Deno.test("a JPEG with the metadata of a camera stays as it is", () => {
  for (const file of [small, turned]) assert.equal(lean(file), file);
});

Deno.test("the first EXIF block and a profile stay where the rest is dropped", () => {
  const exif = segment(0xe1, "Exif\0\0first");
  const profile = segment(0xe2, "ICC_PROFILE\0\x01\x01");
  const others = repeated(100, segment(0xe1, "Exif\0\0other"));
  const plain = bytesOf([0xff, 0xd8], segment(0xdb, "table"), [0xff, 0xd9]);
  assert.deepEqual(
    lean(withSegments(plain, exif, ...others, profile)),
    withSegments(plain, exif, profile),
  );
});

Deno.test("padding before markers is dropped, and data behind the end marker is not read", () => {
  const padding = new Uint8Array(300_000).fill(0xff);
  const plain = bytesOf([0xff, 0xd8], segment(0xdb, "table"), [0xff, 0xd9], segment(0xfe, "x"));
  assert.deepEqual(lean(withSegments(plain, padding)), plain);
});

Deno.test("restart markers without data between them are dropped, except the first", () => {
  const scan = bytesOf([0xff, 0xd8], segment(0xda, "scan"), "data");
  const restart = [0xff, 0xd3];
  const repeatedly = bytesOf(scan, ...repeated(100, Uint8Array.from(restart)), "data", [
    0xff,
    0xd9,
  ]);
  assert.deepEqual(lean(repeatedly), bytesOf(scan, restart, "data", [0xff, 0xd9]));
});

Deno.test("restart markers beyond a scan's blocks end the data, and each scan counts anew", () => {
  const size = { width: 80, height: 48 }; // 60 blocks
  const restarts = repeated(60, bytesOf([0xff, 0xd0], "x"));
  const flood = new Uint8Array(300_000).map((_, at) => [0xff, 0xd0, 0x78][at % 3]);
  const scan = segment(0xda, "scan");
  const head = bytesOf([0xff, 0xd8], scan, ...restarts, scan, ...restarts);
  const end = [0xff, 0xd9];
  assert.deepEqual(lean(bytesOf(head, flood, end), size), bytesOf(head, end));
});

const PNG = await fixture("tiny.png");
const FREE_CHUNK = bytesOf([0, 0, 0, 0], "abCd", [0, 0, 0, 0]);
const AFTER_IHDR = 33;
const GIF = bytesOf("GIF89a", [1, 0, 1, 0, 0, 0, 0]);

for (
  const [name, file, unusual] of [
    [
      "a JPEG of far more bytes than its picture",
      bytesOf(small, new Uint8Array(10e6)),
      "much larger than its picture",
    ],
    [
      "a PNG of 10,001 chunks",
      bytesOf(
        PNG.subarray(0, AFTER_IHDR),
        ...repeated(10_001, FREE_CHUNK),
        PNG.subarray(AFTER_IHDR),
      ),
      "divided into more than 10000 parts",
    ],
    [
      "a GIF of 10,001 extensions",
      bytesOf(
        GIF,
        ...repeated(10_001, bytesOf([0x21, 0xfe, 0])),
        [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 0, 0x3b],
      ),
      "divided into more than 10000 parts",
    ],
  ] as const
) {
  Deno.test(`${name} counts as unusual, which the CPU budget refuses`, () => {
    const header = inspectPhoto(file, { maxPixels: 1e6 });
    assert.ok(header.ok);
    assert.equal(readDecodeLoad(file, header.value).unusual, unusual);
  });
}

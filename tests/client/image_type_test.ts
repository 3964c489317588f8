// Proves that the client detects image types as the function does, and that imageOf() returns a variant's bytes.
import assert from "node:assert/strict";
import { imageOf } from "../../client/mod.ts";
import { imageTypeOf } from "../../client/src/image_type.ts";
import { findImage } from "../../shared/image/decode/find_image.ts";
import { INPUT_FORMATS, type InputFormat, sniffFormat } from "../../shared/image/image_format.ts";
import { fixture } from "../helpers/call.ts";

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const HEADS: Record<InputFormat, string[]> = {
  jpeg: ["\xff\xd8\xff\xe1"],
  png: ["\x89PNG\r\n\x1a\n"],
  webp: ["RIFF\0\x01\0\0WEBPVP8 "],
  heic: [
    "\0\0\0\x18ftypheic\0\0\0\0",
    "\0\0\0\x1cftypmif1\0\0\0\0mif1heix",
    "\0\0\0\x18ftyphevc\0\0\0\0",
  ],
  avif: ["\0\0\0\x18ftypavif\0\0\0\0", "\0\0\0\x1cftypmif1\0\0\0\0mif1avis"],
  tiff: ["II*\0\x08\0\0\0", "MM\0*\0\0\0\x08"],
  bmp: [`BM${"\0".repeat(12)}\x28\0\0\0${"\0".repeat(20)}`],
  gif: ["GIF87a", "GIF89a"],
};

Deno.test("the client detects a photo's type from its first bytes as the function does", async () => {
  for (const format of INPUT_FORMATS) {
    for (const head of HEADS[format]) {
      assert.equal(sniffFormat(latin1(head)), format, "the head in this test is valid");
      assert.equal(imageTypeOf(latin1(head))?.contentType, `image/${format}`, head);
    }
  }
  for (const name of ["small.jpg", "formats/small.heic", "formats/medium.avif", "tiny.png"]) {
    const bytes = await fixture(name);
    assert.equal(imageTypeOf(bytes)?.contentType, `image/${sniffFormat(bytes)}`, name);
  }
  for (const [head] of Object.values(HEADS)) {
    for (const before of ["\r\n", "\xef\xbb\xbf", "\0".repeat(16), " ".repeat(17), "--"]) {
      const bytes = latin1(before + head);
      const found = findImage(bytes);
      assert.equal(imageTypeOf(bytes)?.contentType, found ? `image/${found.format}` : undefined);
      assert.equal(
        found?.startsAt,
        before.length > 16 || before === "--" ? undefined : before.length,
      );
    }
  }
  const others = ["", "BM is a company", "<svg/>", "%PDF-1.7", "\0\0\0\x18ftypmp42\0\0\0\0isom"];
  for (const head of others) assert.equal(imageTypeOf(latin1(head)), null, head);
});

Deno.test("imageOf() returns a variant's bytes with their type", async () => {
  const png = await fixture("tiny.png");
  const blob = imageOf({ grid: png.toBase64() }, "grid");
  assert.equal(blob?.type, "image/png");
  assert.deepEqual(await blob!.bytes(), png);
  assert.equal(imageOf({}, "processed"), null);
});

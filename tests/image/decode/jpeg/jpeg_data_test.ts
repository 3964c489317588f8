/**
 * Proves that readJpegData() finds the present share of a JPEG's data as libjpeg does, and also which scans and
 * blocks are wrong.
 */
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { readJpegData } from "../../../../shared/image/decode/jpeg/jpeg_data.ts";
import { concat } from "../../../helpers/bytes.ts";
import { fixture } from "../../../helpers/fixtures.ts";
import { jpegFrame, restartJpeg } from "../../../helpers/jpeg_files.ts";
import { libjpegWarnings } from "../../../helpers/libjpeg_warnings.ts";
import { fileOf, rasterOf } from "../../../helpers/magick_files.ts";
import { seeded } from "../../../helpers/random.ts";

const picture = await rasterOf(await fixture("small.jpg"), (image) => image.resize(123, 81));
const small = await rasterOf(await fixture("small.jpg"), (image) => image.resize(37, 25));
const sampled = (sampling: string, format: MagickFormat = MagickFormat.Jpeg, of = picture) =>
  fileOf(of, format, {
    edit: (image) => image.settings.setDefine(MagickFormat.Jpeg, "sampling-factor", sampling),
  });

const WHOLE = { share: 1, isTruncated: false, lacksRows: false, isCorrupt: false };
const FILES: Record<string, Uint8Array> = {
  "4:2:0": await sampled("4:2:0"),
  "4:2:2": await sampled("4:2:2"),
  "4:4:0": await sampled("1x2"),
  "4:4:4": await sampled("4:4:4"),
  grey: await fileOf(picture, MagickFormat.Jpeg, { edit: (image) => image.grayscale() }),
  small: await sampled("4:2:0", MagickFormat.Jpeg, small),
  restarts: restartJpeg(200, 7),
  "progressive 4:2:0": await sampled("4:2:0", MagickFormat.Pjpeg),
  "progressive 4:4:4": await sampled("4:4:4", MagickFormat.Pjpeg),
  "progressive small": await sampled("4:2:0", MagickFormat.Pjpeg, small),
  "progressive grey": await fileOf(picture, MagickFormat.Pjpeg, {
    edit: (image) => image.grayscale(),
  }),
};
const isProgressive = (name: string) => name.startsWith("progressive");

for (const [name, file] of Object.entries(FILES)) {
  Deno.test(`a JPEG (${name}) is complete, with and without its end marker, and with zeros in its place`, () => {
    assert.deepEqual(readJpegData(file), WHOLE);
    const unended = file.subarray(0, -2);
    assert.deepEqual(readJpegData(unended), WHOLE);
    assert.deepEqual(readJpegData(file.subarray(0, -1)), WHOLE);
    assert.deepEqual(readJpegData(concat(unended, new Uint8Array(2))), WHOLE);
    assert.deepEqual(readJpegData(concat(unended, new Uint8Array(5_000))), WHOLE);
  });

  Deno.test(`a truncated JPEG (${name}) lacks data exactly where libjpeg detects it`, () => {
    const random = seeded(815);
    const cuts = Array.from({ length: 24 }, (_, index) => index + 1);
    for (let i = 0; i < 40; i++) cuts.push(random(file.length - 700));
    for (const cut of cuts) {
      const part = file.subarray(0, file.length - cut);
      const data = readJpegData(part);
      const lacks = libjpegWarnings(part).some((text) => /end of data segment|RST/.test(text));
      if (data === null) continue; // within the first header
      if (lacks) assert.ok(data.share < 1 && data.isTruncated, `${cut} bytes less`);
      // libjpeg does not report scans that are missing completely.
      else if (!isProgressive(name)) assert.equal(data.share, 1, `${cut} bytes less`);
      assert.equal(data.isTruncated, data.share < 1);
    }
  });
}

Deno.test("the share grows with the data, and is the share of blocks in a file of one scan", () => {
  for (const [name, file] of Object.entries(FILES)) {
    let before = 0;
    for (let percent = 40; percent <= 100; percent += 4) {
      const data = readJpegData(file.subarray(0, Math.floor(file.length * percent / 100)));
      const share = data?.share ?? 0;
      assert.ok(share >= before && share <= 1, `${name} at ${percent} %`);
      before = share;
    }
    assert.equal(before, 1);
  }
  const file = restartJpeg(200, 7);
  const marker = file.lastIndexOf(0xff, -3);
  const { share } = readJpegData(file.subarray(0, marker))!;
  assert.ok(Math.abs(share - 196 / 200) < 1e-9);
});

Deno.test("a picture whose lower part is written as zeros is incomplete", () => {
  for (const name of ["4:2:0", "4:4:4", "grey", "progressive 4:2:0"]) {
    const file = FILES[name];
    const half = file.subarray(0, Math.floor(file.length * 0.6));
    const zeroed = new Uint8Array(file.length);
    zeroed.set(half);
    const [cut, filled] = [readJpegData(half)!, readJpegData(zeroed)!];
    assert.ok(filled.isTruncated && Math.abs(filled.share - cut.share) < 0.02, name);
  }
});

Deno.test("any bytes between the picture and the end marker are not damage", () => {
  for (const [name, file] of Object.entries(FILES)) {
    for (const stray of [[0], [0, 0, 0], [1, 2, 3, 4, 5], new Array(100).fill(0x20)]) {
      const strayed = concat(file.subarray(0, -2), stray, [0xff, 0xd9]);
      const complains = libjpegWarnings(strayed).some((text) => /extraneous/.test(text));
      assert.ok(complains || stray.length < 5, name); // libjpeg ignores a few
      assert.deepEqual(readJpegData(strayed), WHOLE, `${name} ${stray.length}`);
    }
  }
});

Deno.test("bytes that are left over after a fault in the picture are damage", () => {
  const random = seeded(4_711);
  let faults = 0;
  for (const name of ["4:2:0", "4:4:4", "grey", "restarts", "progressive 4:2:0"]) {
    const file = FILES[name];
    for (let round = 0; round < 150; round++) {
      const flipped = file.slice();
      const place = 700 + random(file.length - 750);
      flipped[place] ^= 1 << random(8);
      if ([flipped[place], file[place], file[place - 1]].includes(0xff)) continue;
      const warnings = libjpegWarnings(flipped);
      if (!warnings.some((text) => /extraneous/.test(text))) continue;
      faults++;
      const data = readJpegData(flipped);
      assert.ok(data === null || data.isCorrupt || data.share < 1, `${name} at ${place}`);
    }
  }
  assert.ok(faults > 30, String(faults));
});

Deno.test("a missing or wrong restart marker is damage within the picture, not its end", () => {
  const file = restartJpeg(70, 7);
  const second = file.indexOf(0xd1, file.indexOf(0xd0));
  const wrong = file.slice();
  wrong[second] = 0xd5;
  const data = readJpegData(wrong)!;
  assert.deepEqual([data.isCorrupt, data.isTruncated], [true, false]);
  const missing = concat(file.subarray(0, second - 1), file.subarray(second + 1));
  assert.equal(readJpegData(missing)?.isCorrupt, true);
});

Deno.test("arithmetic coding, headers without tables or frame, and lossless frames give null", () => {
  const size = { width: 16, height: 16 };
  for (const marker of [0xc9, 0xca, 0xc3, 0xc5]) {
    assert.equal(readJpegData(jpegFrame({ marker, ...size })), null);
  }
  assert.equal(readJpegData(Uint8Array.from([0xff, 0xd8, 0xff, 0xd9])), null);
  for (let length = 0; length < 200; length++) readJpegData(FILES["4:2:0"].subarray(0, length));
});

Deno.test("the scan of a file with a hundred thousand scans or tables is aborted", () => {
  const file = jpegFrame({ marker: 0xc0, width: 8, height: 8, zeros: 0 });
  const at = file.lastIndexOf(0xda) - 1;
  for (const part of [file.subarray(at, -2), file.subarray(file.indexOf(0xc4) - 1, at)]) {
    const many = new Uint8Array(100_000 * part.length);
    for (let i = 0; i < 100_000; i++) many.set(part, i * part.length);
    assert.equal(readJpegData(concat(file.subarray(0, at), many)), null);
  }
});

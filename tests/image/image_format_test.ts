// Proves that image types are recognized by their first bytes.
import assert from "node:assert/strict";
import { type InputFormat, sniffFormat } from "../../shared/image/image_format.ts";
import { concat, latin1, u32 } from "../helpers/bytes.ts";
import { fixture } from "../helpers/fixtures.ts";

const room = new Array(40).fill(0);
const ftyp = (...brands: string[]) =>
  concat(
    u32(8 + brands.length * 4 + 4),
    latin1("ftyp"),
    latin1(brands[0]),
    u32(0),
    ...brands.slice(1).map(latin1),
    room,
  );

const KNOWN: [what: string, bytes: Uint8Array, format: InputFormat][] = [
  ["a JPEG", concat([0xff, 0xd8, 0xff, 0xe0], room), "jpeg"],
  ["a PNG", concat([0x89], latin1("PNG\r\n\x1a\n"), room), "png"],
  ["a WebP", concat(latin1("RIFF"), u32(9), latin1("WEBPVP8X"), room), "webp"],
  ["a HEIC", ftyp("heic", "mif1"), "heic"],
  ["a HEIC named by a compatible brand", ftyp("mif1", "heix"), "heic"],
  ["an AVIF", ftyp("avif", "mif1", "miaf"), "avif"],
  ["an AVIF named by a compatible brand", ftyp("mif1", "miaf", "avif"), "avif"],
  ["a little-endian TIFF", concat(latin1("II*\0"), room), "tiff"],
  ["a big-endian TIFF", concat(latin1("MM\0*"), room), "tiff"],
  ["a GIF of 1987", concat(latin1("GIF87a"), room), "gif"],
  ["a GIF of 1989", concat(latin1("GIF89a"), room), "gif"],
  ["a BMP", concat(latin1("BM"), new Array(12).fill(0), [40, 0, 0, 0], room), "bmp"],
];

for (const [what, bytes, format] of KNOWN) {
  Deno.test(`sniffFormat() recognizes ${what}`, () => assert.equal(sniffFormat(bytes), format));
}

const UNKNOWN: [what: string, bytes: Uint8Array][] = [
  ["nothing", new Uint8Array()],
  ["text", latin1("hello, this is no image at all")],
  ["text that begins like a BMP", latin1("BMW 320d Touring, first registration 2019, black")],
  ["SVG", latin1('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
  ["SVG with an XML declaration", latin1('<?xml version="1.0"?><svg/>')],
  ["PDF", latin1("%PDF-1.7\n%\xe2\xe3\xcf\xd3")],
  ["PostScript", latin1("%!PS-Adobe-3.0 EPSF-3.0")],
  ["ImageMagick's own language", latin1("push graphic-context\nviewbox 0 0 640 480")],
  ["a sound in RIFF", concat(latin1("RIFF"), u32(9), latin1("WAVEfmt "), room)],
  ["a film in the container of HEIC", ftyp("isom", "mp42")],
  ["an unnamed image in that container", ftyp("mif1", "miaf")],
  ["half of PNG's magic", concat([0x89], latin1("PNG"))],
  ["a lone ftyp", latin1("\0\0\0\x18ftyp")],
  ["a ZIP", latin1("PK\x03\x04")],
];

for (const [what, bytes] of UNKNOWN) {
  Deno.test(`sniffFormat() does not recognize ${what}`, () =>
    assert.equal(sniffFormat(bytes), null));
}

Deno.test("sniffFormat() reads a view from the middle of a buffer", () => {
  const file = ftyp("avif", "mif1");
  const buffer = concat([1, 2, 3, 4, 5], file);
  assert.equal(sniffFormat(buffer.subarray(5)), "avif");
});

Deno.test("sniffFormat() recognizes the fixtures", async () => {
  assert.equal(sniffFormat(await fixture("street.jpg")), "jpeg");
  assert.equal(sniffFormat(await fixture("tiny.png")), "png");
  assert.equal(sniffFormat(await fixture("formats/small.heic")), "heic");
});

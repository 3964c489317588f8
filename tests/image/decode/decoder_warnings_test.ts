/**
 * Proves how each decoder's warnings are classified, by their texts and on files that cause them: harmless, doubtful
 * or damage.
 */
import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { MagickErrorSeverity, MagickFormat } from "@imagemagick/magick-wasm";
import { type Complaint, complaintOf } from "../../../shared/image/decode/decoder_warnings.ts";
import { pngWith, tiffTag } from "../../helpers/bombs.ts";
import { concat, latin1 } from "../../helpers/bytes.ts";
import { decoded, fixture } from "../../helpers/fixtures.ts";
import { fileOf, rasterOf } from "../../helpers/magick_files.ts";
import { pngChunk } from "../../helpers/tiny_files.ts";

const { CorruptImageWarning, CoderWarning } = MagickErrorSeverity;

/** All warnings of libjpeg-turbo 3.2 from its jerror.h, with numbers inserted. */
const LIBJPEG: [Complaint, string][] = [
  ["harmless", "Unknown Adobe color transform code 7"],
  ["damage", "Corrupt JPEG data: bad arithmetic code"],
  ["doubtful", "Inconsistent progression sequence for component 1 coefficient 0"],
  ["doubtful", "Corrupt JPEG data: 12 extraneous bytes before marker 0xdb"],
  ["doubtful", "Corrupt JPEG data: premature end of data segment"],
  ["damage", "Corrupt JPEG data: bad Huffman code"],
  ["harmless", "Warning: unknown JFIF revision number 9.01"],
  ["doubtful", "Premature end of JPEG file"],
  ["damage", "Corrupt JPEG data: found marker 0xd5 instead of RST3"],
  ["harmless", "Invalid SOS parameters for sequential JPEG"],
  ["harmless", "Application transferred too many scanlines"],
  ["harmless", "Corrupt JPEG data: bad ICC marker"],
];

Deno.test("each libjpeg warning is classified by what the decoder does about it", () => {
  for (const [complaint, message] of LIBJPEG) {
    const text = `${message} \`' @ warning/jpeg.c/JPEGWarningHandler/669`;
    assert.equal(complaintOf({ message: text, severity: CorruptImageWarning }), complaint, message);
  }
});

Deno.test("libtiff warnings about missing data are damage, those about tags are harmless", () => {
  const judged: [Complaint, string][] = [
    ["harmless", "Unknown field with tag 65000 (0xfde8) encountered. `TIFFReadDirectory'"],
    ["harmless", 'Incorrect count for "ColorMap"; tag ignored.'],
    ["damage", "Premature EOF at line 56 of strip 0 (x 18). `Fax4Decode'"],
    ["damage", "Premature EOL at line 149 of strip 0 (got 0, expected 200). `Fax3Decode1D'"],
    ["damage", "Line length mismatch at line 146 of strip 0 (got 201, expected 200). `Fax4Decode'"],
    ["damage", "Discarding 7 bytes to avoid buffer overrun. `PackBitsDecode'"],
    ["damage", "Terminating PackBitsDecode due to lack of data.. `PackBitsDecode'"],
    ["damage", "Corrupt JPEG data: bad Huffman code `JPEGLib'"],
  ];
  for (const [complaint, message] of judged) {
    assert.equal(complaintOf({ message, severity: CoderWarning }), complaint, message);
  }
});

Deno.test("an unknown warning of corruption is damage, any other is harmless", () => {
  assert.equal(complaintOf({ message: "Something", severity: CorruptImageWarning }), "damage");
  assert.equal(complaintOf({ message: "Something", severity: CoderWarning }), "harmless");
});

async function isDamaged(file: Uint8Array): Promise<boolean> {
  using photo = await decoded(file);
  return photo.damaged;
}

Deno.test("a PNG with a broken profile, text, EXIF or checksum is not damaged", async () => {
  const badChecksum = pngChunk("tEXt", latin1("key\0value"));
  badChecksum[badChecksum.length - 1] ^= 1;
  const profile = concat(latin1("icc\0\0"), deflateSync(new Uint8Array(500)));
  for (
    const chunk of [
      badChecksum,
      pngChunk("iCCP", profile),
      pngChunk("iCCP", profile.subarray(0, 9)),
      pngChunk("eXIf", latin1("garbage")),
      pngChunk("cHRM", new Uint8Array(32)),
      pngChunk("bKGD", new Uint8Array(1)),
    ]
  ) {
    assert.equal(await isDamaged(pngWith([chunk])), false);
  }
});

Deno.test("a TIFF is damaged if its data is wrong, but not by an unknown tag", async () => {
  assert.equal(await isDamaged(tiffTag(65_000, 4, 1, 7)), false);
  const packed = tiffTag(259, 4, 1, 32_773);
  packed.fill(0x81, 8, 72); // runs of 128 pixels, in rows of eight
  assert.equal(await isDamaged(packed), true);
});

Deno.test("bytes after a GIF, WebP, TIFF or PNG are not damage", async () => {
  const picture = await rasterOf(await fixture("small.jpg"), (image) => image.resize(40, 30));
  for (const format of [MagickFormat.Gif, MagickFormat.WebP, MagickFormat.Tiff, MagickFormat.Png]) {
    const file = concat(await fileOf(picture, format), new Uint8Array(99));
    assert.equal(await isDamaged(file), false, format);
  }
});

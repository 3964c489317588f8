// Proves that the HEIC and AVIF files that phones write are read as the phone shows them: the primary picture, turned
// once.
import assert from "node:assert/strict";
import { readDecodeLoad } from "../../../shared/image/decode/decode_load.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { box } from "../../helpers/bombs.ts";
import { concat, latin1, u32 } from "../../helpers/bytes.ts";
import { decoded, fixture } from "../../helpers/fixtures.ts";
import {
  auxC,
  codedItem,
  exifItem,
  gridItem,
  type HeifItem,
  heifOf,
  type HeifParts,
  imir,
  irot,
  toneMapItem,
} from "../../helpers/heif_files.ts";
import { fileOf } from "../../helpers/magick_files.ts";
import { exif, withOrientation } from "../../helpers/metadata.ts";
import { assertNear, at, draw } from "../../helpers/pixels.ts";
import { assertQuarters, COLORS, type Quarters, STORED, TURNED } from "../../helpers/quarters.ts";
import { valueOf } from "../../helpers/result.ts";

const item = async (name: string) => codedItem(await fixture(`phones/${name}`));
const photo = await item("quarters.heic");
const avif = await item("quarters.avif");
const tenBit = await item("quarters-10bit.heic");
const other = await item("other.heic");
const map = await item("map.heic");
const AVIF = ["avif", "mif1", "miaf", "avif"];
const DEPTH = "urn:mpeg:hevc:2015:auxid:2";
const APPLE_GAIN_MAP = "urn:com:apple:photo:2020:aux:hdrgainmap";
const with_ = (one: HeifItem, ...properties: Uint8Array[]): HeifItem => ({
  ...one,
  properties: [...one.properties!, ...properties],
});
const tile = (one: HeifItem): HeifItem => ({ ...one, isHidden: true });

async function assertPhoto(file: Uint8Array, expected: Quarters, size = [64, 64]): Promise<void> {
  const header = valueOf(inspectPhoto(file, { maxPixels: 64e6 }));
  assert.equal(readDecodeLoad(file, header).unusual, undefined);
  using read = await decoded(file);
  assert.deepEqual([read.size.width, read.size.height], size);
  assertQuarters(read, expected);
}

/** The boxes that turn a picture, and the EXIF orientation that does the same. */
const TURNS: [turn: string, boxes: Uint8Array[], same: number][] = [
  ["no box", [], 1],
  ["a quarter turn", [irot(1)], 8],
  ["half a turn", [irot(2)], 3],
  ["three quarter turns", [irot(3)], 6],
  ["a mirror from top to bottom", [imir(0)], 4],
  ["a mirror from left to right", [imir(1)], 2],
  ["a quarter turn and a mirror", [irot(1), imir(1)], 7],
  ["three quarter turns and a mirror", [irot(3), imir(1)], 5],
  ["a mirror and a quarter turn", [imir(1), irot(1)], 5],
];
for (const [turn, boxes, same] of TURNS) {
  Deno.test(`a HEIC and an AVIF with ${turn} are turned once, whatever their EXIF orientation says`, async () => {
    for (const [coded, brands] of [[photo, undefined], [avif, AVIF]] as const) {
      for (const orientation of [1, 3, 6, 8, same]) {
        const file = heifOf({
          brands: brands?.slice(),
          items: [with_(coded, ...boxes), exifItem(exif(orientation))],
          references: [["cdsc", 2, [1]]],
        });
        await assertPhoto(file, TURNED[same]);
      }
    }
  });
}

const others: HeifItem[] = [with_(other), with_(other)];
const FILES: [what: string, parts: HeifParts][] = [
  ["several pictures, the first of which is the primary one", { items: [photo, ...others] }],
  ["several pictures, the last of which is the primary one", {
    items: [...others, photo],
    primary: 3,
  }],
  ["a thumbnail", { items: [other, photo], primary: 2, references: [["thmb", 1, [2]]] }],
  ["Apple's gain map", {
    items: [photo, with_(map, auxC(APPLE_GAIN_MAP))],
    references: [["auxl", 2, [1]]],
  }],
  ["a depth map and a matte", {
    items: [
      photo,
      with_(map, auxC(DEPTH)),
      with_(map, auxC("urn:com:apple:photo:2018:aux:portraiteffectsmatte")),
    ],
    references: [["auxl", 2, [1]], ["auxl", 3, [1]]],
  }],
  ["a tone map of iOS 18 beside the photo", {
    brands: ["heic", "tmap", "heic", "mif1"],
    items: [photo, with_(map, auxC(APPLE_GAIN_MAP)), toneMapItem(64, 64), other, exifItem(exif(6))],
    references: [
      ["dimg", 3, [1, 2]],
      ["auxl", 2, [1, 3]],
      ["thmb", 4, [1, 3]],
      ["cdsc", 5, [1, 3]],
    ],
    groups: [["altr", [3, 1]]],
  }],
  ["two pictures for the two eyes", {
    items: [other, photo],
    primary: 2,
    groups: [["ster", [2, 1]]],
  }],
  ["10 bits a sample", { brands: ["heix", "mif1", "heix"], items: [tenBit] }],
  ["the brands that Android writes", { brands: ["mif1", "mif1", "heic"], items: [photo] }],
];
for (const [what, parts] of FILES) {
  Deno.test(`a HEIC with ${what} shows its photo`, async () => {
    await assertPhoto(heifOf(parts), STORED);
  });
}

Deno.test("a spatial photo shows the picture of the left eye, turned once", async () => {
  const file = heifOf({
    items: [with_(photo, irot(3)), with_(other, irot(3)), exifItem(exif(6))],
    references: [["cdsc", 3, [1, 2]]],
    groups: [["ster", [1, 2]]],
  });
  await assertPhoto(file, TURNED[6]);
});

/** Boxes behind a Samsung's picture: the motion photo's film, and the index at the end. */
const samsungTail = concat(
  box("mpvd", box("ftyp", latin1("mp42"), u32(0), latin1("isom")), box("moov", new Uint8Array(40))),
  box("sefd", latin1("SEFH"), new Uint8Array(20), latin1("SEFT")),
);

Deno.test("a Samsung's HEIC is read: a grid of tiles, turned by its box, with EXIF, a gain map and a film behind it", async () => {
  const file = heifOf({
    items: [
      with_(gridItem(2, 2, 100, 120), irot(3)),
      ...[photo, photo, photo, photo].map(tile),
      with_(map, auxC("urn:iso:std:iso:ts:21496:-1")),
      exifItem(exif(6)),
      other,
    ],
    references: [
      ["dimg", 1, [2, 3, 4, 5]],
      ["auxl", 6, [1]],
      ["cdsc", 7, [1]],
      ["thmb", 8, [1]],
    ],
    behind: samsungTail,
  });
  using read = await decoded(file);
  assert.deepEqual(read.size, { width: 120, height: 100 });
  // Turned to the right: the tiles' upper left corners are at their upper right.
  const image = read.read({ x: 0, y: 0, width: 120, height: 100 });
  for (const [x, y] of [[119 - 16, 16], [119 - 80, 16], [119 - 16, 80], [119 - 80, 80]]) {
    assertNear(at(image, x, y), COLORS.red, 8, `tile at ${x}, ${y}`);
    assertNear(at(image, x, y - 0 + (y < 50 ? 32 : 0)), y < 50 ? COLORS.green : COLORS.red, 8);
  }
});

Deno.test("a JPEG that is named HEIC, as Google exports a Samsung's photos, is read by its bytes", async () => {
  const jpeg = withOrientation(
    await fileOf(
      draw(
        { width: 64, height: 64 },
        (x, y) => COLORS[STORED[(y < 32 ? 0 : 2) + (x < 32 ? 0 : 1)]],
      ),
      MagickFormat.Jpeg,
    ),
    6,
  );
  assert.equal(valueOf(inspectPhoto(jpeg, { maxPixels: 64e6 })).format, "jpeg");
  using read = await decoded(jpeg);
  assertQuarters(read, TURNED[6], 12);
});

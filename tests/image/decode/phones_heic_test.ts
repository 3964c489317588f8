// Proves that the HEIC and AVIF files that phones write are read as the phone shows them: the primary picture, turned
// once.
import assert from "node:assert/strict";
import { readDecodeLoad } from "../../../shared/image/decode/decode_load.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { box, ispe } from "../../helpers/bombs.ts";
import { concat, latin1, u32 } from "../../helpers/bytes.ts";
import { expectReply } from "../../helpers/call.ts";
import { p3ToSrgb } from "../../helpers/display_p3.ts";
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
  nclx,
  toneMapItem,
} from "../../helpers/heif_files.ts";
import { sendPhoto } from "../../helpers/in_process_photo.ts";
import { fileOf } from "../../helpers/magick_files.ts";
import { exif, withOrientation } from "../../helpers/metadata.ts";
import { assertNear, at, draw } from "../../helpers/pixels.ts";
import { assertQuarters, COLORS, type Quarters, STORED, TURNED } from "../../helpers/quarters.ts";
import { assertFails, valueOf } from "../../helpers/result.ts";

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
    const file = heifOf(parts);
    await assertPhoto(file, STORED);
    const { body } = await expectReply(sendPhoto(file));
    assert.deepEqual(body.metadata.original_size, [64, 64]);
    assert.deepEqual(body.warnings.map(({ code }) => code), ["photo_small"]);
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
  // The quarter turn to the right moves a stored pixel (x, y) to (119 - y, x).
  const image = read.read({ x: 0, y: 0, width: 120, height: 100 });
  const stored: [x: number, y: number, color: keyof typeof COLORS][] = [
    ...[[16, 16, "red"], [48, 16, "green"], [16, 48, "blue"], [48, 48, "gold"]] as const,
    ...[[80, 16, "red"], [16, 80, "red"], [80, 80, "red"], [80, 48, "blue"], [
      48,
      80,
      "green",
    ]] as const,
  ].map(([x, y, color]) => [x, y, color]);
  for (const [x, y, color] of stored) {
    assertNear(at(image, 119 - y, x), COLORS[color], 8, `the stored pixel at ${x}, ${y}`);
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

Deno.test("the Display P3 colours of an Android phone's HEIC, which only code points name, become sRGB", async () => {
  const green = p3ToSrgb(COLORS.green);
  const red = p3ToSrgb(COLORS.red);
  const brands = ["mif1", "mif1", "heic"];
  for (const coded of [photo, tenBit, avif]) {
    for (
      const [items, references] of [
        [[with_(coded, nclx(12))], []],
        // A grid whose tiles name the colours.
        [[gridItem(1, 1, 64, 64), tile(with_(coded, nclx(12)))], [["dimg", 1, [2]]]],
      ] as [HeifItem[], HeifParts["references"]][]
    ) {
      const file = heifOf({ brands: coded === avif ? AVIF : brands, items, references });
      using wide = await decoded(file);
      const image = wide.read({ x: 0, y: 0, width: 64, height: 64 });
      assertNear(at(image, 48, 16), green, 8, "green");
      assertNear(at(image, 16, 16), red, 12, "red");
      const header = valueOf(inspectPhoto(file, { maxPixels: 64e6 }));
      assert.equal(readDecodeLoad(file, header).profile, true);
    }
    const brand = coded === avif ? AVIF : brands;
    await assertPhoto(heifOf({ brands: brand, items: [with_(coded, nclx(1))] }), STORED);
  }
});

/** A grid of tiles of 512 x 512 pixels, and its tiles without data. */
const largeGrid = (width: number, height: number): HeifItem[] => [
  gridItem(Math.ceil(height / 512), Math.ceil(width / 512), width, height),
  ...Array.from(
    { length: Math.ceil(height / 512) * Math.ceil(width / 512) },
    () => ({ type: "hvc1", data: new Uint8Array(9_000), properties: [ispe(512, 512)] }),
  ),
];
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

Deno.test("the size and cost of an iPhone's HEIC of iOS 18 are those of its photo, without gain map and tone map", () => {
  const base = largeGrid(4_032, 3_024);
  const gainMap = largeGrid(2_016, 1_512);
  const [gainMapId, toneMapId] = [base.length + 1, base.length + gainMap.length + 1];
  const file = heifOf({
    items: [
      ...base,
      with_(gainMap[0], auxC(APPLE_GAIN_MAP)),
      ...gainMap.slice(1),
      toneMapItem(4_032, 3_024),
    ],
    references: [
      ["dimg", 1, numbers(2, 48)],
      ["dimg", gainMapId, numbers(gainMapId + 1, 12)],
      ["dimg", toneMapId, [1, gainMapId]],
      ["auxl", gainMapId, [1, toneMapId]],
    ],
    groups: [["altr", [toneMapId, 1]]],
  });
  const header = valueOf(inspectPhoto(file, { maxPixels: 64e6 }));
  assert.deepEqual([header.width, header.height], [4_032, 3_024]);
  const { unusual, alpha } = readDecodeLoad(file, header);
  assert.deepEqual([unusual, alpha], [undefined, false]);
});

Deno.test("the size of a HEIC is that of its primary picture, even if another one is larger", () => {
  const items = [...largeGrid(1_024, 512), {
    type: "hvc1",
    data: map.data,
    properties: [ispe(9_000, 9_000)],
  }];
  const file = heifOf({ items, references: [["dimg", 1, [2, 3]]] });
  const { width, height } = valueOf(inspectPhoto(file, { maxPixels: 1e6 }));
  assert.deepEqual([width, height], [1_024, 512]);
});

Deno.test("an alpha channel that is larger than its picture counts, as it is decoded too", () => {
  const alpha = {
    type: "hvc1",
    data: map.data,
    properties: [ispe(9_000, 9_000), auxC("urn:mpeg:hevc:2015:auxid:1")],
  };
  const file = heifOf({ items: [photo, alpha], references: [["auxl", 2, [1]]] });
  assertFails(inspectPhoto(file, { maxPixels: 1e6 }), "image_too_large");
});

Deno.test("a HEIC's own alpha channel is read, and no gain map is taken for one", async () => {
  const alpha = with_(map, auxC("urn:mpeg:hevc:2015:auxid:1"));
  for (
    const [auxiliary, isAlpha] of [[alpha, true], [
      with_(map, auxC(APPLE_GAIN_MAP)),
      false,
    ]] as const
  ) {
    const file = heifOf({ items: [photo, auxiliary], references: [["auxl", 2, [1]]] });
    const header = valueOf(inspectPhoto(file, { maxPixels: 64e6 }));
    assert.equal(readDecodeLoad(file, header).alpha, isAlpha);
    using read = await decoded(file);
    assert.equal(read.hasAlpha, isAlpha);
    if (isAlpha) {
      assertNear(at(read.read({ x: 16, y: 16, width: 1, height: 1 }), 0, 0), [220, 30, 30, 128], 8);
    }
  }
});

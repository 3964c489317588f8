// Proves that the form of a HEIC's and AVIF's samples is read from the decoder's configuration.
import assert from "node:assert/strict";
import { readDecodeLoad } from "../../../shared/image/decode/decode_load.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { box } from "../../helpers/bombs.ts";
import { fixture } from "../../helpers/fixtures.ts";
import { codedItem, gridItem, type HeifItem, heifOf } from "../../helpers/heif_files.ts";
import { valueOf } from "../../helpers/result.ts";

const item = async (name: string) => codedItem(await fixture(`phones/${name}`));
const heic = await item("quarters.heic");
const tenBit = await item("quarters-10bit.heic");
const avif = await item("quarters.avif");

/** Replaces a box's bytes, counted from its data. */
function changed(coded: HeifItem, name: string, at: number, value: number): HeifItem {
  const properties = coded.properties!.map((one) => {
    if (String.fromCharCode(...one.subarray(4, 8)) !== name) return one;
    const data = one.slice(8);
    data[at] = value;
    return box(name, data);
  });
  return { ...coded, properties };
}

const FORMS: [what: string, coded: HeifItem, fullChroma: boolean, deep: boolean][] = [
  ["a HEIC of 8 bits", changed(heic, "hvcC", 16, 0xfc | 1), false, false],
  ["a HEIC of 10 bits", changed(tenBit, "hvcC", 16, 0xfc | 1), false, true],
  ["a HEIC with colour at full resolution", changed(heic, "hvcC", 16, 0xfc | 3), true, false],
  ["an AVIF of 8 bits", changed(avif, "av1C", 2, 0x0c), false, false],
  ["an AVIF of 10 bits", changed(avif, "av1C", 2, 0x4c), false, true],
  ["an AVIF with colour at full resolution", changed(avif, "av1C", 2, 0), true, false],
  ["a grey AVIF", changed(avif, "av1C", 2, 0x1c), false, false],
];
for (const [what, coded, fullChroma, deep] of FORMS) {
  Deno.test(`the samples of ${what} are read, also of one in tiles`, () => {
    const isAvif = coded.type === "av01";
    const brands = isAvif ? ["avif", "mif1", "miaf", "avif"] : undefined;
    const tiles: [HeifItem[], [string, number, number[]][]] = [
      [gridItem(1, 1, 64, 64), { ...coded, isHidden: true }],
      [["dimg", 1, [2]]],
    ];
    for (const [items, references] of [[[coded], []] as typeof tiles, tiles]) {
      const file = heifOf({ ...(brands && { brands: [...brands] }), items, references });
      const load = readDecodeLoad(file, valueOf(inspectPhoto(file, { maxPixels: 64e6 })));
      assert.deepEqual([load.fullChroma, load.deep], [fullChroma, deep]);
    }
  });
}

Deno.test("a configuration that is too short counts as the most costly form", () => {
  const short = { ...heic, properties: heic.properties!.map((one) => cut(one)) };
  const file = heifOf({ items: [short] });
  const load = readDecodeLoad(file, { format: "heic", width: 64, height: 64 });
  assert.deepEqual([load.fullChroma, load.deep], [true, true]);
});

/** Shortens an `hvcC` to its first bytes. */
function cut(property: Uint8Array): Uint8Array {
  const isConfiguration = String.fromCharCode(...property.subarray(4, 8)) === "hvcC";
  return isConfiguration ? box("hvcC", property.slice(8, 14)) : property;
}

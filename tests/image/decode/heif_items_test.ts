// Proves that a HEIC's items are read with bounds, and that a file which exceeds them is read as one without items.
import assert from "node:assert/strict";
import { readHeifItems } from "../../../shared/image/decode/heif_items.ts";
import { readHeifSize } from "../../../shared/image/decode/heif_size.ts";
import { leanHeif } from "../../../shared/image/decode/lean_heif.ts";
import { unusualHeif } from "../../../shared/image/decode/unusual_heif.ts";
import { box, ispe } from "../../helpers/bombs.ts";
import { concat, latin1, u16, u32 } from "../../helpers/bytes.ts";
import { fixture } from "../../helpers/fixtures.ts";
import {
  codedItem,
  gridItem,
  type HeifItem,
  heifOf,
  irot,
  nclx,
} from "../../helpers/heif_files.ts";

const photo = codedItem(await fixture("phones/quarters.heic"));
const file = heifOf({
  items: [gridItem(1, 1, 64, 48), photo, { type: "mime", data: latin1("<x:xmpmeta/>") }],
  references: [["dimg", 1, [2]], ["cdsc", 3, [1]]],
});

Deno.test("readHeifItems() reads types, sizes, references and the primary item", () => {
  const { primary, types, sizes, references, alphas, colors } = readHeifItems(file);
  assert.equal(primary, 1);
  assert.deepEqual([...types].map(([id, { type }]) => [id, type]), [
    [1, "grid"],
    [2, "hvc1"],
    [3, "mime"],
  ]);
  assert.deepEqual([...sizes], [[1, { width: 64, height: 48 }], [2, { width: 64, height: 64 }]]);
  assert.deepEqual(references.map(({ type, from, to }) => [type, from, to]), [
    ["dimg", 1, [2]],
    ["cdsc", 3, [1]],
  ]);
  assert.deepEqual([alphas.size, colors.size], [0, 0]);
});

Deno.test("readHeifItems() reads the colours that code points name", () => {
  const colored: HeifItem = { ...photo, properties: [...photo.properties!, nclx(12, 13)] };
  const { colors } = readHeifItems(heifOf({ items: [colored] }));
  assert.deepEqual([...colors], [[1, { primaries: 12, transfer: 13 }]]);
});

Deno.test("leanHeif() hides what the primary picture does not need, at the same length", () => {
  const lean = leanHeif(file);
  assert.equal(lean.length, file.length);
  const { types, references } = readHeifItems(lean);
  assert.deepEqual([...types.values()].map(({ type }) => type), ["grid", "hvc1", "skip"]);
  assert.deepEqual(references.map(({ type }) => type), ["dimg", "skip"]);
});

Deno.test("leanHeif() returns the same file if there is nothing to hide, or no primary picture", () => {
  const alone = heifOf({ items: [{ ...photo, properties: [...photo.properties!, irot(1)] }] });
  assert.equal(leanHeif(alone), alone);
  const without = concat(
    box("ftyp", latin1("heic")),
    box("meta", u32(0), box("iprp", box("ipco", ispe(8, 8)))),
  );
  assert.equal(leanHeif(without), without);
});

/** A HEIC with properties only, whose items have these associations. */
function associated(items: number, each: number): Uint8Array<ArrayBuffer> {
  const one = (_: unknown, i: number) => concat(u16(i + 1), [each], new Array(each).fill(1));
  const ipma = box("ipma", u32(0), u32(items), ...Array.from({ length: items }, one));
  return concat(
    box("ftyp", latin1("heic"), u32(0)),
    box(
      "meta",
      u32(0),
      box("pitm", u32(0), u16(1)),
      box("iprp", box("ipco", ispe(640, 480)), ipma),
    ),
  );
}

const BOMBS: [what: string, file: Uint8Array<ArrayBuffer>][] = [
  ["a million properties of items", associated(4_000, 250)],
  [
    "a hundred thousand references",
    heifOf({
      items: [photo],
      references: Array.from({ length: 50 }, () => ["dimg", 1, new Array(2_000).fill(1)]),
    }),
  ],
];
for (const [what, bomb] of BOMBS) {
  Deno.test(`a HEIC with ${what} is unusual, and its size is the largest one in its boxes`, () => {
    assert.throws(() => readHeifItems(bomb), RangeError);
    assert.equal(unusualHeif(bomb), "composed in an unsupported way");
    assert.equal(leanHeif(bomb), bomb);
    assert.ok(readHeifSize(bomb)!.width >= 64);
  });
}

Deno.test("a HEIC of a photo with 800 tiles is within the bounds", () => {
  assert.equal(readHeifItems(associated(1_600, 6)).sizes.size, 1_600);
});

Deno.test("a HEIC that ends within its boxes is read, or throws a RangeError", () => {
  for (let end = 0; end < file.length; end++) {
    try {
      readHeifItems(file.subarray(0, end));
    } catch (error) {
      assert.ok(error instanceof RangeError, String(error));
    }
    assert.doesNotThrow(() => leanHeif(file.subarray(0, end)));
    assert.doesNotThrow(() => readHeifSize(file.subarray(0, end)));
  }
});

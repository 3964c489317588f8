// Proves which licence plates are read from API4.ai's replies, and that a cutout's PNG carries them.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { platesOf, withPlates } from "../../shared/background/plates_chunk.ts";
import { readPlates } from "../../shared/background/read_plates.ts";
import { decodeCutout } from "../../shared/image/decode/decode_cutout.ts";
import { fileOf } from "../helpers/magick_files.ts";
import { draw } from "../helpers/pixels.ts";

const object = (box: unknown, classes: unknown = { "license plate": 1 }) => ({
  box,
  entities: [{ kind: "classes", classes }],
});
const BOX = { x: 0.25, y: 0.5, width: 0.25, height: 0.125 };

Deno.test("readPlates() finds plates by kind and class, among other entities and objects", () => {
  const car = object([0.1, 0.1, 0.8, 0.8], { "opaque-content": 1 });
  const objects = [
    car,
    object([0.25, 0.5, 0.25, 0.125]),
    object([0.5, 0.5, 0.1, 0.1], { "license plate": 0.4 }),
  ];
  const entities = [{ kind: "classes", classes: {} }, { kind: "image" }, {
    kind: "objects",
    objects,
  }];
  assert.deepEqual(readPlates(entities), [BOX]);
  assert.deepEqual(readPlates(entities.toReversed()), [BOX]);
});

Deno.test("readPlates() ignores what it cannot understand, and cuts boxes to the picture", () => {
  assert.deepEqual(readPlates(undefined), []);
  const wrong = [
    null,
    "plate",
    {},
    object([0, 0, 1]),
    object(["0", 0, 1, 1]),
    object([0.2, 0.2, 0, 0.1]),
    object([0.2, 0.2, NaN, 0.1]),
    { box: [0, 0, 1, 1] },
    object([1.5, 0, 0.2, 0.2]),
  ];
  assert.deepEqual(
    readPlates([{ kind: "objects", objects: wrong }, { kind: "objects", objects: {} }]),
    [],
  );
  const cut = readPlates([{ kind: "objects", objects: [object([-0.25, 0.75, 0.5, 0.5])] }]);
  assert.deepEqual(cut, [{ x: 0, y: 0.75, width: 0.25, height: 0.25 }]);
  const many = Array.from({ length: 50 }, () => object([0.25, 0.5, 0.25, 0.125]));
  assert.equal(readPlates([{ kind: "objects", objects: many }]).length, 8);
});

const image = draw({ width: 40, height: 30 }, (x, y) => [x, y, 90, x > 20 ? 255 : 0]);
const png = await fileOf(image, MagickFormat.Png);

Deno.test("a cutout's PNG carries its plates, and decodes to the same pixels", async () => {
  const both = withPlates(png, [BOX]);
  assert.deepEqual(platesOf(both), [BOX]);
  assert.equal(withPlates(png, []), png);
  assert.deepEqual(platesOf(png), []);
  const [plain, carrying] = [
    await decodeCutout(png, "image", image),
    await decodeCutout(both, "image", image),
  ];
  assert.ok(plain.ok && carrying.ok);
  assert.deepEqual(carrying.value, plain.value);
});

Deno.test("withPlates() leaves bytes that are no PNG, and platesOf() ignores a damaged chunk", () => {
  for (
    const bytes of [
      new Uint8Array(),
      new Uint8Array([1, 2, 3]),
      png.slice(0, 30),
      new Uint8Array(500),
    ]
  ) {
    assert.equal(withPlates(bytes, [BOX]), bytes);
    assert.deepEqual(platesOf(bytes), []);
  }
  const damaged = withPlates(png, [BOX]);
  damaged[33 + 8] = 0;
  assert.deepEqual(platesOf(damaged), []);
});

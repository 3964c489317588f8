// Proves which settings VARIANTS and DEFAULT_OPTIONS are valid, and that the others stop the function with a message that
// names the field.
import assert from "node:assert/strict";
import { ConfigError } from "../../../shared/config.ts";
import { STANDARD_LOOKS } from "../../../shared/photo/presets/preset.ts";
import { readLooks } from "../../../shared/photo/presets/read_looks.ts";

const SIZE = { width: 800, height: 600 };

Deno.test("without settings, a portal has the standard looks", () => {
  assert.equal(readLooks({}), STANDARD_LOOKS);
  assert.deepEqual([...STANDARD_LOOKS.presets.keys()], [
    ...["grid", "detail", "google_vehicle_ads", "facebook_square", "facebook_wide"],
  ]);
});

Deno.test("a portal's presets stand beside the standard ones, or replace them", () => {
  const own = { ...SIZE, fit: "cover", framing: {}, background: "#fff", shadow: "none" };
  const { presets } = readLooks({ variants: { portal_1: own, detail: SIZE } });
  assert.equal(presets.size, 6);
  assert.deepEqual(presets.get("detail"), SIZE); // no defaults of requests: the caller's options apply
  assert.equal(presets.get("grid"), STANDARD_LOOKS.presets.get("grid"));
  const { framing, ...rest } = presets.get("portal_1")!;
  assert.deepEqual(rest, { ...SIZE, fit: "cover", background: "#fff", shadow: "none" });
  assert.equal((framing as { ground_line: number }).ground_line, 0.84);
});

Deno.test("a portal's default options stay as they are written", () => {
  const defaultOptions = { padding: 10, framing: { car_width: 0.9 } };
  assert.deepEqual(readLooks({ defaultOptions }).defaults, defaultOptions);
  const both = { variants: { wide: SIZE }, defaultOptions: { variants: ["wide", "grid"] } };
  assert.deepEqual(readLooks(both).defaults, both.defaultOptions);
});

const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`p${i}`, SIZE]));
const BAD: [what: string, settings: Parameters<typeof readLooks>[0], message: RegExp][] = [
  ["no height", { variants: { a: { width: 9 } } }, /VARIANTS: expected a whole number of pixels/],
  ["a side of 15", { variants: { a: { ...SIZE, width: 15 } } }, /between 16 and 4096 for a\.width/],
  ["a side of 4097", { variants: { a: { ...SIZE, height: 4_097 } } }, /for a\.height .* 4097/],
  ["half a pixel", { variants: { a: { ...SIZE, width: 99.5 } } }, /for a\.width/],
  ["an unknown fit", { variants: { a: { ...SIZE, fit: "crop" } } }, /one of contain.*for a\.fit/],
  [
    "an unknown field",
    { variants: { a: { ...SIZE, size: 3 } } },
    /^VARIANTS: there is no field a\.size\. Remove it/,
  ],
  [
    "a padding",
    { variants: { a: { ...SIZE, padding: 3 } } },
    /^VARIANTS: there is no field a\.padding\./,
  ],
  ["nine presets", { variants: many }, /at most 8 presets/],
  ["a capital letter", { variants: { Wide: SIZE } }, /name of a preset.*for Wide/],
  ["the name processed", { variants: { processed: SIZE } }, /name of a preset.*for processed/],
  ["a field of the answer", { variants: { metadata: SIZE } }, /not the name of a field/],
  ["a step's name", { variants: { decode: SIZE } }, /not the name of a field/],
  ["the name constructor", { variants: { constructor: SIZE } }, /not the name of a field/],
  ["a list", { variants: [SIZE] }, /VARIANTS: expected an object such as/],
  [
    "an unknown option",
    { defaultOptions: { paddding: 3 } },
    /^DEFAULT_OPTIONS: there is no field paddding\. Remove it/,
  ],
  ["a wrong option", { defaultOptions: { padding: -1 } }, /DEFAULT_OPTIONS.*for padding/],
  ["an unknown variant", { defaultOptions: { variants: ["huge"] } }, /DEFAULT_OPTIONS.*"huge"/],
];

for (const [what, settings, message] of BAD) {
  Deno.test(`the function does not start with ${what}`, () => {
    assert.throws(() => readLooks(settings), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, message);
      return true;
    });
  });
}

// Proves the defaults, the accepted values and the refused values of the options.
import assert from "node:assert/strict";
import { optionsSchema } from "../../shared/photo/options.ts";
import { backgroundColor } from "../../shared/photo/option_values.ts";
import { describeIssue } from "../../shared/lib/describe_issue.ts";

Deno.test("every option has the design's default", () => {
  assert.deepEqual(optionsSchema.parse({}), {
    skip_background_removal: false,
    trust_alpha: true,
    crop: "auto",
    padding: 50,
    shadow: "auto",
    shadow_strength: 50,
    reflection: 0,
    fit: "contain",
    framing: "none",
    format: "webp",
    quality: 84,
    background: "transparent",
    variants: ["processed", "grid", "detail"],
    require: [],
    plate: "keep",
  });
});

const GOOD: [name: string, values: unknown[]][] = [
  ["skip_background_removal", [true, false]],
  ["trust_alpha", [true, false]],
  ["crop", ["auto", "none"]],
  ["padding", [0, 1, 1_000]],
  ["shadow", ["auto", "drop", "ground", "none"]],
  ["shadow_strength", [0, 50, 100]],
  ["reflection", [0, 1, 100]],
  ["fit", ["contain", "cover", "fill"]],
  ["framing", ["none", {
    ...{ car_width: 0.5, car_height: 1, ground_line: 0.9 },
    ...{ align: "center", aspect: "1.91:1" },
  }]],
  ["format", ["webp", "png", "jpeg"]],
  ["quality", [1, 100]],
  ["background", ["transparent", "#fff", "#ABCD", "#00ff7f", "#00FF7f80"]],
  ["variants", [["processed"], ["grid"], ["processed", "detail"]]],
  ["plate", ["keep", "blur", { cover: "#fff" }, { cover: "#00FF7f80" }]],
  ["require", [[], ["car_cut_off"], ["blurry", "photo_small"]]],
];

for (const [name, values] of GOOD) {
  Deno.test(`options take ${values.map((value) => JSON.stringify(value)).join(", ")} for ${name}`, () => {
    for (const value of values) {
      assert.deepEqual(
        (optionsSchema.parse({ [name]: value }) as Record<string, unknown>)[name],
        value,
      );
    }
  });
}

const BAD: [name: string, values: unknown[], expected: RegExp][] = [
  ["skip_background_removal", ["yes", 1, null], /true or false/],
  ["trust_alpha", ["no", 0, null], /true or false/],
  ["crop", ["AUTO", "car", true, null], /one of auto, none/],
  ["padding", [-1, 1_001, 1.5, "50", null], /whole number between 0 and 1000/],
  ["shadow", ["soft", true, "AUTO"], /one of auto, drop, ground, none/],
  ["shadow_strength", [-1, 101, 0.5, "50", null], /whole number between 0 and 100/],
  ["reflection", [-1, 101, 0.5, true, null], /whole number between 0 and 100/],
  ["fit", ["stretch", 0], /one of contain, cover, fill/],
  ["framing", [null, "centre", 0.8, []], /none or an object/],
  ["format", ["gif", "jpg", "WEBP"], /one of webp, png, jpeg/],
  ["quality", [0, 101, "high", 82.5], /whole number between 1 and 100/],
  [
    "background",
    ["white", "#ff", "#fffff", "fff", "rgb(0,0,0)", 0, "#ggg"],
    /^transparent, a CSS hex colour such as #ffffff, \{"studio": \{\}\} or \{"storage_path"/,
  ],
  ["variants", [[], "grid", null], /array of processed, grid, detail/],
  ["plate", ["hide", true, null], /keep, blur or an object/],
  ["require", ["blurry", null], /array of car_cut_off/],
];

for (const [name, values, expected] of BAD) {
  for (const value of values) {
    Deno.test(`options refuse ${JSON.stringify(value)} for ${name}`, () => {
      const parsed = optionsSchema.safeParse({ [name]: value });
      assert.ok(!parsed.success);
      const issue = describeIssue(parsed.error, { [name]: value });
      assert.equal(issue.field, name);
      assert.match(issue.expected, expected);
    });
  }
}

Deno.test("options refuse what cannot be a variant's name, by its index", () => {
  for (const name of ["Grid", "", "a-b", "9a", "x".repeat(33), 5]) {
    const parsed = optionsSchema.safeParse({ variants: ["grid", name] });
    assert.ok(!parsed.success);
    const issue = describeIssue(parsed.error, { variants: ["grid", name] });
    assert.equal(issue.field, "variants.1");
    assert.match(issue.expected, /name of a variant/);
  }
});

Deno.test("an empty framing has the documented defaults", () => {
  assert.deepEqual(optionsSchema.parse({ framing: {} }).framing, {
    ...{ car_width: 0.86, car_height: 0.62, ground_line: 0.84 },
    ...{ align: "center", aspect: "3:2" },
  });
});

for (
  const [name, value, expected] of [
    ["car_width", 0.49, "a number between 0.5 and 1"],
    ["car_height", 1.01, "a number between 0.5 and 1"],
    ["ground_line", 0, "a number between 0.5 and 1"],
    ["aspect", "1:3", "width:height between 1:2 and 3:1, such as 4:3"],
    ["aspect", "0:0", "width:height between 1:2 and 3:1, such as 4:3"],
  ] as const
) {
  Deno.test(`options refuse ${value} for a framing's ${name}, by its name`, () => {
    const parsed = optionsSchema.safeParse({ framing: { [name]: value } });
    assert.ok(!parsed.success);
    const issue = describeIssue(parsed.error, { framing: { [name]: value } });
    assert.deepEqual([issue.field, issue.expected], [`framing.${name}`, expected]);
  });
}

Deno.test("options refuse unknown fields", () => {
  const parsed = optionsSchema.safeParse({ paddding: 5 });
  assert.ok(!parsed.success);
  assert.equal(describeIssue(parsed.error, { paddding: 5 }).field, "paddding");
});

Deno.test("variants are returned each once, the standard ones first and in a fixed order", () => {
  const { variants } = optionsSchema.parse({ variants: ["detail", "processed", "detail"] });
  assert.deepEqual(variants, ["processed", "detail"]);
  const own = optionsSchema.parse({ variants: ["b", "detail", "a", "b"] });
  assert.deepEqual(own.variants, ["detail", "b", "a"]);
});

Deno.test("backgroundColor() reads the four forms of hex", () => {
  const color = (background: string) => backgroundColor({ background, format: "webp" });
  assert.deepEqual(color("#1aF"), { r: 0x11, g: 0xaa, b: 0xff, a: 255 });
  assert.deepEqual(color("#1aF8"), { r: 0x11, g: 0xaa, b: 0xff, a: 0x88 });
  assert.deepEqual(color("#102030"), { r: 0x10, g: 0x20, b: 0x30, a: 255 });
  assert.deepEqual(color("#10203040"), { r: 0x10, g: 0x20, b: 0x30, a: 0x40 });
});

Deno.test("backgroundColor() is transparent for webp and png, white for jpeg", () => {
  for (const format of ["webp", "png"] as const) {
    assert.equal(backgroundColor({ background: "transparent", format }).a, 0);
  }
  const white = { r: 255, g: 255, b: 255, a: 255 };
  assert.deepEqual(backgroundColor({ background: "transparent", format: "jpeg" }), white);
});

Deno.test("backgroundColor() puts a jpeg's translucent colour on white", () => {
  assert.deepEqual(backgroundColor({ background: "#00000080", format: "jpeg" }), {
    r: 127,
    g: 127,
    b: 127,
    a: 255,
  });
  assert.deepEqual(backgroundColor({ background: "#f000", format: "jpeg" }), {
    r: 255,
    g: 255,
    b: 255,
    a: 255,
  });
});

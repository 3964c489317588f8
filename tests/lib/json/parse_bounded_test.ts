/**
 * Proves that JSON within its bounds is parsed as with `JSON.parse`, with the requested strings set apart, and that
 * other JSON is refused with its fault before it is parsed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseBounded, type SetApart } from "../../../shared/lib/json/parse_bounded.ts";
import { seeded } from "../../helpers/random.ts";

const BOUNDS = { maxBytes: 1_000, maxValues: 100 };
const PHOTO: SetApart = { names: ["image_base64"], outermost: true };
const parse = (text: string, apart?: SetApart, bounds = BOUNDS) =>
  parseBounded(new TextEncoder().encode(text), bounds, apart);

/** The parsed value, and the text of the string that was set apart. */
function parts(text: string, apart: SetApart): { value: unknown; strings: string[] } {
  const parsed = parse(text, apart);
  assert.ok(parsed.ok, text);
  const strings = parsed.strings.map((bytes) => new TextDecoder().decode(bytes));
  return { value: parsed.value, strings };
}

Deno.test("a photo of any length is set apart, and does not count", () => {
  const photo = "A".repeat(50_000);
  assert.deepEqual(parts(`{"filename":"a","image_base64" : "${photo}" ,"options":{}}`, PHOTO), {
    value: { filename: "a", image_base64: "0", options: {} },
    strings: [photo],
  });
});

const SET_APART: [what: string, text: string, value: unknown, strings: string[]][] = [
  ["an empty string", '{"image_base64":""}', { image_base64: "0" }, [""]],
  ["a string with escapes", '{"image_base64":"a\\"b\\\\"}', { image_base64: "0" }, ['a\\"b\\\\']],
  ["a name with escapes", '{"image\\u005fbase64":"AA"}', { image_base64: "0" }, ["AA"]],
  ["a name that is fully escaped", `{"${escapedName()}":"AA"}`, { image_base64: "0" }, ["AA"]],
  ["the last of two", '{"image_base64":"A","image_base64":"B"}', { image_base64: "1" }, ["A", "B"]],
  ["a value that is not a string", '{"image_base64":["A"]}', { image_base64: ["A"] }, []],
  [
    "a field further in",
    '{"options":{"image_base64":"A"}}',
    { options: { image_base64: "A" } },
    [],
  ],
  [
    "a name that is used as a value",
    '{"a":"image_base64","b":"B"}',
    { a: "image_base64", b: "B" },
    [],
  ],
  ["JSON with a byte order mark", '\ufeff{"image_base64":"A"}', { image_base64: "0" }, ["A"]],
  ["JSON with white space", '\n{\t"image_base64" :\r "A"}\n', { image_base64: "0" }, ["A"]],
  ["a list", '["image_base64","A"]', ["image_base64", "A"], []],
];

for (const [what, text, value, strings] of SET_APART) {
  Deno.test(`${what}: the requested string is set apart`, () => {
    assert.deepEqual(parts(text, PHOTO), { value, strings });
  });
}

function escapedName(): string {
  return PHOTO.names[0].replace(/./g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}

Deno.test("strings are set apart at every depth on request", () => {
  const text =
    '{"results":[{"entities":[{"image":"A"},{"image":5},{"kind":"image","image":"B"}]}]}';
  assert.deepEqual(parts(text, { names: ["image"] }), {
    value: {
      results: [{ entities: [{ image: "0" }, { image: 5 }, { kind: "image", image: "1" }] }],
    },
    strings: ["A", "B"],
  });
});

const FAULTS: [what: string, text: string, fault: string][] = [
  ["a string of 1,000 bytes", `{"a":"${"x".repeat(1_000)}"}`, "too_large"],
  ["white space of 1,000 bytes", " ".repeat(1_001), "too_large"],
  ["150 numbers", `[${"0,".repeat(150)}0]`, "too_many_values"],
  ["150 empty objects", `[${"{},".repeat(150)}{}]`, "too_many_values"],
  ["70 lists within each other", "[".repeat(70) + "]".repeat(70), "too_deep"],
  ["nothing", "", "invalid"],
  ["half of an object", '{"a":', "invalid"],
  ["an unterminated string", '{"image_base64":"AAAA', "invalid"],
  ["a string that ends in a backslash", '{"image_base64":"AAAA\\', "invalid"],
  ["a raw line break in a name", '{"a\n":0}', "invalid"],
  ["two values", '{"image_base64":"A"}{}', "invalid"],
  ["a photo without a comma after it", '{"image_base64":"A" "b":0}', "invalid"],
  ["a photo after another string", '{"image_base64":"A""B"}', "invalid"],
];

for (const [what, text, fault] of FAULTS) {
  Deno.test(`${what} is ${fault.replaceAll("_", " ")}`, () => {
    const parsed = parse(text, PHOTO);
    assert.ok(!parsed.ok);
    assert.equal(parsed.fault, fault);
  });
}

Deno.test("JSON of exactly the maximum bytes and values is accepted", () => {
  const text = `[${"0,".repeat(98)}0]`;
  assert.ok(parse(text, PHOTO, { maxBytes: text.length, maxValues: 99 }).ok);
  const small = parse(text, PHOTO, { maxBytes: text.length - 1, maxValues: 99 });
  const few = parse(text, PHOTO, { maxBytes: text.length, maxValues: 98 });
  assert.deepEqual([small, few], [
    { ok: false, fault: "too_large" },
    { ok: false, fault: "too_many_values" },
  ]);
});

Deno.test("parseBounded() agrees with JSON.parse on 20,000 randomly composed texts", () => {
  const random = seeded(34);
  const pieces = [
    ...'{}[],:" \\0',
    ...['"a":', '"image_base64":', '"image_base64"', '"A"', '"\\""', '{"a":0}', "null", "\n", "[]"],
  ];
  let good = 0;
  for (let run = 0; run < 20_000; run++) {
    const inner = Array.from({ length: random(7) }, () => pieces[random(pieces.length)]).join("");
    const text = random(2) === 0 ? `{${inner}}` : inner;
    let expected: unknown;
    let isJson = true;
    try {
      expected = JSON.parse(text);
    } catch {
      isJson = false;
    }
    const parsed = parse(text, PHOTO);
    assert.equal(parsed.ok, isJson, JSON.stringify(text));
    if (!parsed.ok) continue;
    good++;
    const { value } = parsed;
    if (typeof value === "object" && value !== null && "image_base64" in value) {
      if (typeof value.image_base64 === "string") {
        const raw = parsed.strings[Number(value.image_base64)];
        value.image_base64 = JSON.parse(`"${new TextDecoder().decode(raw)}"`);
      }
    }
    assert.deepEqual(value, expected, JSON.stringify(text));
  }
  assert.ok(good > 1_000, `${good} are JSON`);
});

Deno.test("at most 100 strings are set apart", () => {
  const bounds = { maxBytes: 10_000, maxValues: 1_000 };
  const strings = (count: number) => `[${Array(count).fill('{"image":"A"}')}]`;
  const apart = { names: ["image"] };
  const most = parse(strings(100), apart, bounds);
  assert.equal(most.ok && most.strings.length, 100);
  assert.deepEqual(parse(strings(101), apart, bounds), { ok: false, fault: "too_many_values" });
});

/**
 * Proves that base64 in JSON decodes to the same bytes as with `JSON.parse` and `Buffer`, and that invalid base64 is
 * detected.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decodeBase64 } from "../../../shared/lib/json/decode_base64.ts";
import { seeded } from "../../helpers/random.ts";

const BYTES = Uint8Array.from({ length: 256 }, (_, i) => (i * 7 + 250) & 255);

/** Decodes the content of a JSON string: in place, and again to another buffer. */
function decodeRaw(text: string): Uint8Array | string {
  const raw = new TextEncoder().encode(text);
  const elsewhere = decodeBase64(raw, new Uint8Array(raw.length));
  assert.deepEqual(
    raw,
    new TextEncoder().encode(text),
    "the other buffer's decoding leaves the text unchanged",
  );
  const inPlace = decodeBase64(raw, raw);
  assert.deepEqual(inPlace, elsewhere);
  return elsewhere;
}

const decode = (text: string) => decodeRaw(JSON.stringify(text).slice(1, -1));

Deno.test("decodeBase64() reads base64 of every length, padded or not, and base64url", () => {
  for (let length = 0; length <= BYTES.length; length++) {
    const bytes = BYTES.subarray(0, length);
    const padded = Buffer.from(bytes).toString("base64");
    for (
      const text of [padded, padded.replace(/=+$/, ""), Buffer.from(bytes).toString("base64url")]
    ) {
      assert.deepEqual(decode(text), Uint8Array.from(bytes), text);
    }
  }
});

Deno.test("decodeBase64() reads data URLs", () => {
  for (
    const prefix of [
      "data:image/jpeg;base64,",
      "data:;base64,",
      "data:image/png;name=a b.png;BASE64,",
      'data:image/png;name="ä🚗";base64,',
    ]
  ) {
    assert.deepEqual(decode(`${prefix}AQID`), Uint8Array.of(1, 2, 3), prefix);
  }
});

Deno.test("decodeBase64() ignores white space", () => {
  const lines = Buffer.from(BYTES).toString("base64").replace(/.{76}/g, "$&\r\n");
  assert.deepEqual(decode(lines), BYTES);
  for (
    const text of [" AQ ID\n", "data:image/png;base64, AQID\n", "\ufeffAQ\u00a0I\u2003D\u3000"]
  ) {
    assert.deepEqual(decode(text), Uint8Array.of(1, 2, 3), text);
  }
  assert.deepEqual(decode(" \n"), new Uint8Array());
  assert.deepEqual(decode("AQ = =\n"), Uint8Array.of(1));
});

Deno.test("decodeBase64() reads base64 with any JSON escapes", () => {
  const bytes = Uint8Array.of(0xfb, 0xef, 0xff, 0xff, 0xff, 0xba);
  for (
    const raw of [
      "++////+6".replaceAll("+", "\\u002b").replaceAll("/", "\\/"),
      "++////+6".replace(/./g, (c) => `\\u00${c.charCodeAt(0).toString(16).toUpperCase()}`),
      "data:image\\/png;base64\\u002c++\\r\\n////+6",
      "\\u0064ata:;base64,++////+6",
    ]
  ) {
    assert.deepEqual(decodeRaw(raw), bytes, raw);
  }
});

const BAD = [
  "not base64!",
  "A",
  "AQIDB",
  "AQ*D",
  "AQ=D",
  "AQID====",
  "====",
  "=",
  "AQIDé",
  "AQID🚗",
  "{}",
  '"',
  "\\",
  "\u0000",
  "<html>",
  "https://example.com/car.jpg",
  "data:",
  "data:image/jpeg,AQID",
  "data:image/jpeg;base64",
  "data:image/svg+xml;utf8,<svg/>",
  `data:${"x".repeat(500)};base64,AQID`,
];

for (const text of BAD) {
  Deno.test(`decodeBase64() refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.equal(decode(text), "base64");
  });
}

Deno.test("decodeBase64() detects text that is not a JSON string", () => {
  for (const raw of ["AQ\nID", "AQ\\xID", "AQ\\u00g1", "AQID\\u00", "AQID\\", "\tAQID"]) {
    assert.equal(decodeRaw(raw), "json", raw);
  }
});

Deno.test("decodeBase64() finds one wrong character anywhere in a long text", () => {
  const text = Buffer.from(new Uint8Array(3_000).fill(77)).toString("base64");
  for (const at of [0, 1, 2, 3, 1_999, text.length - 2, text.length - 1]) {
    assert.equal(decode(`${text.slice(0, at)}!${text.slice(at + 1)}`), "base64", `at ${at}`);
  }
});

/** Decodes the text with the platform's functions. */
function reference(raw: string): Uint8Array | null {
  let text: string;
  try {
    text = JSON.parse(`"${raw}"`);
  } catch {
    return null;
  }
  if (text.startsWith("data:")) {
    const [, head, data] = /^(data:[^,]{0,195}),([^]*)$/.exec(text) ?? [];
    if (head === undefined || !/;base64$/i.test(head)) return null;
    text = data;
  }
  text = text.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) return null;
  const digits = text.replace(/=+$/, "").length;
  if (digits % 4 === 1 || (digits === 0 && text !== "")) return null;
  return new Uint8Array(Buffer.from(text, "base64"));
}

Deno.test("decodeBase64() agrees with JSON.parse and Buffer on 20,000 randomly composed texts", () => {
  const random = seeded(12);
  const pieces = [
    ..."AQzZ09+/-_=",
    ..." \\",
    ...["\\n", "\\/", "\\u002b", "\\u0041", "\\u3000", "\\u00e9", "\\ud83d\\ude97", "\\x", "\\\\"],
    ...["\u00a0", "é", "🚗", "\n", "*", "data:", ";base64,", "AAAAAAAA", "AAAA====", ","],
  ];
  let good = 0;
  for (let run = 0; run < 20_000; run++) {
    const few = random(3) === 0 ? pieces.length : 12;
    const raw = Array.from({ length: random(14) }, () => pieces[random(few)]).join("");
    const text = random(4) === 0 ? `data:image/png;base64,${raw}` : raw;
    const expected = reference(text);
    const decoded = decodeRaw(text);
    if (expected !== null) good++;
    if (expected === null) assert.equal(typeof decoded, "string", JSON.stringify(text));
    else assert.deepEqual(decoded, expected, JSON.stringify(text));
  }
  assert.ok(good > 5_000, `${good} are base64`);
});

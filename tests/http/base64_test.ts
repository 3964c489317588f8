import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decodeBase64 } from "../../shared/http/body/base64.ts";
import { assertFails, valueOf } from "../helpers/result.ts";

const BYTES = Uint8Array.from({ length: 256 }, (_, i) => (i * 7 + 250) & 255);
const decode = (text: string) => decodeBase64(text, "image_base64");

Deno.test("decodeBase64() reads base64 of every length, padded or not, and base64url", () => {
  for (let length = 0; length <= BYTES.length; length++) {
    const bytes = BYTES.subarray(0, length);
    const padded = Buffer.from(bytes).toString("base64");
    for (
      const text of [padded, padded.replace(/=+$/, ""), Buffer.from(bytes).toString("base64url")]
    ) {
      assert.deepEqual(valueOf(decode(text)), Uint8Array.from(bytes), text);
    }
  }
});

Deno.test("decodeBase64() reads data URLs", () => {
  for (
    const prefix of [
      "data:image/jpeg;base64,",
      "data:;base64,",
      "data:image/png;name=a b.png;BASE64,",
    ]
  ) {
    assert.deepEqual(valueOf(decode(`${prefix}AQID`)), Uint8Array.of(1, 2, 3), prefix);
  }
});

Deno.test("decodeBase64() passes over white space", () => {
  const lines = Buffer.from(BYTES).toString("base64").replace(/.{76}/g, "$&\r\n");
  assert.deepEqual(valueOf(decode(lines)), BYTES);
  assert.deepEqual(valueOf(decode(" AQ ID\n")), Uint8Array.of(1, 2, 3));
  assert.deepEqual(valueOf(decode("data:image/png;base64, AQID\n")), Uint8Array.of(1, 2, 3));
});

const BAD = [
  "not base64!",
  "A",
  "AQIDB",
  "AQ*D",
  "AQ=D",
  "AQID====",
  "====",
  "AQIDé",
  "{}",
  "<html>",
  "https://example.com/car.jpg",
  "data:image/jpeg,AQID",
  "data:image/jpeg;base64",
  "data:image/svg+xml;utf8,<svg/>",
  `data:${"x".repeat(500)};base64,AQID`,
];

for (const text of BAD) {
  Deno.test(`decodeBase64() refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
    const error = assertFails(decode(text), "invalid_base64");
    assert.equal(error.status, 400);
    assert.deepEqual(error.details, { field: "image_base64" });
  });
}

Deno.test("decodeBase64() finds one wrong character anywhere in a long text", () => {
  const text = Buffer.from(new Uint8Array(3_000).fill(77)).toString("base64");
  for (const at of [0, 1, 2, 3, 1_999, text.length - 2, text.length - 1]) {
    assertFails(decode(`${text.slice(0, at)}!${text.slice(at + 1)}`), "invalid_base64", `at ${at}`);
  }
});

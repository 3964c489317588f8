// Proves which replies of API4.ai contain an image, and which error each other reply gives.
import assert from "node:assert/strict";
import {
  BackgroundError,
  type BackgroundErrorCode,
} from "../../shared/background/background_error.ts";
import { readReply as readBytes } from "../../shared/background/read_reply.ts";

const PIXELS = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 255);
const BASE64 = btoa(String.fromCharCode(...PIXELS));
const OK = { code: "ok", message: "Success" };
const IMAGE = { kind: "image", name: "car", image: BASE64, format: "PNG" };
const OBJECTS = {
  kind: "objects",
  name: "boxes",
  objects: [{
    box: [0.1, 0.2, 0.5, 0.6],
    entities: [{ kind: "classes", classes: { "opaque-content": 1 } }],
  }],
};
const readReply = (text: string, key?: string) =>
  readBytes(new TextEncoder().encode(text), { name: "API4.ai", key });
const replyOf = (...results: unknown[]) => JSON.stringify({ results });

const GOOD: [what: string, text: string][] = [
  [
    "the published shape",
    replyOf({
      status: OK,
      name: "a.jpg",
      md5: "0",
      width: 9,
      height: 9,
      entities: [IMAGE, OBJECTS],
    }),
  ],
  ["entities in another order", replyOf({ status: OK, entities: [OBJECTS, IMAGE] })],
  [
    "entities of unknown kinds between",
    replyOf({ status: OK, entities: [{ kind: "new", extra: [1] }, { kind: "image" }, IMAGE] }),
  ],
  ["no objects entity", replyOf({ status: OK, entities: [IMAGE] })],
  ["no status", replyOf({ entities: [IMAGE] })],
  [
    "an image as a data URL",
    replyOf({ status: OK, entities: [{ ...IMAGE, image: `data:image/png;base64,${BASE64}` }] }),
  ],
  ["the older shape", replyOf({ output_image: `data:image/png;base64,${BASE64}` })],
  ["the older shape without a data prefix", replyOf({ status: OK, output_image: BASE64 })],
  ["the older shape beside empty entities", replyOf({ entities: [], output_image: BASE64 })],
  [
    "unknown fields",
    JSON.stringify({
      version: 3,
      results: [{ status: { ...OK, id: 7 }, entities: [IMAGE], extra: null }],
    }),
  ],
];

for (const [what, text] of GOOD) {
  Deno.test(`readReply() finds the image in a reply with ${what}`, () => {
    assert.deepEqual([...readReply(text).image], [...PIXELS]);
  });
}

const FAILED = "background_removal_failed";
const INVALID = "background_removal_invalid_reply";
const FAILURE = { code: "failure", message: "Can not load image. (secret-upstream-text)" };

const BAD: [what: string, text: string, code: BackgroundErrorCode][] = [
  ["the failure status", replyOf({ status: FAILURE, entities: [] }), FAILED],
  [
    "the failure status with an image",
    replyOf({ status: FAILURE, entities: [IMAGE] }),
    FAILED,
  ],
  ["the failure status and nothing else", replyOf({ status: FAILURE }), FAILED],
  ["an unknown status", replyOf({ status: { code: "queued" } }), FAILED],
  ["half of its JSON", replyOf({ status: OK, entities: [IMAGE] }).slice(0, 60), INVALID],
  ["nothing", "", INVALID],
  ["HTML", "<html><body>502 Bad Gateway</body></html>", INVALID],
  ["null", "null", INVALID],
  ["a list", "[]", INVALID],
  ["no results", "{}", INVALID],
  ["empty results", replyOf(), INVALID],
  ["results of the wrong type", JSON.stringify({ results: "none" }), INVALID],
  ["no entities", replyOf({ status: OK }), INVALID],
  ["no image entity", replyOf({ status: OK, entities: [OBJECTS] }), INVALID],
  ["results that are numbers", replyOf(...Array(1_000).fill(0)), INVALID],
  ["20 results", replyOf(...Array(20).fill({ entities: [IMAGE] })), INVALID],
  ["10,000 numbers", replyOf({ entities: [IMAGE], extra: Array(10_000).fill(0) }), INVALID],
  ["100 kB beside its image", replyOf({ entities: [IMAGE], extra: "x".repeat(100_000) }), INVALID],
  ["an image that is not base64", replyOf({ entities: [{ ...IMAGE, image: "*" }] }), INVALID],
  ["an empty image", replyOf({ status: OK, entities: [{ ...IMAGE, image: "" }] }), INVALID],
  [
    "an image that is a number",
    replyOf({ status: OK, entities: [{ ...IMAGE, image: 5 }] }),
    INVALID,
  ],
];

for (const [what, text, code] of BAD) {
  Deno.test(`readReply() gives ${code} for a reply with ${what}`, () => {
    assert.throws(() => readReply(text), (error) => {
      assert.ok(error instanceof BackgroundError);
      assert.equal(error.code, code);
      assert.doesNotMatch(error.message, /secret-upstream-text|Can not load|html/);
      return true;
    });
  });
}

Deno.test("readReply() keeps the service's message for the log", () => {
  assert.throws(() => readReply(replyOf({ status: FAILURE })), { cause: FAILURE.message });
});

Deno.test("readReply() removes the key from logged text", () => {
  const echo = replyOf({
    status: { code: "failure", message: "Not for the-key, nor th\u0065-key." },
  });
  assert.throws(() => readReply(echo, "the-key"), { cause: "Not for [key], nor [key]." });
  assert.throws(() => readReply('{"the-key', "the-key"), (error) => {
    assert.doesNotMatch(String((error as Error).cause), /the-key/);
    return true;
  });
});

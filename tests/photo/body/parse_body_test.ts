// Proves how JSON bodies are parsed, and which are refused by name.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MemoryBudget } from "../../../shared/isolate/memory_budget.ts";
import { issueSentence } from "../../../shared/lib/describe_issue.ts";
import { parseBody } from "../../../shared/photo/body/parse_body.ts";
import { assertFails, valueOf } from "../../helpers/result.ts";
import {
  DEFAULTS,
  json,
  MAX_IMAGE_BYTES,
  parse,
  PHOTO,
  refused,
  requestOf,
} from "../../helpers/parse.ts";

const BYTES = { kind: "bytes", bytes: PHOTO };

Deno.test("parseBody() reads a photo in base64 with every default", async () => {
  assert.deepEqual(await parse(json({ image_base64: "AQID", filename: "car.jpg" })), {
    source: BYTES,
    filename: "car.jpg",
    options: DEFAULTS,
    upload: false,
    returnImages: true,
    force: false,
  });
});

Deno.test("parseBody() reads a data URL and all settings in JSON", async () => {
  const input = await parse(json({
    image_base64: "data:image/jpeg;base64,AQID",
    filename: "Süd Auto №1.jpg",
    options: { padding: 5, format: "png", variants: ["grid"] },
    upload_to_storage: true,
    return_images: true,
    force: true,
  }));
  assert.deepEqual(input, {
    source: BYTES,
    filename: "Süd Auto №1.jpg",
    options: { ...DEFAULTS, padding: 5, format: "png", variants: ["grid"] },
    upload: true,
    returnImages: true,
    force: true,
  });
});

Deno.test("parseBody() returns images unless they are uploaded, or as requested", async () => {
  const returns = async (settings: object) =>
    (await parse(json({ image_base64: "AQID", ...settings }))).returnImages;
  assert.equal(await returns({}), true);
  assert.equal(await returns({ upload_to_storage: true }), false);
  assert.equal(await returns({ upload_to_storage: true, return_images: true }), true);
  assert.equal(await returns({ return_images: false }), false);
});

Deno.test("parseBody() accepts JSON with a charset and in any case", async () => {
  const input = await parse(json({ image_base64: "AQID" }, "Application/JSON; charset=utf-8"));
  assert.deepEqual(input.source, BYTES);
});

Deno.test("parseBody() reads a photo's address in Storage", async () => {
  const ref = { bucket: "car-originals", path: "2024/06/car #1 100%.jpg" };
  const input = await parse(json({ storage_path: ref }));
  assert.deepEqual(input.source, { kind: "storage", ref });
  assert.equal(input.filename, null);
});

for (
  const path of [
    "",
    "/a.jpg",
    "a//b.jpg",
    "a/",
    "../../b.jpg",
    "a/../b",
    "../../http/a",
    "a\\b",
    "a\nb",
    "a\0b",
    "x".repeat(1_025),
  ]
) {
  Deno.test(`parseBody() refuses the Storage path ${JSON.stringify(path.slice(0, 20))}`, async () => {
    const request = json({ storage_path: { bucket: "b", path } });
    const error = await refused(request, "invalid_request", 400);
    assert.equal(error.details?.field, "storage_path.path");
  });
}

Deno.test("parseBody() refuses two photos, and an incomplete address", async () => {
  const both = json({ image_base64: "AQID", storage_path: { bucket: "b", path: "p" } });
  assert.equal((await refused(both, "invalid_request", 400)).details?.field, "storage_path");
  const half = json({ storage_path: { bucket: "b" } });
  assert.equal((await refused(half, "invalid_request", 400)).details?.field, "storage_path.path");
  const more = json({ storage_path: { bucket: "b", path: "p", token: "t" } });
  assert.equal((await refused(more, "invalid_request", 400)).details?.field, "storage_path.token");
});

Deno.test("parseBody() reports a missing image", async () => {
  await refused(requestOf(null), "missing_image", 400);
  await refused(requestOf(null, "application/json"), "missing_image", 400);
  await refused(requestOf("", "application/json"), "missing_image", 400);
  await refused(json({}), "missing_image", 400);
  await refused(json({ filename: "a.jpg", options: {} }), "missing_image", 400);
  await refused(json({ image_base64: "" }), "missing_image", 400);
});

for (const text of ["{", "hello", '{"image_base64":"AQID"', "undefined", "{'a':1}"]) {
  Deno.test(`parseBody() refuses the JSON ${text}`, async () => {
    await refused(json(text), "invalid_json", 400);
  });
}

for (const text of ["null", "[]", "5", '"AQID"', "true"]) {
  Deno.test(`parseBody() refuses JSON that is ${text} instead of an object`, async () => {
    const error = await refused(json(text), "invalid_request", 400);
    assert.match(error.message, /Expected a JSON object for the input/);
  });
}

Deno.test("parseBody() refuses invalid base64", async () => {
  const error = await refused(json({ image_base64: "not base64!" }), "invalid_base64", 400);
  assert.deepEqual(error.details, { field: "image_base64" });
});

const WRONG_FIELDS: [
  body: Record<string, unknown>,
  field: string,
  expected: string,
  received: string,
][] = [
  [{ image_base64: 5 }, "image_base64", "base64 text or a data URL", "5 of type number"],
  [{ image_base64: null }, "image_base64", "base64 text or a data URL", "null of type null"],
  [
    { filename: "x".repeat(256) },
    "filename",
    "text of at most 255 characters",
    `"${"x".repeat(56)}... of type string`,
  ],
  [{ upload_to_storage: "yes" }, "upload_to_storage", "true or false", '"yes" of type string'],
  [{ return_images: 1 }, "return_images", "true or false", "1 of type number"],
  [
    { storage_path: "a/b.jpg" },
    "storage_path",
    'an object {"bucket", "path"}',
    '"a/b.jpg" of type string',
  ],
  [{ image: "AQID" }, "image", "no such field", '"AQID" of type string'],
];

for (const [body, field, expected, received] of WRONG_FIELDS) {
  Deno.test(`parseBody() refuses ${JSON.stringify(body).slice(0, 50)} by name`, async () => {
    const request = json({ image_base64: "AQID", ...body });
    const error = await refused(request, "invalid_request", 400);
    assert.deepEqual(error.details, { field, expected, received });
    assert.equal(error.message, issueSentence({ field, expected, received }));
  });
}

const WRONG_OPTIONS: [options: unknown, field: string, expected: string, received: string][] = [
  [
    { padding: "wide" },
    "options.padding",
    "a whole number between 0 and 1000",
    '"wide" of type string',
  ],
  [{ colour: "red" }, "options.colour", "no such field", '"red" of type string'],
  [
    { variants: ["huge"] },
    "options.variants",
    "names among processed, grid, detail, google_vehicle_ads, facebook_square, facebook_wide",
    '"huge" of type string',
  ],
  ["none", "options", 'an object such as {"padding": 20}', '"none" of type string'],
  [null, "options", 'an object such as {"padding": 20}', "null of type null"],
];

for (const [options, field, expected, received] of WRONG_OPTIONS) {
  Deno.test(`parseBody() refuses the options ${JSON.stringify(options)} by name`, async () => {
    const error = await refused(json({ image_base64: "AQID", options }), "invalid_options", 400);
    assert.deepEqual(error.details, { field, expected, received });
  });
}

Deno.test("parseBody() distinguishes an unknown field from the option that it begins like", async () => {
  await refused(json({ image_base64: "AQID", options_v2: {} }), "invalid_request", 400);
});

Deno.test("parseBody() limits base64 and the rest of the JSON", async () => {
  const of = (bytes: number) => json({ image_base64: btoa("x".repeat(bytes)) });
  assert.equal((await parse(of(MAX_IMAGE_BYTES))).source.kind, "bytes");
  const error = await refused(of(MAX_IMAGE_BYTES + 1), "body_too_large", 413);
  assert.deepEqual(error.details, { max_bytes: MAX_IMAGE_BYTES });
  await refused(of(300_000), "body_too_large", 413);
});

for (
  const type of [
    undefined,
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "video/mp4",
  ]
) {
  Deno.test(`parseBody() refuses a body of type ${type ?? "none"}`, async () => {
    const request = requestOf(PHOTO, type);
    const error = await refused(request, "unsupported_media_type", 415);
    assert.deepEqual(error.details, {
      supported: ["application/json", "multipart/form-data", "image/*", "application/octet-stream"],
    });
  });
}

Deno.test("parseBody() accepts the largest photo, with any JSON escapes in its base64", async () => {
  const maxImageBytes = 600_000;
  const photo = new Uint8Array(maxImageBytes).map((_, i) => (i * i) >> 3);
  const base64 = Buffer.from(photo).toString("base64");
  const escaped = base64.replaceAll("+", "\\u002b").replaceAll("/", "\\/");
  const lines = base64.replace(/.{76}/g, "$&\\r\\n");
  const url = `data:image\\/jpeg;base64,${base64}`;
  for (const text of [base64, escaped, lines, url]) {
    for (const onBody of [undefined, () => {}]) {
      const memory = new MemoryBudget(Infinity).reserve();
      const request = requestOf(`{"options":{},"image_base64":"${text}"}`, "application/json");
      const { source } = valueOf(await parseBody(request, { maxImageBytes, memory, onBody }));
      assert.ok(source.kind === "bytes");
      assert.ok(Buffer.from(source.bytes).equals(photo));
    }
  }
});

Deno.test("parseBody() keeps the original body on request", async () => {
  let seen: Uint8Array | undefined;
  const text = '{"image_base64":"AQID"}';
  const request = requestOf(text, "application/json");
  const memory = new MemoryBudget(Infinity).reserve();
  const onBody = (body: Uint8Array) => void (seen = body);
  const { source } = valueOf(await parseBody(request, { maxImageBytes: 9, memory, onBody }));
  assert.deepEqual(source, BYTES);
  assert.equal(new TextDecoder().decode(seen), text);
});

const TOO_MUCH: [what: string, text: string, code: "invalid_request" | "body_too_large"][] = [
  [
    "2,000 values",
    `{"image_base64":"AQID","options":{"variants":[${"0,".repeat(2_000)}0]}}`,
    "invalid_request",
  ],
  [
    "100 lists in each other",
    `{"options":${"[".repeat(100)}${"]".repeat(100)}}`,
    "invalid_request",
  ],
  [
    "70 kB beside its photo",
    `{"image_base64":"AQID","filename":"${"x".repeat(70_000)}"}`,
    "body_too_large",
  ],
];

for (const [what, text, code] of TOO_MUCH) {
  Deno.test(`parseBody() refuses JSON of ${what}`, async () => {
    const request = requestOf(text, "application/json");
    const memory = new MemoryBudget(Infinity).reserve();
    assertFails(await parseBody(request, { maxImageBytes: 100_000, memory }), code);
  });
}

Deno.test("parseBody() refuses options that are too deep for a message, by name", async () => {
  const options = JSON.parse("[".repeat(60) + "]".repeat(60));
  const error = await refused(json({ image_base64: "AQID", options }), "invalid_options", 400);
  assert.equal(error.details?.field, "options");
});

Deno.test("parseBody() names the first fault of variants that are too many or wrong", async () => {
  const variants = (count: number) =>
    json({ image_base64: "AQID", options: { variants: Array(count).fill(0) } });
  const many = await refused(variants(500), "invalid_options", 400);
  assert.deepEqual([many.details?.field, many.details?.expected], [
    "options.variants",
    "at most 16 variants",
  ]);
  assert.equal(
    (await refused(variants(9), "invalid_options", 400)).details?.field,
    "options.variants.0",
  );
});

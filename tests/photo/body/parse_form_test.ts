// Proves how forms and bare bytes are parsed, and which are refused by name.
import assert from "node:assert/strict";
import { SETTINGS_BOUNDS } from "../../../shared/http/json_body.ts";
import {
  DEFAULTS,
  form,
  json,
  MAX_IMAGE_BYTES,
  parse,
  PHOTO,
  refused,
  requestOf,
} from "../../helpers/parse.ts";

const photo = (bytes: Uint8Array<ArrayBuffer> = PHOTO, name = "car.jpg") =>
  new File([bytes], name, { type: "image/jpeg" });
const BYTES = { kind: "bytes", bytes: PHOTO };

Deno.test("parseBody() reads a multipart form with every default", async () => {
  assert.deepEqual(await parse(form({ file: photo() })), {
    source: BYTES,
    filename: "car.jpg",
    options: DEFAULTS,
    upload: false,
    returnImages: true,
    force: false,
  });
});

Deno.test("parseBody() reads all settings of a form", async () => {
  const input = await parse(form({
    file: photo(),
    filename: "123",
    options: '{"padding": 5, "shadow": "none"}',
    upload_to_storage: "true",
    return_images: "true",
    force: "true",
  }));
  assert.deepEqual(input, {
    source: BYTES,
    filename: "123",
    options: { ...DEFAULTS, padding: 5, shadow: "none" },
    upload: true,
    returnImages: true,
    force: true,
  });
});

Deno.test("parseBody() reads the vehicle of a form and of a query, whose id is text", async () => {
  const vehicle = { id: "0042", position: 7 };
  const fields = { vehicle_id: "0042", position: "7", upload_to_storage: "true" };
  assert.deepEqual((await parse(form({ file: photo(), ...fields }))).vehicle, vehicle);
  const query = `?${new URLSearchParams(fields)}`;
  assert.deepEqual((await parse(requestOf(PHOTO, "image/jpeg", query))).vehicle, vehicle);
  const atEnd = await parse(
    json({ image_base64: "AQID", upload_to_storage: true, vehicle_id: "a" }),
  );
  assert.deepEqual(atEnd.vehicle, { id: "a", position: null });
});

Deno.test("parseBody() reads a form whose options are a part of type JSON", async () => {
  const options = new File(['{"quality": 7}'], "options.json", { type: "application/json" });
  assert.equal((await parse(form({ file: photo(), options }))).options.quality, 7);
});

Deno.test("parseBody() reports a form without an image", async () => {
  await refused(form({ options: "{}" }), "missing_image", 400);
  await refused(form({ file: photo(new Uint8Array()) }), "missing_image", 400);
});

Deno.test("parseBody() reports a form whose photo has another name than file, also a large one", async () => {
  const large = photo(new Uint8Array(SETTINGS_BOUNDS.maxBytes + 1));
  for (const wrong of [form({ photo: photo() }), form({ photo: large, options: "{}" })]) {
    const { message } = await refused(wrong, "missing_image", 400);
    assert.match(message, /with the photo in the field file/);
  }
  const tooMuch = await refused(form({ file: photo(), photo: large }), "body_too_large", 413);
  assert.match(tooMuch.message, /field photo is larger/);
});

Deno.test("parseBody() refuses a form whose file is text", async () => {
  const error = await refused(form({ file: "AQID" }), "invalid_multipart", 400);
  assert.deepEqual(error.details, { field: "file" });
});

Deno.test("parseBody() refuses an invalid form", async () => {
  await refused(
    requestOf("--x\r\nhello", "multipart/form-data; boundary=x"),
    "invalid_multipart",
    400,
  );
  await refused(requestOf("hello", "multipart/form-data; boundary=y"), "invalid_multipart", 400);
  await refused(requestOf("hello", "multipart/form-data"), "invalid_multipart", 400);
});

Deno.test("parseBody() refuses a truncated form", async () => {
  const whole = form({ file: photo(new Uint8Array(500)) });
  const type = whole.headers.get("content-type")!;
  const bytes = new Uint8Array(await whole.arrayBuffer());
  await refused(requestOf(bytes.slice(0, 400), type), "invalid_multipart", 400);
});

Deno.test("parseBody() refuses a form's wrong settings by name", async () => {
  await refused(form({ file: photo(), options: "{" }), "invalid_json", 400);
  const padding = await refused(
    form({ file: photo(), options: '{"padding":-1}' }),
    "invalid_options",
    400,
  );
  assert.equal(padding.details?.field, "options.padding");
  const flag = await refused(
    form({ file: photo(), upload_to_storage: "yes" }),
    "invalid_request",
    400,
  );
  assert.equal(flag.details?.field, "upload_to_storage");
  const unknown = await refused(form({ file: photo(), padding: "5" }), "invalid_request", 400);
  assert.equal(unknown.details?.field, "padding");
});

Deno.test("parseBody() limits a form's size", async () => {
  const of = (bytes: number) => form({ file: photo(new Uint8Array(bytes)) });
  assert.equal((await parse(of(MAX_IMAGE_BYTES))).source.kind, "bytes");
  await refused(of(MAX_IMAGE_BYTES + 1), "body_too_large", 413);
  await refused(of(200_000), "body_too_large", 413);
});

for (const type of ["image/jpeg", "image/heic", "IMAGE/PNG; q=1", "application/octet-stream"]) {
  Deno.test(`parseBody() reads bare bytes of type ${type}`, async () => {
    assert.deepEqual(await parse(requestOf(PHOTO, type)), {
      source: BYTES,
      filename: null,
      options: DEFAULTS,
      upload: false,
      returnImages: true,
      force: false,
    });
  });
}

Deno.test("parseBody() reads the settings of bare bytes from the query", async () => {
  const query =
    "?filename=007&upload_to_storage=true&return_images=false&force=true&skip_background_removal=true&padding=5" +
    "&crop=none&shadow=none&fit=cover&format=jpeg&quality=70&background=%23fff&variants=detail,grid&require=blurry,too_dark&plate=%7B%22cover%22:%22%23123%22%7D";
  assert.deepEqual(await parse(requestOf(PHOTO, "image/jpeg", query)), {
    source: BYTES,
    filename: "007",
    options: {
      skip_background_removal: true,
      trust_alpha: true,
      crop: "none",
      padding: 5,
      shadow: "none",
      shadow_strength: 50,
      reflection: 0,
      fit: "cover",
      format: "jpeg",
      quality: 70,
      background: "#fff",
      framing: "none",
      variants: ["grid", "detail"],
      require: ["blurry", "too_dark"],
      plate: { cover: "#123" },
    },
    upload: true,
    returnImages: false,
    force: true,
  });
});

const WRONG_QUERIES = [
  ["padding=wide", "invalid_options", "options.padding"],
  ["quality=", "invalid_options", "options.quality"],
  ["variants=", "invalid_options", "options.variants"],
  ["background=white", "invalid_options", "options.background"],
  ["background=studio", "invalid_options", "options.background"],
  ["options=%7B%7D", "invalid_options", "options"],
  ["upload_to_storage=1", "invalid_request", "upload_to_storage"],
  ["paddding=5", "invalid_request", "paddding"],
  ["image_base64=AQID", "invalid_request", "image_base64"],
] as const;

for (const [query, code, field] of WRONG_QUERIES) {
  Deno.test(`parseBody() refuses the query ${query} by name`, async () => {
    const error = await refused(requestOf(PHOTO, "image/jpeg", `?${query}`), code, 400);
    assert.equal(error.details?.field, field);
  });
}

const SENTENCES = [
  [
    "background=studio",
    'Expected transparent, a CSS hex colour such as #ffffff, {"studio": {}} or {"storage_path": {"bucket", "path"}} ' +
    'for options.background but received "studio" of type string.',
  ],
  [
    "options={}",
    "Expected one parameter for each option, such as padding=20, in place of options.",
  ],
  [
    "vehicle_id=a",
    "Expected true (required with vehicle_id) for upload_to_storage but received nothing.",
  ],
  [
    "position=1&upload_to_storage=true",
    "Expected the id of a vehicle (required with position) for vehicle_id but received nothing.",
  ],
] as const;

for (const [query, sentence] of SENTENCES) {
  Deno.test(`parseBody() says how to mend the query ${query}`, async () => {
    const request = requestOf(PHOTO, "image/jpeg", `?${query}`);
    const code = sentence.includes("option") ? "invalid_options" : "invalid_request";
    assert.equal((await refused(request, code, 400)).message, sentence);
  });
}

Deno.test("parseBody() says that a query has too many parameters", async () => {
  const request = requestOf(PHOTO, "image/jpeg", `?${"a=1&".repeat(64)}b=1`);
  const { message, details } = await refused(request, "invalid_request", 400);
  assert.equal(message, "Expected at most 64 parameters in the query but received 65.");
  assert.equal(details?.field, "query");
});

Deno.test("parseBody() limits the size of bare bytes, and reports an empty body", async () => {
  assert.ok(await parse(requestOf(new Uint8Array(MAX_IMAGE_BYTES), "image/jpeg")));
  await refused(
    requestOf(new Uint8Array(MAX_IMAGE_BYTES + 1), "image/jpeg"),
    "body_too_large",
    413,
  );
  await refused(requestOf(new Uint8Array(), "image/jpeg"), "missing_image", 400);
});

Deno.test("parseBody() reads at most 8 MiB beyond the bound, whatever length was stated", async () => {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1_000;
      controller.enqueue(new Uint8Array(1_000));
    },
  });
  await refused(requestOf(body, "image/jpeg"), "body_too_large", 413);
  assert.ok(sent < (8 << 20) + 20_000, `${sent} bytes were read`);
});

Deno.test("parseBody() refuses a setting in the query of a form or of JSON, where it has no effect", async () => {
  const url = "http://localhost/process-image?forceFunctionRegion=eu-west-1&crop=none";
  const withQuery = (request: Request) => new Request(url, request);
  const multipart = await refused(withQuery(form({ file: photo() })), "invalid_request", 400);
  assert.equal(
    multipart.message,
    "The query's crop has no effect with this body. Send it in the body as options.crop.",
  );
  const inJson = await refused(withQuery(json({ image_base64: "AQID" })), "invalid_request", 400);
  assert.deepEqual(inJson.details, { field: "crop", expected: "options.crop in the body" });
});

Deno.test("parseBody() refuses a form that has a field several times", async () => {
  for (const name of ["file", "options", "vehicle_id"]) {
    const twice = new FormData();
    twice.append("file", photo(), "a.jpg");
    if (name !== "file") twice.append(name, "{}");
    twice.append(name, name === "file" ? photo() : "{}");
    const body = new Request("http://localhost/process-image", { method: "POST", body: twice });
    const { message, details } = await refused(body, "invalid_request", 400);
    assert.equal(message, `The form has ${name} several times. Send it once.`);
    assert.deepEqual(details, { field: name, expected: "one value" });
  }
});

Deno.test("parseBody() refuses a query that has a setting several times", async () => {
  for (const query of ["?padding=1&padding=2", "?force=true&padding=1&force=true"]) {
    const error = await refused(requestOf(PHOTO, "image/jpeg", query), "invalid_request", 400);
    assert.match(error.message, /^The query has (padding|force) several times\. Send it once;/);
  }
});

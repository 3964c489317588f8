import { Buffer } from "node:buffer";
import { concat, latin1 } from "../helpers/bytes.ts";
import { mutate, type Random } from "./mutate.ts";

/** A request as it is sent. */
export interface RawRequest {
  query: string;
  contentType: string;
  body: Uint8Array<ArrayBuffer>;
}

const BOUNDARY = "----boundary0123456789";
const QUERIES = [
  "variants=processed",
  "padding=1e9&quality=-1",
  "variants=,,,&format=",
  "%00=%ff&filename=%E0%A4%A",
  "options=%7B%7D&__proto__=1",
  "variants=processed&variants=grid&background=%23ffff",
  "padding=99999999999999999999&upload_to_storage=maybe",
];

/** Values in place of the expected ones. */
const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  "",
  "\u0000",
  "../../..",
  "💥".repeat(50),
  [],
  {},
  [[[[[[]]]]]],
  JSON.parse('{"__proto__": 1}'),
  "a".repeat(5_000),
  { bucket: "car-originals", path: "../secret" },
  { bucket: "../auth", path: "a" },
];

type Make = (photo: Uint8Array, random: Random) => RawRequest;

const FORMS: readonly Make[] = [
  function bareBytes(photo, random) {
    const contentType = [
      "image/jpeg",
      "application/octet-stream",
      "image/",
      "text/plain",
      "image/svg+xml",
    ];
    return {
      query: QUERIES[random(QUERIES.length)],
      contentType: contentType[random(contentType.length)],
      body: random(2) === 0 ? new Uint8Array(photo) : mutate(photo, random),
    };
  },
  function oddJson(photo, random) {
    const base64 = Buffer.from(photo).toString("base64");
    const at = random(base64.length);
    const badBase64 = [
      base64.slice(0, at),
      `${base64.slice(0, at)}*${base64.slice(at)}`,
      `data:image/png;base64,${base64}`,
      `data:,${base64}`,
      base64 + "====",
      "=".repeat(random(9)),
      base64.replaceAll("A", " \n"),
    ];
    const body: Record<string, unknown> = {
      image_base64: badBase64[random(badBase64.length)],
      options: { variants: ["processed"] },
    };
    const names = [
      "image_base64",
      "options",
      "filename",
      "upload_to_storage",
      "return_images",
      "force",
      "storage_path",
      "unknown",
      "__proto__",
    ];
    for (let i = random(3); i > 0; i--) {
      put(body, names[random(names.length)], ODD[random(ODD.length)]);
    }
    return json(body, random);
  },
  function oddOptions(photo, random) {
    const names = [
      "padding",
      "quality",
      "format",
      "fit",
      "shadow",
      "background",
      "variants",
      "extra",
    ];
    const options: Record<string, unknown> = { variants: ["processed"] };
    for (let i = 1 + random(3); i > 0; i--) {
      options[names[random(names.length)]] = ODD[random(ODD.length)];
    }
    return json({ image_base64: Buffer.from(photo).toString("base64"), options }, random);
  },
  function deepJson(_, random) {
    const depth = 1 + random(20_000);
    const text = random(2) === 0 ? "[".repeat(depth) : '{"options":'.repeat(depth);
    return { query: "", contentType: "application/json", body: latin1(text) };
  },
  function oddForm(photo, random) {
    const name = [
      "file",
      "options",
      "upload_to_storage",
      "filename",
      "x".repeat(3_000),
      "",
      "__proto__",
    ];
    const parts = Array.from({ length: random(5) }, () => {
      const value = random(2) === 0 ? new Uint8Array(photo) : mutate(photo, random);
      return part(name[random(name.length)], random, value);
    });
    parts.splice(random(parts.length + 1), 0, part("file", random, photo));
    const end = [`--${BOUNDARY}--\r\n`, "", `--${BOUNDARY}`, "--other--\r\n"];
    const types = [
      `multipart/form-data; boundary=${BOUNDARY}`,
      `multipart/form-data; boundary="${BOUNDARY}"`,
      "multipart/form-data",
      "multipart/form-data; boundary=",
      `multipart/form-data; boundary=${"b".repeat(500)}`,
    ];
    return {
      query: "",
      contentType: types[Math.max(0, random(10) - 5)],
      body: concat(...parts, latin1(end[Math.max(0, random(8) - 4)])),
    };
  },
  function damagedForm(photo, random) {
    const good = concat(
      part("file", () => 0, photo),
      part("options", () => 0, latin1('{"variants":["processed"]}')),
      latin1(`--${BOUNDARY}--\r\n`),
    );
    return {
      query: "",
      contentType: `multipart/form-data; boundary=${BOUNDARY}`,
      body: mutate(good, random),
    };
  },
];

/** Creates a request in one of the body's forms, with one or several faults. */
export function oddRequest(photo: Uint8Array, random: Random): RawRequest {
  return FORMS[random(FORMS.length)](photo, random);
}

/** Sets a field of any name: a plain assignment ignores `__proto__`. */
function put(body: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(body, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function json(body: unknown, random: Random): RawRequest {
  const text = new TextEncoder().encode(JSON.stringify(body));
  return {
    query: "",
    contentType:
      ["application/json", "application/json; charset=utf-16", "APPLICATION/JSON"][random(3)],
    body: random(3) === 0 ? mutate(text, random) : text,
  };
}

/** Creates a part of a form; the first choice of all is a valid one. */
function part(name: string, random: Random, value: Uint8Array): Uint8Array {
  const extra = [
    "",
    "",
    "Content-Type: image/png\r\n",
    `X-Long: ${"a".repeat(20_000)}\r\n`,
    "X-Many: a\r\n".repeat(2_000),
    "Content-Transfer-Encoding: base64\r\n",
    "no colon here\r\n",
  ];
  const file = [
    '; filename="a.jpg"',
    '; filename=""',
    "",
    '; filename="../../x"',
    "; filename*=UTF-8''%ff",
  ];
  return concat(
    latin1(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${
        file[random(file.length)]
      }\r\n`,
    ),
    latin1(`${extra[random(extra.length)]}\r\n`),
    value,
    latin1("\r\n"),
  );
}

import type { ErrorCode } from "../../shared/errors.ts";
import { ALONE } from "../fuzz/in_process.ts";
import { concat } from "./bytes.ts";

/** A request that costs its sender little. */
export interface HostileRequest {
  name: string;
  /** The path below the function's address, with its query. @default the path of photos */
  path?: string;
  headers?: Record<string, string>;
  body?: () => Uint8Array<ArrayBuffer>;
  /** The expected error; `null` if no error is expected. */
  code: ErrorCode | null;
}

const MB = 1_000_000;
const latin1 = (text: string) => new TextEncoder().encode(text);
const BOUNDARY = "----hostile0123456789";
const FORM = { "content-type": `multipart/form-data; boundary=${BOUNDARY}` };
const BARE = { "content-type": "image/jpeg" };
const EVENTS = { accept: "text/event-stream" };

/** Repeats a text up to a length in bytes. */
export function flood(unit: string, bytes: number): Uint8Array<ArrayBuffer> {
  if (bytes === 0) return new Uint8Array();
  const part = latin1(unit);
  const all = new Uint8Array(Math.floor(bytes / part.length) * part.length);
  all.set(part);
  for (let filled = part.length; filled < all.length; filled *= 2) {
    all.copyWithin(filled, 0, Math.min(filled, all.length - filled));
  }
  return all;
}

const around = (before: string, unit: string, bytes: number, after: string) => () =>
  concat(latin1(before), flood(unit, bytes), latin1(after));
const photoOf = (unit: string, bytes = 28 * MB) =>
  around('{"image_base64":"', unit, bytes, '","options":{}}');
const variantsOf = (unit: string, bytes: number) =>
  around('{"image_base64":"AAAA","options":{"variants":[0', unit, bytes, "]}}");

/** An object with a number of fields with different names. */
function fields(count: number): string {
  return `{${Array.from({ length: count }, (_, i) => `"k${i}":0`).join(",")}}`;
}

function part(headers: string, content: Uint8Array = new Uint8Array()): Uint8Array {
  return concat(latin1(`--${BOUNDARY}\r\n${headers}\r\n\r\n`), content, latin1("\r\n"));
}
const END = latin1(`--${BOUNDARY}--\r\n`);
const PART = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n`;
const FILE = 'Content-Disposition: form-data; name="file"; filename="a.jpg"';
const fileOf = (unit: string, bytes = 24 * MB) => () => concat(part(FILE, flood(unit, bytes)), END);
const fieldOf = (name: string, content: () => Uint8Array) => () =>
  concat(
    part(FILE, latin1("x")),
    part(`Content-Disposition: form-data; name="${name}"`, content()),
    END,
  );

const json = (
  name: string,
  body: () => Uint8Array<ArrayBuffer>,
  code: ErrorCode,
  path?: string,
): HostileRequest => ({ name, path, body, code, headers: { "content-type": "application/json" } });
const form = (name: string, body: () => Uint8Array, code: ErrorCode): HostileRequest => ({
  name,
  body: () => new Uint8Array(body()),
  code,
  headers: FORM,
});
const small = latin1("x") as Uint8Array<ArrayBuffer>;
const bare = (
  name: string,
  path: string,
  code: ErrorCode,
  headers: Record<string, string> = {},
): HostileRequest => ({ name, path, code, headers: { ...BARE, ...headers }, body: () => small });

/** Requests whose JSON contains a photo, or claims to. */
export const PHOTO_JSON: HostileRequest[] = [
  json("variants of 1,000,000 numbers", variantsOf(",0", 2 * MB), "invalid_request"),
  json("variants of 16,000,000 numbers", variantsOf(",0", 32 * MB), "invalid_request"),
  json("variants of 900 numbers", variantsOf(",0", 1_800), "invalid_options"),
  json("a list of 16,000,000 numbers", around("[0", ",0", 32 * MB, "]"), "invalid_request"),
  json("a list of 20,000 objects", around("[0", ",{}", 60_000, "]"), "invalid_request"),
  json("1,000,000 unknown fields", () => latin1(fields(1_000_000)), "invalid_request"),
  json("900 unknown fields", () => latin1(fields(900)), "invalid_request"),
  json("an unknown field of 28 MB", around('{"photo":"', "A", 28 * MB, '"}'), "body_too_large"),
  json("a field's name of 28 MB", around('{"', "A", 28 * MB, '":0}'), "body_too_large"),
  json("white space of 28 MB", around("{", " ", 28 * MB, "}"), "body_too_large"),
  json(
    "options 6,000 lists deep",
    () => latin1(`{"options":${"[".repeat(6_000)}${"]".repeat(6_000)}}`),
    "invalid_request",
  ),
  json("JSON 32,000,000 lists deep", () => flood("[", 32 * MB), "invalid_request"),
  json("JSON 6,000,000 objects deep", () => flood('{"a":', 30 * MB), "invalid_request"),
  json("3,000 photos", () => latin1(`{${'"image_base64":"",'.repeat(3_000)}}`), "invalid_request"),
  json("base64 of escaped quotes", photoOf('\\"'), "invalid_base64"),
  json("base64 whose every fifth character is white", photoOf("AAAA "), "unsupported_image_type"),
  json("base64 with ten spaces a digit", photoOf("A          "), "unsupported_image_type"),
  json("base64 of white space alone", photoOf(" "), "missing_image"),
  json("base64 of escaped line breaks", photoOf("\\n"), "missing_image"),
  json("base64 of escaped letters", photoOf("\\u0041"), "unsupported_image_type"),
  json("base64 of wide spaces", photoOf("\\u3000"), "missing_image"),
  json("base64 that is wrong at its end", photoOf("AAAA*"), "invalid_base64"),
  json("a data URL with parameters of 28 MB", photoOf("data:image/png;a=b"), "invalid_base64"),
  json("base64 that does not end", around('{"image_base64":"', "A", 28 * MB, ""), "invalid_json"),
  {
    ...json(
      "variants of 1,000,000 numbers, with events",
      variantsOf(",0", 2 * MB),
      "invalid_request",
    ),
    headers: { "content-type": "application/json", ...EVENTS },
  },
];

/** Requests whose body is a form. */
export const FORMS: HostileRequest[] = [
  form(
    "320,000 parts",
    () => concat(flood(PART, 24 * MB), END),
    "invalid_multipart",
  ),
  form(
    "headers of 24 MB",
    () => concat(part(`X: ${"a".repeat(24 * MB)}`), END),
    "invalid_multipart",
  ),
  form("1,000,000 headers", () => concat(part("a: b\r\n".repeat(MB)), END), "invalid_multipart"),
  form(
    "32 parts whose parameters do not end",
    () =>
      concat(
        ...Array.from(
          { length: 32 },
          () => part(`Content-Disposition: form-data${';a="'.repeat(1_900)}`),
        ),
        END,
      ),
    "invalid_multipart",
  ),
  form("a file of line breaks", fileOf("\r"), "unsupported_image_type"),
  form(
    "a file of boundaries that break off",
    fileOf(`\r\n--${BOUNDARY.slice(0, -1)}`),
    "unsupported_image_type",
  ),
  form("a form without a boundary in it", () => flood("x", 24 * MB), "invalid_multipart"),
  form("a text of 24 MB", fieldOf("filename", () => flood("x", 24 * MB)), "body_too_large"),
  form(
    "options of 20,000 objects",
    fieldOf("options", around("[0", ",{}", 60_000, "]")),
    "invalid_request",
  ),
  form(
    "options 6,000 lists deep",
    fieldOf("options", () => latin1("[".repeat(6_000))),
    "invalid_request",
  ),
];

/** Requests with the longest URLs or headers that Deno's server accepts. */
export const HEADERS: HostileRequest[] = [
  {
    name: "a photo of 6 MB without a credential",
    headers: { ...BARE, apikey: "" },
    body: () => flood("x", 6 * MB),
    code: "missing_credential",
  },
  bare(
    "10,000 parameters",
    `?${Array.from({ length: 10_000 }, (_, i) => `${i}=`).join("&")}`,
    "invalid_request",
  ),
  bare("20,000 variants", `?variants=${"a,".repeat(20_000)}`, "invalid_options"),
  bare("a filename of 50,000 characters", `?filename=${"a".repeat(50_000)}`, "invalid_request"),
  bare("a path of 50,000 characters", `/${"a/".repeat(25_000)}`, "not_found"),
  bare("a token of 50,000 characters", "", "invalid_credential", {
    apikey: "",
    authorization: `Bearer ${"a".repeat(50_000)}`,
  }),
  bare("a content type of 50,000 characters", "", "unsupported_media_type", {
    "content-type": `text/${"a".repeat(50_000)}`,
  }),
  {
    name: "a trace state of 50,000 spaces",
    path: "/health",
    headers: {
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      tracestate: `a${" ".repeat(50_000)}b`,
    },
    code: null,
  },
  {
    name: "an Accept of 20,000 types",
    path: "/health?deep=0",
    headers: { accept: "a/b;q=0.1,".repeat(5_000) },
    code: null,
  },
];

const ITEM =
  '{"storage_path":{"bucket":"b","path":"p"},"options":{"padding":-1,"quality":0,"fit":0}}';

/** Requests to the batches' paths. */
export const BATCHES: HostileRequest[] = [
  json(
    "a batch of 1,000,000 numbers",
    around('{"items":[0', ",0", 1.9 * MB, "]}"),
    "invalid_request",
    "/batch",
  ),
  json(
    "a batch of 650,000 objects",
    around('{"items":[{}', ",{}", 1.9 * MB, "]}"),
    "invalid_request",
    "/batch",
  ),
  json(
    "a batch of 15,000 numbers",
    around('{"items":[0', ",0", 30_000, "]}"),
    "invalid_request",
    "/batch",
  ),
  json(
    "a batch of 500 items, all wrong",
    around(`{"items":[${ITEM}`, `,${ITEM}`, 499 * (ITEM.length + 1), "]}"),
    "invalid_options",
    "/batch",
  ),
  json(
    "a batch of 150,000 unknown fields",
    () => latin1(fields(150_000)),
    "invalid_request",
    "/batch",
  ),
  json(
    "a batch of 15,000 unknown fields",
    () => latin1(fields(15_000)),
    "invalid_request",
    "/batch",
  ),
  json("a batch 2,000,000 lists deep", () => flood("[", 2 * MB), "invalid_request", "/batch"),
  json("a batch of 8 MB", around('{"items":[0', ",0", 8 * MB, "]}"), "body_too_large", "/batch"),
  json(
    "1,000,000 positions",
    around('{"positions":[0', ",0", 2 * MB, "]}"),
    "body_too_large",
    "/batch/00000000-0000-4000-8000-000000000000/requeue",
  ),
  {
    name: "work with a body of 1 MB",
    path: "/work",
    body: () => flood("[0,", MB),
    code: null,
  },
];

/** Sends the request with an authorized caller's credential. */
export function sendHostile(url: string, request: HostileRequest): Promise<Response> {
  const { path = "", headers } = request;
  const body = request.body?.();
  return fetch(url + path, {
    method: body ? "POST" : "GET",
    headers: { apikey: ALONE.SUPABASE_SECRET_KEY, ...headers },
    body,
  });
}

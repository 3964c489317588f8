/**
 * Proves that forms are read as browsers and other clients write them, within bounds, and that other bodies are
 * refused with their fault.
 *
 * @module
 */
import assert from "node:assert/strict";
import { MAX_PARTS, parseMultipart } from "../../../shared/photo/body/multipart.ts";
import { seeded } from "../../helpers/random.ts";

const TYPE = "multipart/form-data; boundary=XX";
const bytesOf = (text: string) => new TextEncoder().encode(text);
const FILE = 'Content-Disposition: form-data; name="file"; filename="a.jpg"';

/** Returns a form's fields, with their content as text. */
function fieldsOf(body: string, type = TYPE): [string, string | undefined, string][] {
  const fields = parseMultipart(bytesOf(body), type);
  assert.ok(typeof fields !== "string", String(fields));
  return fields.map((
    { name, filename, bytes },
  ) => [name, filename, new TextDecoder().decode(bytes)]);
}

const GOOD: [what: string, body: string, fields: [string, string | undefined, string][]][] = [
  ["a file", `--XX\r\n${FILE}\r\nContent-Type: image/jpeg\r\n\r\nabc\r\n--XX--\r\n`, [[
    "file",
    "a.jpg",
    "abc",
  ]]],
  ["a text", "--XX\r\ncontent-disposition:form-data;name=a\r\n\r\nä\r\n--XX--", [[
    "a",
    undefined,
    "ä",
  ]]],
  [
    "content with line breaks and dashes",
    `--XX\r\n${FILE}\r\n\r\n\r\n\r\n--X\r\n-\r\r\n\r\n--XX--`,
    [["file", "a.jpg", "\r\n\r\n--X\r\n-\r\r\n"]],
  ],
  ["empty content", `--XX\r\n${FILE}\r\n\r\n\r\n--XX--`, [["file", "a.jpg", ""]]],
  [
    "text before the first boundary and after the last",
    `hello\r\n--XX \t\r\n${FILE}\r\n\r\nabc\r\n--XX--\r\n--XX\r\n`,
    [["file", "a.jpg", "abc"]],
  ],
  [
    "parts without a name, which are left out",
    `--XX\r\n\r\nabc\r\n--XX\r\nX: y\r\n\r\n\r\n--XX\r\n${FILE}\r\n\r\nabc\r\n--XX--`,
    [["file", "a.jpg", "abc"]],
  ],
  ["a last boundary without its dashes", `--XX\r\n${FILE}\r\n\r\nabc\r\n--XX`, [[
    "file",
    "a.jpg",
    "abc",
  ]]],
  [
    "a name with a semicolon, quotes and a backslash",
    '--XX\r\nContent-Disposition: form-data; name="file"; filename="a;\\"b%22;c\\d.jpg"\r\n\r\n\r\n--XX--',
    [["file", 'a;"b";c\\d.jpg', ""]],
  ],
  [
    "a name beyond ASCII",
    '--XX\r\nContent-Disposition: form-data; filename="Süd №1.jpg"; name="file"\r\n\r\n\r\n--XX--',
    [["file", "Süd №1.jpg", ""]],
  ],
  [
    "an empty file name, which means text",
    '--XX\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\nabc\r\n--XX--',
    [["file", undefined, "abc"]],
  ],
];

for (const [what, body, fields] of GOOD) {
  Deno.test(`parseMultipart() reads ${what}`, () => {
    assert.deepEqual(fieldsOf(body), fields);
  });
}

Deno.test("parseMultipart() reads a boundary in quotes, in any case", () => {
  const body = `--a b\r\n${FILE}\r\n\r\nabc\r\n--a b--`;
  const type = 'multipart/form-data; charset=utf-8; Boundary="a b"';
  assert.deepEqual(fieldsOf(body, type), [["file", "a.jpg", "abc"]]);
});

const part = (headers: string) => `--XX\r\n${headers}\r\n\r\n\r\n`;
const BAD: [what: string, body: string, type: string, why: RegExp][] = [
  ["a type without a boundary", "--XX--", "multipart/form-data", /no boundary/],
  [
    "a boundary of 300 characters",
    "--XX--",
    `multipart/form-data; boundary=${"X".repeat(300)}`,
    /longer than 200/,
  ],
  ["no boundary", "hello", TYPE, /ends before/],
  ["content that ends early", `--XX\r\n${FILE}\r\n\r\nabc`, TYPE, /ends before/],
  ["text behind a boundary", "--XXY\r\n", TYPE, /something else than a line/],
  ["unterminated headers", `--XX\r\n${FILE}\r\n`, TYPE, /headers of a part/],
  ["headers of 9 kB", part(`X: ${"a".repeat(9_000)}`), TYPE, /do not end within 8192 bytes/],
  ["33 parts", `${part(FILE).repeat(MAX_PARTS + 1)}--XX--`, TYPE, /more than 32 parts/],
];

for (const [what, body, type, why] of BAD) {
  Deno.test(`parseMultipart() refuses ${what}`, () => {
    const fields = parseMultipart(bytesOf(body), type);
    assert.match(String(fields), why);
  });
}

Deno.test("parseMultipart() accepts 32 parts", () => {
  assert.equal(fieldsOf(`${part(FILE).repeat(MAX_PARTS)}--XX--`).length, MAX_PARTS);
});

Deno.test("parseMultipart() reads 500 of Deno's forms as Deno does", async () => {
  const random = seeded(56);
  const names = ["file", "options", "a b", "ä", 'q"q', "x;y=z"];
  const contents = ["", "abc", "\r\n", "--", "\r\n--", "\r", "\n", "x".repeat(300), "ä🚗"];
  for (let run = 0; run < 500; run++) {
    const data = new FormData();
    for (let count = 1 + random(6); count > 0; count--) {
      const content = Array.from({ length: random(5) }, () => contents[random(contents.length)]);
      const name = names[random(names.length)];
      const blob = new Blob(content);
      if (random(2) === 0) data.append(name, blob, names[random(names.length)]);
      // A form's text has its line breaks normalized to CR LF.
      else data.append(name, content.join("").replace(/\r\n?|\n/g, "\r\n"));
    }
    const response = new Response(data);
    const type = response.headers.get("content-type")!;
    const fields = parseMultipart(new Uint8Array(await response.arrayBuffer()), type);
    assert.ok(typeof fields !== "string", String(fields));
    const expected = await Promise.all(
      [...data].map(async ([name, value]) =>
        typeof value === "string"
          ? { name, bytes: bytesOf(value) }
          : { name, filename: value.name, bytes: new Uint8Array(await value.arrayBuffer()) }
      ),
    );
    const read = fields.map((field) => ({ ...field, bytes: Uint8Array.from(field.bytes) }));
    assert.deepEqual(read, expected);
  }
});

// Proves that every promise of docs/promises.md names an existing test.
import assert from "node:assert/strict";
import { filesIn, textOf } from "./helpers/sources.ts";

Deno.test("every promise of docs/promises.md names an existing test", () => {
  const table = textOf("docs/promises.md").split("\n").filter((line) => /_test\.ts`/.test(line));
  const rows = table.flatMap((line) => {
    const row = /^\| .+ \| `([\w/]+_test\.ts)`: (.+) \|$/.exec(line);
    return row ? [{ file: `tests/${row[1]}`, name: row[2] }] : [];
  });
  assert.ok(rows.length > 35);
  const files = new Set(filesIn("tests"));
  for (const { file, name } of rows) {
    assert.ok(files.has(file), `there is no ${file}`);
    assert.ok(textOf(file).includes(name), `${file} has no test "${name}"`);
  }
});

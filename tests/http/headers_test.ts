// Proves that docs/interface.md lists every header that the function reads, or sends under a name of its own.
import assert from "node:assert/strict";
import { sourcesFrom, textOf } from "../helpers/sources.ts";

Deno.test("docs/interface.md lists every request header that the function reads", async () => {
  const page = textOf("docs/interface.md").toLowerCase();
  const section = page.slice(page.indexOf("## headers"), page.indexOf("## processing"));
  const sources = await sourcesFrom("functions/process-image/index.ts");
  const code = [...sources.values()].map(({ code }) => code).join("\n");
  const read = [...code.matchAll(/(?<!response\??\.)headers\.get\("([^"]+)"\)/g)];
  const own = [...code.matchAll(/"(x-(?:process|request)[a-z-]+)"/g)];
  const names = new Set([...read, ...own].map(([, name]) => name));
  names.delete("retry-after"); // of an answer
  assert.ok(names.has("x-process-image-hops") && names.has("idempotency-key"), [...names].join());
  assert.deepEqual([...names].filter((name) => !section.includes(`\`${name}\``)), []);
});

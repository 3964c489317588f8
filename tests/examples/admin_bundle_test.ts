// Proves that the admin page's first files are small: the decoder of HEIC is loaded only when a photo needs it.
import assert from "node:assert/strict";
import { buildAdminPage } from "../../dev/admin_page/build.ts";
import { DIST } from "../../dev/admin_page/files.ts";

/** A name within libheif-js, which minifying keeps. */
const LIBHEIF = "heif_context_read_from_memory";
const FIRST_BYTES = 400_000;

Deno.test("the decoder of HEIC is in a file of its own, which the page does not load first", async () => {
  assert.equal(await buildAdminPage(AbortSignal.timeout(120_000)), null);
  const html = await Deno.readTextFile(new URL("index.html", DIST));
  const waiting = [...html.matchAll(/(?:src|href)="\/(assets\/[\w-]+\.js)"/g)].map(([, file]) =>
    file
  );
  assert.ok(waiting.length > 0, html);
  const first = new Map<string, string>();
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (first.has(file)) continue;
    const text = await Deno.readTextFile(new URL(file, DIST));
    first.set(file, text);
    // Static imports only: import"./a.js", import{b}from"./a.js", export…from"./a.js".
    const imports = text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([\w-]+\.js)"/g);
    waiting.push(...Array.from(imports, ([, name]) => `assets/${name}`));
  }
  const bytes = [...first.values()].reduce((sum, text) => sum + text.length, 0);
  assert.ok(bytes < FIRST_BYTES, `${bytes} bytes`);
  for (const [file, text] of first) assert.equal(text.includes(LIBHEIF), false, file);

  const others = [...Deno.readDirSync(new URL("assets/", DIST))].map(({ name }) => name)
    .filter((name) => name.endsWith(".js") && !first.has(`assets/${name}`));
  const withLibheif = others.filter((name) =>
    Deno.readTextFileSync(new URL(`assets/${name}`, DIST)).includes(LIBHEIF)
  );
  assert.equal(withLibheif.length, 1, `${others}`);
  assert.match(withLibheif[0], /^libheif_worker-/);
  assert.ok(others.some((name) => name.startsWith("render_worker-")), `${others}`);
});

// Proves what `deno task bundle-check` counts, and that the deployment stays below Supabase's limit.
import assert from "node:assert/strict";
import { sourcesFrom } from "../helpers/sources.ts";

const ROOT = new URL("../../", import.meta.url);

async function bundleCheck(...args: string[]): Promise<{ code: number; out: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "bundle-check", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const out = new TextDecoder().decode(stdout);
  assert.ok(code === 0 || code === 1, new TextDecoder().decode(stderr));
  return { code, out };
}

/** Packages that only development and tests import. */
const DEVELOPMENT = [
  "assemblyscript",
  "@electric-sql/pglite-pgmq",
  "@seriousme/openapi-schema-validator",
  "@supabase/lite",
  "@supabase/supabase-js",
  "@tus/server",
  "ajv",
  "ajv-formats",
  "axe-core",
  "fast-check",
  "heic-to",
  "onnxruntime-node",
  "openapi-typescript",
  "playwright-core",
  "typescript",
  "yaml",
];

/** Reads the cells of a row of the table. */
function row(out: string, name: string): string[] {
  const line = out.split("\n").find((line) => line.startsWith(`| ${name} `));
  assert.ok(line, out);
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}

Deno.test("a deployment's upload stays below Supabase's limit", async () => {
  const { code, out } = await bundleCheck();
  assert.equal(code, 0, out);
  const [, , rawMb, compressedMb] = row(out, "total").map(Number);
  assert.ok(rawMb > 40 && compressedMb > 9 && compressedMb < 20, out);
  assert.match(out, /^Below the 20\.00 MB .* Above the 5\.00 MB of server-side bundling/m);
});

Deno.test("the bundle has our reachable files and deno.json, and no package of the tests", async () => {
  const { out } = await bundleCheck();
  const sources = await sourcesFrom("functions/process-image/index.ts");
  assert.equal(row(out, "our own files")[1], String(sources.size + 1));
  const { imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))) as {
    imports: Record<string, string>;
  };
  for (const [name, specifier] of Object.entries(imports)) {
    const isBundled = out.includes(`| ${specifier.replace("npm:", "")} `);
    assert.equal(isBundled, !DEVELOPMENT.includes(name), name);
  }
});

Deno.test("a bundle above the limit exits with status 1", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const noise = crypto.getRandomValues(new Uint8Array(65_536));
    const chunks = Array.from({ length: 323 }, () => crypto.getRandomValues(noise).toBase64());
    await Deno.writeTextFile(`${folder}/noise.json`, JSON.stringify(chunks));
    const entry = `${folder}/index.ts`;
    const code =
      'import noise from "./noise.json" with { type: "json" };\nconsole.log(noise.length);\n';
    await Deno.writeTextFile(entry, code);
    const result = await bundleCheck(entry);
    assert.equal(result.code, 1);
    assert.match(result.out, /^21\.\d\d MB is above the 20\.00 MB that Supabase takes\.$/m);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

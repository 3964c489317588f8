// Proves that imports point down, that each folder uses only what its layer may use, and that only the intended files
// are deployed.
import assert from "node:assert/strict";
import { filesIn, type Source, sourcesFrom, textOf, withoutComments } from "./helpers/sources.ts";

const ENTRY = "functions/process-image/index.ts";
const sources = await sourcesFrom(ENTRY);
const inFolder = (folder: string) =>
  [...sources.values()].filter(({ path }) => path.startsWith(folder));

/** The layers, from the top: a file imports from its own folder and from lower layers only. */
const LAYERS: readonly (readonly string[])[] = [
  ["functions/"],
  ["shared/services.ts"],
  ["shared/app.ts"],
  ["shared/services/"],
  ["shared/batch/", "shared/erase/", "shared/status/", "shared/vehicle/"],
  ["shared/photo/"],
  ["shared/http/"],
  ["shared/background/"],
  ["shared/storage/"],
  ["shared/isolate/"],
  ["shared/image/"],
  ["shared/telemetry/"],
  ["shared/config.ts"],
  ["shared/settings.ts"],
  ["shared/lib/"],
  ["shared/errors.ts"],
  ["docs/openapi.json"],
];

/** The folders that answer requests. */
const ANSWERING = /^shared\/(http|photo|batch|erase|status|vehicle)\//;

function placeOf(path: string): { layer: number; part: string } {
  const layer = LAYERS.findIndex((parts) => parts.some((part) => path.startsWith(part)));
  assert.ok(layer >= 0, `${path} has no layer: add its folder to LAYERS`);
  return { layer, part: LAYERS[layer].find((part) => path.startsWith(part))! };
}

function matches(folder: string, pattern: RegExp): string[] {
  return inFolder(folder).filter(({ code }) => pattern.test(code)).map(({ path }) => path);
}

Deno.test("the deployment contains every file of shared/ and functions/", () => {
  const files = [...filesIn("functions"), ...filesIn("shared")];
  assert.deepEqual([...files, "docs/openapi.json"].sort(), [...sources.keys()].sort());
});

Deno.test("imports point down: functions, batch, photo, http, background and storage, isolate, image, telemetry, lib", () => {
  const upward: string[] = [];
  for (const { path, imports } of sources.values()) {
    const from = placeOf(path);
    for (const target of imports.filter((one) => sources.has(one))) {
      const to = placeOf(target);
      const step = `${path} > ${target}`;
      if (to.layer > from.layer || to.part === from.part) continue;
      upward.push(step);
    }
  }
  assert.deepEqual(upward, []);
});

Deno.test("no import is circular", () => {
  const done = new Set<string>();
  const visit = (path: string, way: string[]): void => {
    assert.ok(!way.includes(path), [...way, path].join(" > "));
    if (done.has(path)) return;
    for (const target of sources.get(path)?.imports ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of sources.keys()) visit(path, []);
});

Deno.test("deployed code imports no development tools and no tests", () => {
  const allowed = /^(functions\/|shared\/|docs\/openapi\.json$|node:|npm:)/;
  for (const { path, imports } of sources.values()) {
    for (const target of imports) {
      assert.match(target, allowed, path);
      assert.doesNotMatch(target, /@supabase\/lite|pglite|onnxruntime/, path);
    }
  }
});

Deno.test("contract/ imports shared/ and itself, and only dev/ and tests/ import it", async () => {
  const contract = [...await sourcesFrom("dev/openapi.ts")].map(([, source]) => source)
    .filter(({ path }) => path.startsWith("contract/"));
  assert.deepEqual(contract.map(({ path }) => path).sort(), filesIn("contract"));
  for (const { path, imports } of contract) {
    for (const target of imports) assert.match(target, /^(contract\/|shared\/|node:|npm:)/, path);
  }
  const others = ["functions", "shared", "client", "bench", "examples/admin/src"].flatMap(filesIn);
  const importsContract = /(from|import\()\s*"(\.\.\/)+contract\//;
  assert.deepEqual(others.filter((path) => importsContract.test(textOf(path))), []);
});

Deno.test("image/ uses no network, no environment variables and no Deno API", () => {
  assert.deepEqual(matches("shared/image/", /\bDeno\b|\bfetch\s*\(|\bprocess\.|\bWebSocket\b/), []);
  const outside = inFolder("shared/image/").flatMap(({ imports }) => imports)
    .filter((target) =>
      /^(node:(http|net|process|child|os|dgram|tls)|npm:(@supabase|hono|jose|zod))/.test(target)
    );
  assert.deepEqual(outside, []);
});

Deno.test("image/ imports only results, the log, the bounded reading of streams, the joining and freeing of buffers from the rest of shared/", () => {
  const others = inFolder("shared/image/").flatMap(({ imports }) => imports)
    .filter((target) => target.startsWith("shared/") && !target.startsWith("shared/image/"));
  assert.deepEqual([...new Set(others)].sort(), [
    "shared/errors.ts",
    "shared/lib/free_buffer.ts",
    "shared/lib/join_bytes.ts",
    "shared/lib/read_limited.ts",
    "shared/lib/result.ts",
    "shared/telemetry/log.ts",
  ]);
});

Deno.test("only the function's entry reads the environment", () => {
  assert.deepEqual(matches("", /\bDeno\.env\b|\bprocess\.env\b|node:process/), [ENTRY]);
});

Deno.test("only the folders that answer requests create responses", () => {
  const makers = matches("shared/", /\bnew Response\(|\bResponse\.json\(/);
  assert.deepEqual(makers.filter((path) => !ANSWERING.test(path)), []);
});

Deno.test("only routes import Hono, and only image/ imports the image libraries", () => {
  const users = (name: string) =>
    [...sources.values()].filter(({ imports }) =>
      imports.some((one) => one.startsWith(`npm:${name}@`))
    ).map(({ path }) => path);
  const routing = /^shared\/(app\.ts$|http\/|status\/)/;
  assert.deepEqual(users("hono").filter((path) => !routing.test(path)), []);
  for (const name of ["@imagemagick/magick-wasm", "@jsquash/webp", "image-size"]) {
    assert.ok(users(name).length > 0, name);
    assert.deepEqual(users(name).filter((path) => !path.startsWith("shared/image/")), []);
  }
});

Deno.test("the function's entry only wires: below 25 lines of code, without branches", () => {
  const { code } = sources.get(ENTRY)!;
  assert.ok(code.split("\n").filter((line) => line.trim()).length < 25);
  assert.doesNotMatch(code, /\b(if|for|while|switch|case|catch)\b|\?|&&|\|\||=>/);
});

Deno.test("files of shared/ have names of their own, and at most 300 lines", () => {
  for (const path of filesIn("shared")) {
    const name = path.split("/").at(-1)!;
    assert.match(name, /^[a-z][a-z0-9_]*\.ts$/, path);
    assert.doesNotMatch(path, /test|fixture|util|helper|manager|mock|bench/, path);
    assert.ok(textOf(path).split("\n").length <= 301, path);
  }
});

Deno.test("deployed code has no `any`, no leftovers and no disabled checks", () => {
  const odd = (source: Source) =>
    /(:|<|as) any\b|\bdebugger\b|\bconsole\.log\(/.test(source.code) ||
    /@ts-(ignore|nocheck)|TODO|FIXME|XXX/.test(source.text);
  assert.deepEqual([...sources.values()].filter(odd).map(({ path }) => path), []);
});

Deno.test("deno.json pins every package to an exact version", () => {
  const { imports } = JSON.parse(textOf("deno.json")) as { imports: Record<string, string> };
  assert.ok(Object.keys(imports).length > 0);
  for (const [name, target] of Object.entries(imports)) {
    assert.match(target, /^(npm|jsr):(@[a-z0-9-]+\/)?[a-z0-9.-]+@\d+\.\d+\.\d+(-[\w.]+)?$/, name);
    assert.ok(target.includes(`:${name}@`), `${name} is ${target}`);
  }
});

Deno.test("withoutComments() keeps code and URLs, and removes comments", () => {
  const text = 'a(); // Deno.env\n/** fetch( */ const url = "https://x.example"; /* b */ c();';
  assert.equal(
    withoutComments(text).replace(/\s+/g, " "),
    'a(); const url = "https://x.example"; c();',
  );
});

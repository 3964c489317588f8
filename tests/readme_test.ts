// Proves that the commands, snippets, links and file names of the README and its pages work.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Block, blocksOf, linksOf } from "./helpers/markdown.ts";
import { copyOfProject } from "./helpers/copy_of_project.ts";
import { freePort } from "../dev/free_port.ts";
import { answerEventSchema, stepEventSchema } from "../contract/progress_schema.ts";
import { readLooks } from "../shared/photo/presets/read_looks.ts";
import { consistencyOf } from "../shared/vehicle/consistency.ts";
import { vehicleReplySchema } from "../shared/vehicle/vehicle_reply_schema.ts";
import type { Raster } from "../shared/image/raster.ts";
import { filesIn, textOf } from "./helpers/sources.ts";
import { decodeWebp } from "./helpers/webp_decoder.ts";
import { paste } from "./helpers/paste.ts";
import { within } from "./helpers/until.ts";

const ROOT = new URL("../", import.meta.url);
/** The pages whose blocks this file runs or checks. */
const BLOCKS = ["README.md", "docs/interface.md", "docs/recipes.md"]
  .flatMap((page) => blocksOf(textOf(page)));

/** Blocks that other tests run, by their start, and where. */
const RUN_ELSEWHERE: Record<string, string> = {
  "npx supabase@3.1.0 link": "tests/dev/deploy_test.ts",
  "update auth.users": "tests/dev/local_supabase_test.ts",
};

/** Blocks that no test can run, by their start, and why. */
const NOT_RUN: Record<string, string> = {
  "npx supabase@3.1.0 start": "needs Docker",
  "event: step": "is an answer; its form is checked below",
  "functions/process-image/index.ts   wiring": "is a map; its files are checked below",
};

/** Blocks that a test below has used. */
const used = new Set<Block>();

/** Returns the only block with this start. */
function block(start: string): Block {
  const found = BLOCKS.filter(({ text }) => text.startsWith(start));
  assert.equal(found.length, 1, `${found.length} blocks of the README start with ${start}`);
  used.add(found[0]);
  return found[0];
}

/** The overlap of two images' opaque pixels: intersection over union, 0 to 1. */
function overlap(a: Raster, b: Raster): number {
  assert.equal(a.data.length, b.data.length);
  let [both, either] = [0, 0];
  for (let at = 3; at < a.data.length; at += 4) {
    const [inA, inB] = [a.data[at] === 255, b.data[at] === 255];
    if (inA && inB) both++;
    if (inA || inB) either++;
  }
  return both / either;
}

/** Mirrors an image horizontally. */
function mirrored({ width, height, data }: Raster): Raster {
  const result = new Uint8ClampedArray(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      result.set(data.subarray(from, from + 4), (y * width + width - 1 - x) * 4);
    }
  }
  return { width, height, data: result };
}

/** Returns the URL of a stored picture after decoding it. */
async function expectPicture(url: string): Promise<void> {
  const response = await fetch(url);
  await response.body?.cancel();
  assert.equal(response.status, 200, url);
  assert.equal(response.headers.get("content-type"), "image/webp");
}

/** Reads a process's output until it contains a line. */
async function untilPrinted(output: ReadableStream<Uint8Array>, line: string): Promise<string> {
  let text = "";
  const reader = output.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes(line)) {
    const { value, done } = await within(reader.read(), `a line with "${line}"`);
    assert.ok(!done, `it ended without "${line}": ${text}`);
    text += value;
  }
  // The rest is not needed, but must be read.
  void (async () => {
    while (!(await reader.read()).done);
  })();
  return text;
}

/** Serves a Supabase project at another address, where calls of functions lose their connection. */
async function withoutFunctions(url: string): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(async (request, response) => {
    if (request.url!.startsWith("/functions/")) return request.socket.destroy();
    const body = Buffer.concat(await Array.fromAsync(request));
    const headers = new Headers();
    for (const name of ["apikey", "authorization", "content-type"]) {
      const value = request.headers[name];
      if (typeof value === "string") headers.set(name, value);
    }
    const answer = await fetch(`${url}${request.url}`, { method: request.method, headers, body });
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(await answer.bytes());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

Deno.test("the README's commands and snippets work as pasted", async (t) => {
  const folder = await copyOfProject();
  try {
    await t.step("the two commands exist", async () => {
      const [demo, test, ...rest] = block("npx --yes deno@2.9.6 task demo").text.trim().split("\n");
      assert.deepEqual(rest, []);
      // The second one runs this test: CI runs it verbatim.
      assert.ok(textOf(".ci/run").split("\n").includes(test), test);
      const { code, stdout, stderr } = await paste(demo, folder);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /street\.jpg: 4032 x 3024, background removed by the simulator/);
      for (const name of ["processed", "grid", "detail"]) {
        assert.ok((await Deno.stat(`${folder}/out/street-${name}.webp`)).size > 10_000);
      }
    });

    await t.step("the local stack runs with the page and the other commands", async (t) => {
      const port = freePort();
      const start = block("npx --yes deno@2.9.6 task start").text.trim();
      // In its own process group: npx does not forward signals, so the whole group receives it.
      const stack = new Deno.Command("sh", {
        args: ["-c", start],
        cwd: folder,
        env: { PORT: String(port), NO_COLOR: "1", API4AI_KEY: "" },
        stdout: "piped",
        detached: true,
      }).spawn();
      try {
        const welcome = await untilPrinted(stack.stdout, "Ctrl-C stops everything.");
        const envFile = await Deno.readTextFile(`${folder}/.env.local`);
        await t.step("the curl commands work", async () => {
          const { code, stdout, stderr } = await paste(block(". ./.env.local").text, folder);
          assert.equal(code, 0, stderr);
          const reply = JSON.parse(stdout);
          await expectPicture(reply.storage_urls.grid);
          const shown = JSON.parse(block('{\n  "success": true').text);
          assert.deepEqual(Object.keys(reply), Object.keys(shown));
          assert.deepEqual(Object.keys(reply.metadata), Object.keys(shown.metadata));
          const { timings_ms: _, ...metadata } = reply.metadata;
          const { timings_ms: __, ...shownMetadata } = shown.metadata;
          assert.deepEqual(metadata, shownMetadata);
        });

        await t.step("start prints a command that works, and no token", async () => {
          const [, token] = /^ADMIN_TOKEN=(.+)$/m.exec(envFile)!;
          assert.ok(token.length > 100 && !welcome.includes(token));
          const [shown] = /^\. \.\/\.env\.local\n.+$/m.exec(welcome)!;
          const { code, stdout, stderr } = await paste(shown, folder);
          assert.equal(code, 0, stderr);
          await expectPicture(JSON.parse(stdout).storage_urls.grid);
        });

        const run = block("npx --yes deno@2.9.6 run").text.trim();
        const file = /\S+\.ts$/.exec(run)![0];
        const [snippet, ...rest] = BLOCKS.filter(({ language }) => language === "ts");
        assert.deepEqual(rest, []);
        await t.step("the supabase-js snippets work", async () => {
          used.add(snippet);
          await Deno.writeTextFile(`${folder}/${file}`, snippet.text);
          const checked = await paste(`npx --yes deno@2.9.6 check ${file}`, folder);
          assert.equal(checked.code, 0, checked.stderr);
          const { code, stdout, stderr } = await paste(run, folder);
          assert.equal(code, 0, stderr);
          const [url] = /http:\S+grid\.webp/.exec(stdout)!;
          await expectPicture(url);
        });
        await t.step("supabase-js reports a wrong password", async () => {
          const { code, stderr } = await paste(`ADMIN_PASSWORD=wrong ${run}`, folder);
          assert.notEqual(code, 0);
          assert.match(stderr, /Invalid login credentials|invalid_credentials/i);
        });
        await t.step("supabase-js reports a function that cannot be reached", async () => {
          const [, url] = /^SUPABASE_URL=(.+)$/m.exec(envFile)!;
          await using proxy = await withoutFunctions(url);
          const { code, stderr } = await paste(`SUPABASE_URL=${proxy.url} ${run}`, folder);
          assert.notEqual(code, 0);
          assert.match(stderr, /FunctionsFetchError/);
          assert.doesNotMatch(stderr, /is not a function/);
        });
      } finally {
        Deno.kill(-stack.pid, "SIGTERM");
        await stack.status;
      }
    });

    await t.step("the recipes work: a step, a variant, a background provider", async () => {
      const apply = async (path: string) => {
        const recipe = BLOCKS.find((one) => one.language === "diff" && one.text.includes(path))!;
        used.add(recipe);
        await Deno.writeTextFile(`${folder}/recipe.diff`, recipe.text);
        const { code, stderr } = await paste("git apply -C1 recipe.diff", folder);
        assert.equal(code, 0, stderr);
      };
      const grid = async () =>
        await decodeWebp(await Deno.readFile(`${folder}/out/street-grid.webp`));
      const before = await grid();
      await apply("mirror.ts");
      await apply("thumb");
      const demo = await paste("npx --yes deno@2.9.6 task demo", folder);
      assert.equal(demo.code, 0, demo.stderr);
      assert.match(demo.stdout, /thumb +300 x 200/);
      const after = await grid();
      assert.ok(overlap(after, mirrored(before)) > 0.97);
      assert.ok(overlap(after, before) < 0.9);

      await apply("own_remover.ts");
      const checked = await paste("npx --yes deno@2.9.6 check functions shared", folder);
      assert.equal(checked.code, 0, checked.stderr);
      await using server = Deno.serve(
        { hostname: "127.0.0.1", port: 0, onListen: () => {} },
        async (request) =>
          new Response(await request.bytes(), { status: request.method === "POST" ? 200 : 405 }),
      );
      const { OwnRemover } = await import(`file://${folder}/shared/background/own_remover.ts`);
      const sent = new Uint8Array([1, 2, 3]);
      const remover = new OwnRemover(`http://127.0.0.1:${server.addr.port}/`);
      assert.deepEqual(await remover.remove(sent), { kind: "mask", bytes: sent });
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the recipe's own variants and defaults are valid settings", () => {
  const variants = JSON.parse(block('{\n  "marketplace"').text);
  const defaultOptions = JSON.parse(block('{ "variants": ["processed"').text);
  const { presets, defaults } = readLooks({ variants, defaultOptions });
  assert.deepEqual([presets.get("grid")!.width, presets.get("marketplace")!.width], [480, 1_600]);
  assert.deepEqual(defaults, defaultOptions);
});

Deno.test("the set of a vehicle is shown as the function answers it", () => {
  const set = vehicleReplySchema.parse(JSON.parse(block('{\n  "vehicle_id"').text));
  const photos = set.photos.map(({ photo_hash, position, ...photo }) => ({
    ...{ photo_hash, position, is_cover: photo_hash === set.cover, photo },
  }));
  assert.deepEqual(consistencyOf(photos), set.consistency);
});

Deno.test("a test runs every block of the README, or a reason is listed", () => {
  const startsIn = (starts: Record<string, string>, { text }: Block) =>
    Object.keys(starts).some((start) => text.startsWith(start));
  const unknown = BLOCKS.filter((one) =>
    !used.has(one) && !startsIn(RUN_ELSEWHERE, one) && !startsIn(NOT_RUN, one)
  );
  assert.deepEqual(unknown.map(({ line, text }) => `line ${line}: ${text.split("\n")[0]}`), []);
  for (const start of [...Object.keys(RUN_ELSEWHERE), ...Object.keys(NOT_RUN)]) {
    assert.ok(BLOCKS.some(({ text }) => text.startsWith(start)), `no block starts with ${start}`);
  }
  for (const [start, path] of Object.entries(RUN_ELSEWHERE)) {
    assert.ok(textOf(path).includes(start), `${path} does not run ${start}`);
  }
});

Deno.test("the README's events have the documented form", () => {
  const { text } = block("event: step");
  const events = [...text.matchAll(/^event: (\w+)\ndata: (.+)$/gm)];
  assert.deepEqual(events.map(([, name]) => name), ["step", "answer"]);
  const [step, answer] = events.map(([, , data]) => JSON.parse(data));
  assert.ok(stepEventSchema.safeParse(step).success);
  assert.deepEqual(Object.keys(answer), Object.keys(answerEventSchema.shape));
});

Deno.test("every link of the pages leads to an existing file", () => {
  const pages = ["README.md", "client/README.md", "examples/admin/README.md", ...filesIn("docs")];
  const links = pages.filter((path) => path.endsWith(".md")).flatMap((page) =>
    linksOf(textOf(page)).map((target) => ({ page, target }))
  );
  assert.ok(links.length > 15);
  const missing = links.filter(({ page, target }) => {
    try {
      Deno.statSync(new URL(target, new URL(page, ROOT)));
      return false;
    } catch {
      return true;
    }
  });
  assert.deepEqual(missing, []);
});

Deno.test("the README's map names existing files", () => {
  const map = BLOCKS.find(({ text }) => text.startsWith("functions/process-image/index.ts   "))!;
  let parent = "";
  for (const line of map.text.trimEnd().split("\n")) {
    const [, indent, path] = /^( *)(\S+)/.exec(line)!;
    if (indent === "") parent = path.endsWith("/") ? path : "";
    assert.ok(Deno.statSync(new URL(indent ? parent + path : path, ROOT)), path);
  }
});

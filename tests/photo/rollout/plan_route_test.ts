// Proves which pipeline serves and shadows a photo, by percentage, switch and request.
import assert from "node:assert/strict";
import { sha256 } from "../../../shared/lib/sha256.ts";
import { planRoute } from "../../../shared/photo/rollout/plan_route.ts";

const PHOTOS = 2_000;
const settings = (percent: number, shadowPercent = 0) => ({
  percent,
  shadowPercent,
  useNewPipeline: true,
});
const hashes = await Promise.all(
  Array.from({ length: PHOTOS }, (_, i) => sha256(Uint8Array.of(i & 255, i >> 8))),
);
const newOnes = (percent: number) =>
  hashes.filter((hash) => planRoute(hash, settings(percent), null).first === "new");

Deno.test("planRoute() routes about the configured percentage to the new pipeline", () => {
  assert.equal(newOnes(0).length, 0);
  assert.equal(newOnes(100).length, PHOTOS);
  for (const percent of [1, 10, 50, 90]) {
    const expected = PHOTOS * percent / 100;
    assert.ok(Math.abs(newOnes(percent).length - expected) < 4 * Math.sqrt(expected), `${percent}`);
  }
});

Deno.test("planRoute() keeps a photo on new while the percentage rises", () => {
  let before: string[] = [];
  for (const percent of [0, 1, 5, 10, 25, 50, 99, 100]) {
    const now = new Set(newOnes(percent));
    assert.ok(before.every((hash) => now.has(hash)), `${percent}`);
    before = [...now];
  }
});

Deno.test("planRoute() falls back to the other pipeline, but not if the request names one", () => {
  const [hash] = hashes;
  assert.deepEqual(planRoute(hash, settings(100), null), {
    first: "new",
    second: "legacy",
    shadow: false,
  });
  assert.deepEqual(planRoute(hash, settings(0), null), {
    first: "legacy",
    second: "new",
    shadow: false,
  });
  for (const forced of ["new", "legacy"] as const) {
    const route = planRoute(hash, settings(50, 100), forced);
    assert.deepEqual(route, { first: forced, second: null, shadow: false });
  }
});

Deno.test("planRoute() routes everything to legacy if the switch is off, without shadow runs", () => {
  const off = { percent: 100, shadowPercent: 100, useNewPipeline: false };
  for (const hash of hashes.slice(0, 50)) {
    const route = planRoute(hash, off, null);
    assert.deepEqual(route, { first: "legacy", second: "new", shadow: false });
  }
});

Deno.test("planRoute() shadows its percentage of the photos that legacy serves, at any percentage", () => {
  const routes = hashes.map((hash) => planRoute(hash, settings(50, 20), null));
  assert.ok(routes.every(({ first, shadow }) => first === "legacy" || !shadow));
  const legacy = routes.filter(({ first }) => first === "legacy");
  const share = legacy.filter(({ shadow }) => shadow).length / legacy.length;
  assert.ok(Math.abs(share - 0.2) < 0.05, `${share}`);
});

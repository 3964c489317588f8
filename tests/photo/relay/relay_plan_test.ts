// Proves how many isolates share a photo of each kind under the hosted budget, and which photos no isolates can finish.
import assert from "node:assert/strict";
import type { PhotoHeader } from "../../../shared/image/decode/inspect_photo.ts";
import type { InputFormat } from "../../../shared/image/image_format.ts";
import { readHeifGrid } from "../../../shared/image/decode/heif/heif_grid.ts";
import { checkCpuBudget } from "../../../shared/photo/check_cpu_budget.ts";
import { exceedsMemory } from "../../../shared/photo/decode_memory.ts";
import { decodedAtOnce, photoParts } from "../../../shared/photo/relay/photo_parts.ts";
import { planRelay } from "../../../shared/photo/relay/relay_plan.ts";
import { fixture } from "../../helpers/call.ts";
import { tilesOf, writeGridFile } from "../../helpers/heif_grid_file.ts";

const OPTIONS = { output: "webp", crop: "auto", budgetMs: 2_000 } as const;

const street = await fixture("street.heic");
const grid = readHeifGrid(street)!;
const tiles = tilesOf(street, grid);

/** A HEIC of tiles of `street.heic`. */
function heic(width: number, height: number): Uint8Array<ArrayBuffer> {
  const [columns, rows] = [Math.ceil(width / 512), Math.ceil(height / 512)];
  return writeGridFile({
    width,
    height,
    columns,
    tiles: Array.from({ length: columns * rows }, (_, i) => tiles[i % 7]),
  });
}

function headerOf(
  format: InputFormat,
  width: number,
  height: number,
  bytes: number,
): PhotoHeader {
  return { format, width, height, load: { bytes } } as PhotoHeader;
}

for (
  const [width, height, most] of [[4032, 3024, 2], [5712, 4284, 3], [8064, 6048, 5]] as const
) {
  Deno.test(`a HEIC of ${width} x ${height} takes at most ${most} isolates`, () => {
    const file = heic(width, height);
    const header = headerOf("heic", width, height, file.length);
    assert.equal(checkCpuBudget(header, "webp", 2_000)?.code, "image_too_costly");
    const parts = photoParts(file, header, true);
    assert.equal(parts.count, Math.ceil(height / 512));
    const plan = planRelay(header, parts, OPTIONS);
    assert.ok(plan.isolates <= most, `${plan.isolates}`);
    assert.ok(!exceedsMemory(header, decodedAtOnce(header, parts)));
  });
}

const WHOLE: [InputFormat, megabytes: number, megapixels: number, isolates: number][] = [
  ["png", 14, 14, 2],
  ["png", 22, 14, 2],
  ["jpeg", 30, 230, 2],
  ["webp", 2.7, 24, 2],
  ["avif", 0.9, 12.2, 2],
];

for (const [format, megabytes, megapixels, isolates] of WHOLE) {
  Deno.test(`a ${format} of ${megapixels} megapixels and ${megabytes} MB takes ${isolates} isolates`, () => {
    const scale = Math.sqrt(megapixels / 12);
    const [width, height] = [Math.round(4_000 * scale), Math.round(3_000 * scale)];
    const header = headerOf(format, width, height, megabytes * 1e6);
    assert.ok(checkCpuBudget(header, "webp", 2_000));
    const parts = photoParts(new Uint8Array(), header, true);
    assert.equal(planRelay(header, parts, OPTIONS).isolates, isolates);
    assert.ok(!exceedsMemory(header, decodedAtOnce(header, parts)));
  });
}

Deno.test("a photo whose decoding fills an isolate's memory is rendered by another isolate, even on a fast machine", () => {
  const header = headerOf("webp", 5_656, 4_242, 2.7e6);
  const parts = photoParts(new Uint8Array(), header, true);
  const plan = planRelay(header, parts, { ...OPTIONS, budgetMs: 100_000 });
  assert.deepEqual([parts.fillsMemory, plan.isolates], [true, 2]);
  assert.deepEqual([0, parts.count].map((next) => plan.costFrom(next, true).fillsMemory ?? false), [
    true,
    false,
  ]);
});

Deno.test("a photo that fits into one isolate is decoded as without a relay", () => {
  const header = headerOf("heic", 2_000, 1_500, 500_000);
  const parts = photoParts(heic(2_000, 1_500), header, false);
  assert.deepEqual([parts.count, parts.grid, parts.scaleFirst], [1, undefined, false]);
  assert.equal(planRelay(header, parts, OPTIONS).isolates, 1);
});

Deno.test("a photo whose single part exceeds an isolate's budget is in no plan", () => {
  const header = headerOf("heic", 8_000, 6_000, 6e6);
  const parts = photoParts(new Uint8Array(), header, true);
  assert.equal(planRelay(header, parts, OPTIONS).isolates, Infinity);
  assert.ok(exceedsMemory(header, decodedAtOnce(header, parts)));
});

Deno.test("a budget too small for rendering is in no plan", () => {
  const header = headerOf("heic", 4_032, 3_024, 1.5e6);
  const plan = planRelay(header, photoParts(street, header, true), { ...OPTIONS, budgetMs: 550 });
  assert.equal(plan.isolates, Infinity);
});

Deno.test("a refusal names memory if CPU would suffice", () => {
  const refusal = checkCpuBudget(headerOf("png", 6_000, 4_000, 36e6), "webp", 3_500, "auto", true);
  assert.match(refusal!.message, /takes more memory than there is.*at most [\d.]+ megapixels/);
});

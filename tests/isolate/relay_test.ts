// Proves in the simulated hosted runtime that isolates share a photo that is too costly for one of them (Linux).
import assert from "node:assert/strict";
import { type Upload, upload } from "../../bench/load/upload.ts";
import { neverSeen } from "../../bench/send_photo.ts";
import { encodeWebp } from "../../shared/image/encode/webp.ts";
import { machineSlowdown, scaleCpuLimits } from "../../dev/machine_slowdown.ts";
import { type Stack, startStack } from "../../dev/stack.ts";
import { batchEnd, makeBatch, storeOriginals } from "../helpers/batches.ts";
import { expectError, expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { drawCars } from "../helpers/striped_car.ts";
import { until } from "../helpers/until.ts";

const street = await fixture("street.heic"); // 12 megapixels, as an iPhone writes it
const SIZE = [4032, 3024];

/**
 * Runs a test with a hosted runtime that grants twice the function's budget, with clocks that run as on the machine of
 * the estimates: so the speed of this machine does not matter.
 */
function onHosted(
  name: string,
  run: (stack: Stack) => Promise<void>,
  env: Record<string, string> = {},
): void {
  Deno.test({
    name,
    ignore: Deno.build.os !== "linux",
    async fn() {
      const slowdown = await machineSlowdown();
      const { limits } = await scaleCpuLimits({ cpuSoftMs: 1_000, cpuHardMs: 4_000 });
      const stack = await startStack({
        runtime: "hosted",
        hosted: { limits, entrypoint: "tests/helpers/isolates/scaled_clock.ts" },
        env: { CPU_BUDGET_MS: "2000", CLOCK_FACTOR: String(1 / slowdown), ...env },
      });
      try {
        await run(stack);
        assertNoneKilled(stack);
      } finally {
        await stack.close();
      }
    },
  });
}

function assertNoneKilled({ hosted }: Stack): void {
  const ends = hosted!.isolates.map(({ endedBecause }) => endedBecause);
  assert.ok(!ends.includes("cpu") && !ends.includes("memory"), ends.join());
}

function send(stack: Stack, photo = neverSeen(street)): Promise<Upload> {
  return upload(stack.functionUrl, stack.adminToken, photo);
}

function assertStored({ reply, complaint }: Upload): void {
  assert.equal(complaint, undefined);
  assert.deepEqual(reply!.metadata.original_size, SIZE);
  assert.equal(reply!.metadata.background.removed, true);
  assert.equal(Object.keys(reply!.storage_urls!).length, 3);
}

/** The working images in Storage: the names below the photo's folder. */
async function keptParts({ supabase }: Stack): Promise<string[]> {
  const sql = "select name from storage.objects where name like 'working-v1/%'";
  return (await supabase.query<{ name: string }>(sql)).map(({ name }) => name.split("/")[2]);
}

/** Waits until no working image is left: they are removed after the answer. */
async function untilDropped(stack: Stack): Promise<void> {
  await until(async () => (await keptParts(stack)).length === 0);
}

/** Budgets in which one isolate cannot process a HEIC of 12 megapixels: a usual crop of it, and all of it. */
const TOO_LITTLE = { crop: { CPU_BUDGET_MS: "1200" }, all: { CPU_BUDGET_MS: "1500" } };

onHosted(
  "a HEIC of 12 megapixels, which is too costly for one isolate, is processed",
  async (stack) => {
    assertStored(await send(stack));
    assert.ok(stack.hosted!.logs.some((line) => line.includes('"event":"handed_over"')));
    await untilDropped(stack);
  },
  TOO_LITTLE.crop,
);

onHosted("a HEIC of 12 megapixels is processed without a crop", async (stack) => {
  const answer = sendBytes(stack.functionUrl, headersOf(stack), neverSeen(street), "crop=none");
  const { body } = await expectReply(answer);
  assert.deepEqual(body.metadata.original_size, SIZE);
  assert.ok(stack.hosted!.logs.some((line) => line.includes('"event":"handed_over"')));
}, TOO_LITTLE.all);

onHosted("a batch's HEIC of 12 megapixels is processed", async (stack) => {
  const items = await storeOriginals(stack, street, 1);
  const batch = await batchEnd(stack, (await makeBatch(stack, { items })).batch_id);
  assert.deepEqual([batch.counts.succeeded, batch.counts.failed], [1, 0]);
  await untilDropped(stack);
});

const WEBP_SIZE = { width: 5_656, height: 4_242 };
const webp = await largeWebp();

/** Draws a WebP of 24 megapixels: decoding it fills an isolate's memory. */
async function largeWebp(): Promise<Uint8Array<ArrayBuffer>> {
  const car = { x: 900, y: 1_500, width: 3_600, height: 1_400 };
  const drawn = drawCars(WEBP_SIZE, [car], { rampPx: 40 });
  for (let at = 3; at < drawn.data.length; at += 4) drawn.data[at] = 255; // a black surrounding
  return await encodeWebp(drawn, 10);
}

onHosted(
  "a WebP of 24 megapixels, whose decoding fills an isolate's memory, is rendered by another isolate",
  async (stack) => {
    const { reply, complaint } = await send(stack, neverSeen(webp));
    assert.equal(complaint, undefined);
    assert.deepEqual(reply!.metadata.original_size, [WEBP_SIZE.width, WEBP_SIZE.height]);
    assert.ok(stack.hosted!.logs.some((line) => line.includes('"event":"handed_over"')));
    await untilDropped(stack);
  },
);

onHosted("a photo whose working image cannot be stored says so", async (stack) => {
  stack.faults.next("POST", /\/object\/car-cutouts\/working-v1\//, {
    kind: "status",
    status: 403,
  }, 10);
  const answer = sendBytes(stack.functionUrl, headersOf(stack), neverSeen(webp));
  const { body } = await expectError(answer, "storage_rejected");
  assert.match(body.error.message, /decoded photo could not be stored in "car-cutouts"/);
});

onHosted("a photo whose working images cannot be listed says so", async (stack) => {
  stack.faults.next("POST", /\/object\/list\/car-cutouts$/, { kind: "status", status: 503 }, 10);
  const answer = sendBytes(stack.functionUrl, headersOf(stack), neverSeen(street));
  const { body } = await expectError(answer, "storage_failed");
  assert.match(body.error.message, /Send the photo again/);
});

onHosted(
  "without a bucket for working images, a HEIC of 12 megapixels is refused",
  async (stack) => {
    const answer = sendBytes(stack.functionUrl, headersOf(stack), neverSeen(street));
    const { body } = await expectError(answer, "image_too_costly");
    assert.match(body.error.message, /Convert it to JPEG/);
    assert.deepEqual(await keptParts(stack), []);
  },
  { CUTOUT_BUCKET: "none" },
);

function headersOf({ adminToken }: Stack): Record<string, string> {
  return { authorization: `Bearer ${adminToken}`, "content-type": "application/octet-stream" };
}

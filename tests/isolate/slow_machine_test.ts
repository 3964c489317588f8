// Proves that a processor that is too slow for a photo refuses it, and that no isolate is killed by it.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { startStack } from "../../dev/stack.ts";
import { fixture, sendBytes } from "../helpers/call.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { isLongForm } from "../helpers/test_form.ts";

const BUDGET_MS = 2_200;
/** A CPU limit that a photo exceeds by far, as a share of its cost, as the test machine's speed varies. */
const TOO_LITTLE = 0.6;

/** Sends a photo to a cold isolate with this CPU limit, whose clock runs as if that were the whole budget. */
async function send(photo: Uint8Array<ArrayBuffer>, cpuHardMs: number, budgetMs = BUDGET_MS) {
  const stack = await startStack({
    runtime: "hosted",
    hosted: {
      limits: { cpuHardMs, cpuSoftMs: cpuHardMs / 2 },
      entrypoint: "tests/helpers/isolates/scaled_clock.ts",
    },
    env: {
      CLOCK_FACTOR: String(Math.max(1, BUDGET_MS / cpuHardMs)),
      CPU_BUDGET_MS: String(budgetMs),
      CUTOUT_BUCKET: "none", // otherwise another isolate continues
    },
  });
  try {
    const headers = {
      authorization: `Bearer ${stack.adminToken}`,
      "content-type": "application/octet-stream",
    };
    const response = await sendBytes(stack.functionUrl, headers, photo);
    const body = await response.json();
    const isolates = stack.hosted!.isolates.map(({ cpuMs, endedBecause }) => ({
      cpuMs,
      endedBecause,
    }));
    return {
      status: response.status,
      code: body.error?.code,
      details: body.error?.details,
      isolates,
    };
  } finally {
    await stack.close();
  }
}

// Photos that only just fit into the budget: their isolate measures the machine's speed first.
const street = await fixture("street.jpg");
const PHOTOS: [string, Uint8Array<ArrayBuffer>][] = [
  [
    "a PNG of 6 megapixels",
    await fileOf(await rasterOf(street, (image) => image.resize(2_800, 2_100)), MagickFormat.Png24),
  ],
  [
    "a BMP of 8 megapixels",
    await fileOf(await rasterOf(street, (image) => image.resize(3_300, 2_475)), MagickFormat.Bmp3),
  ],
];

for (const [name, photo] of isLongForm ? PHOTOS : PHOTOS.slice(0, 1)) {
  Deno.test({
    name: `${name} that takes more than a slow processor leaves is stopped, and its isolate lives`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      // Its cost on this machine now: the limit is relative to it.
      const free = await send(photo, 60_000, 0);
      assert.equal(free.status, 200);
      const { status, code, isolates } = await send(photo, free.isolates[0].cpuMs * TOO_LITTLE);
      const told = JSON.stringify({ status, code, free: free.isolates, isolates });
      assert.deepEqual([status, code], [422, "image_too_costly"], told);
      assert.deepEqual(isolates.filter(({ endedBecause }) => endedBecause === "cpu"), [], told);
    },
  });
}

/**
 * Proves that scanning a JPEG's data costs in proportion to the file, even if a hundred bytes describe a million
 * blocks (Linux).
 */
import assert from "node:assert/strict";
import { concat } from "../../../helpers/bytes.ts";
import { ALONE } from "../../../fuzz/in_process.ts";
import { fixture, sendBytes } from "../../../helpers/call.ts";
import { progressiveBomb } from "../../../helpers/progressive_bomb.ts";
import { startCostMeter } from "../../../helpers/request_cost.ts";

/**
 * Bombs of a few kilobytes against half of a photo of 12 megapixels, a megabyte that is fully scanned: 3 to 4 were
 * measured.
 */
const MAX_RATIO = 7;

Deno.test({
  name:
    "a truncated progressive JPEG of a few kilobytes costs no more than a few megabytes of photo",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const street = await fixture("street.jpg");
    const half = street.slice(0, street.length >> 1);
    await using meter = await startCostMeter("2.1.4", ALONE);
    const cheapest = async (photo: Uint8Array<ArrayBuffer>) => {
      let least = Infinity;
      for (let round = 0; round < 5; round++) {
        const { status, text, cpuMs } = await meter.measure(() =>
          sendBytes(meter.url, { apikey: ALONE.SUPABASE_SECRET_KEY }, photo)
        );
        assert.equal(status, 422, text);
        assert.match(text, /ends before the picture does/);
        least = Math.min(least, cpuMs);
      }
      return least;
    };
    const photoMs = await cheapest(half);
    for (const bomb of [progressiveBomb(30, false), progressiveBomb(13, true)]) {
      assert.ok(bomb.length < 4_000);
      const bombMs = await cheapest(withComment(bomb, 16_000));
      assert.ok(bombMs < MAX_RATIO * photoMs, `${bombMs} ms against ${photoMs} ms`);
    }
  },
});

/** Adds a comment of this length to a JPEG: a file that is too small for its size would be refused from its header. */
function withComment(jpeg: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> {
  const length = bytes + 2;
  const marker = Uint8Array.of(0xff, 0xfe, length >> 8, length & 0xff);
  return concat(jpeg.subarray(0, 2), marker, new Uint8Array(bytes), jpeg.subarray(2));
}

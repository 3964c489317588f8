// Proves what warming up renders.
import assert from "node:assert/strict";
import { warmUp } from "../../../shared/image/engine/warm_up.ts";
import { countWork } from "../../helpers/count_work.ts";

Deno.test("warming up renders one small picture like a photo: resampled, and encoded as WebP", async () => {
  const work = await countWork(warmUp);
  assert.equal(work.resamples.length, 1);
  assert.deepEqual(work.webps.length, 1);
  assert.deepEqual([work.decodes, work.encodes], [[], []]);
});

// Proves over HTTP that a caller who asks for nothing new gets the same bytes as before the looks existed.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { sha256 } from "../../shared/lib/sha256.ts";

/**
 * The first digits of the SHA-256 of each variant: those that are not scaled from the commit before the looks, the others from the
 * commit that resamples by the function's own pixel loops.
 */
const BEFORE: [photo: string, query: string, digests: Record<string, string>][] = [
  ["street.jpg", "", {
    "processed": "01e9761633310088",
    "grid": "de5170179d0a2447",
    "detail": "23daf8fd7dfd3263",
  }],
  ["studio.jpg", "shadow=drop&background=%23ddeeff&format=jpeg&fit=cover", {
    "processed": "b3b1679da20fc159",
    "grid": "9eac48d181d7b7a6",
    "detail": "301dc7cfaab6919c",
  }],
  ["dark.jpg", "shadow=none&format=png&padding=10&crop=none&variants=grid", {
    "grid": "10b33d769c1f2a11",
  }],
  ["small.jpg", "skip_background_removal=true&shadow=drop&fit=fill&variants=grid,processed", {
    "processed": "244f2956fa296f4a",
    "grid": "e880372b298164f5",
  }],
];

onBothDenos("options from before the looks give the same bytes", {}, async (t, stack) => {
  for (const [photo, query, digests] of BEFORE) {
    await t.step(`${photo} with ${query || "the defaults"}`, async () => {
      const { body } = await expectReply(
        sendBytes(stack.functionUrl, { apikey: stack.secretKey }, await fixture(photo), query),
      );
      const found: Record<string, string> = {};
      for (const name of ["processed", "grid", "detail"] as const) {
        const image = body[name];
        if (!image) continue;
        const file = new Uint8Array(Buffer.from(image, "base64"));
        found[name] = (await sha256(file)).slice(0, 16);
      }
      assert.deepEqual(found, digests);
    });
  }
});

// Proves that an answer warns of an ignored ICC profile, also when the stored result is reused.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startStack } from "../../dev/stack.ts";
import { cmykProfile } from "../helpers/cmyk_profile.ts";
import { expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { rasterOf } from "../helpers/magick_files.ts";
import { psnr } from "../helpers/psnr.ts";
import { jpegWithProfile } from "../helpers/with_profile.ts";

const stack = await startStack();
Deno.test.afterAll(() => stack.close());

const auth = { authorization: `Bearer ${stack.adminToken}` };
const small = await fixture("small.jpg");
const press = cmykProfile((
  [c, m, y, k],
) => [(1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k)]);
const mismatched = jpegWithProfile(small, press);
const QUERY = "skip_background_removal=true&variants=processed";

async function processed(photo: Uint8Array<ArrayBuffer>) {
  const { body } = await expectReply(sendBytes(stack.functionUrl, auth, photo, QUERY));
  const image = await rasterOf(Buffer.from(body.processed!, "base64"));
  return { image, codes: body.warnings.map(({ code }) => code) };
}

Deno.test("an RGB photo with a CMYK profile keeps its own colours, with a warning", async () => {
  const plain = await processed(small);
  const { image, codes } = await processed(mismatched);
  assert.deepEqual([plain.codes, codes], [[], ["color_profile_ignored"]]);
  assert.ok(psnr(image, plain.image) === Infinity);
});

Deno.test("the warning of an ignored profile is stored with the result, and repeated when it is reused", async () => {
  const send = () =>
    expectReply(
      sendBytes(stack.functionUrl, auth, mismatched, `${QUERY}&upload_to_storage=true`),
    );
  const [first, second] = [await send(), await send()];
  assert.deepEqual([first.body.metadata.reused, second.body.metadata.reused], [false, true]);
  assert.deepEqual(first.body.warnings.map(({ code }) => code), ["color_profile_ignored"]);
  assert.deepEqual(second.body.warnings, first.body.warnings);
});

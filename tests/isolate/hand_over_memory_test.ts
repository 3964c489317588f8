// Proves what an isolate does with photos that take much memory while they are handed over.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { expectError } from "../helpers/call.ts";
import { Elsewhere, full, send } from "../helpers/full_isolate.ts";

/** Makes a black BMP. */
function bmp(width: number, height: number): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(54 + width * height * 3);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(2, file.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  return file;
}

Deno.test("a photo of more than 16 MB arrives unchanged at the other isolate", async () => {
  await using elsewhere = new Elsewhere(32e6);
  const large = bmp(2_400, 2_400);
  large.fill(7, 1_000, 2_000);
  const { fetch } = full(elsewhere, ["key"], 32e6);
  const response = await fetch(send({}, "", undefined, large));
  assert.equal(response.status, 200);
  const [{ source }] = elsewhere.inputs;
  assert.ok(source.kind === "bytes" && Buffer.from(source.bytes).equals(large));
  assert.equal(elsewhere.requests[0].headers.get("content-length"), String(large.length));
});

Deno.test("an isolate whose memory is full refuses other photos and does not hand them over", async () => {
  await using elsewhere = new Elsewhere();
  const { admission, fetch } = full(elsewhere, ["key"], 1e7, false);
  using _permit = admission.permit(0)!;
  const slot = await admission.enter(() => ({ prepareMs: 1, finishMs: 0, fillsMemory: true }));
  slot!.end();
  await expectError(fetch(send()), "isolate_busy");
  assert.equal(elsewhere.requests.length, 0);
});

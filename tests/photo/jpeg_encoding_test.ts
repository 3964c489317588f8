/**
 * Proves that JPEGs of unsupported kinds are refused from their header, and that the answer names the kind and a
 * remedy.
 */
import assert from "node:assert/strict";
import { concat } from "../helpers/bytes.ts";
import { expectError, expectReply, fixture } from "../helpers/call.ts";
import { engineBytes, sendPhoto } from "../helpers/in_process_photo.ts";
import { jpegFrame, losslessBomb, segment } from "../helpers/jpeg_files.ts";

const size = { width: 32, height: 24 };
const unread = "unsupported_image_encoding" as const;

Deno.test("a lossless JPEG of 527 bytes is refused from its header, without the image engine", async () => {
  const bomb = losslessBomb();
  assert.equal(bomb.length, 527);
  const { body } = await expectError(sendPhoto(bomb), unread);
  assert.equal(body.error.retryable, false);
  assert.match(body.error.message, /lossless JPEG/);
  assert.match(body.error.message, /baseline or progressive JPEG/);
  assert.deepEqual(body.error.details, { format: "jpeg", encoding: "a lossless JPEG (SOF3)" });
  assert.equal(engineBytes(), 0);
});

const PROCESSES: [marker: number, name: RegExp][] = [
  [0xc3, /a lossless JPEG \(SOF3\)/],
  [0xc5, /a hierarchical JPEG \(SOF5\)/],
  [0xc6, /a hierarchical JPEG \(SOF6\)/],
  [0xc7, /a hierarchical JPEG \(SOF7\)/],
  [0xc8, /a JPEG with extensions \(JPG\)/],
  [0xcb, /a lossless JPEG \(SOF11\)/],
  [0xcd, /a hierarchical JPEG \(SOF13\)/],
  [0xce, /a hierarchical JPEG \(SOF14\)/],
  [0xcf, /a hierarchical JPEG \(SOF15\)/],
  [0xde, /a hierarchical JPEG \(DHP\)/],
  [0xf7, /a JPEG-LS/],
];
for (const [marker, name] of PROCESSES) {
  Deno.test(`a JPEG whose frame starts with the marker ${marker.toString(16)} is refused by its name`, async () => {
    for (const components of [1, 3]) {
      for (const precision of [2, 8, 12, 16]) {
        const file = jpegFrame({ marker, precision, components, ...size });
        assert.match((await expectError(sendPhoto(file), unread)).body.error.message, name);
      }
    }
    assert.equal(engineBytes(), 0);
  });
}

for (const marker of [0xc0, 0xc1, 0xc2, 0xc9, 0xca]) {
  Deno.test(`a JPEG of process ${marker.toString(16)} with other than 8 bits a sample is refused with the number`, async () => {
    for (const precision of [0, 2, 12, 16, 255]) {
      const file = jpegFrame({ marker, precision, ...size });
      const { body } = await expectError(sendPhoto(file), unread);
      assert.match(body.error.message, new RegExp(`a JPEG of ${precision} bits a sample`));
    }
    assert.equal(engineBytes(), 0);
  });
}

Deno.test("a JPEG of two or more than four colour components is refused with the number", async () => {
  for (const components of [2, 5, 10]) {
    const file = jpegFrame({ marker: 0xc0, components, ...size });
    const { body } = await expectError(sendPhoto(file), unread);
    assert.match(body.error.message, new RegExp(`a JPEG of ${components} colour components`));
  }
});

Deno.test("a JPEG with its height only after the picture is refused with that reason", async () => {
  const scanOnly = jpegFrame({ marker: 0xc0, width: 32, height: 0 });
  const withDnl = concat(scanOnly.subarray(0, -2), segment(0xdc, [0, 24]), [0xff, 0xd9]);
  for (const file of [scanOnly, withDnl]) {
    const { body } = await expectError(sendPhoto(file), unread);
    assert.match(body.error.message, /a JPEG without its height in the header \(DNL\)/);
  }
  await expectError(sendPhoto(jpegFrame({ marker: 0xc0, width: 0, height: 24 })), "invalid_image");
});

Deno.test("supported processes are processed: baseline, extended, progressive, arithmetic", async () => {
  for (const marker of [0xc0, 0xc1, 0xc2, 0xc9, 0xca]) {
    for (const components of [1, 3, 4]) {
      const { body } = await expectReply(sendPhoto(jpegFrame({ marker, components, ...size })));
      assert.deepEqual(body.metadata.original_size, [32, 24]);
    }
  }
  await expectReply(sendPhoto(await fixture("small.jpg")));
});

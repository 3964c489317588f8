/**
 * Proves that line ends and similar bytes before a photo are skipped for every type, and that a refusal names any
 * others.
 */
import assert from "node:assert/strict";
import { INPUT_FORMATS } from "../../shared/image/image_format.ts";
import { QUALITY_CODES } from "../../shared/photo/warning.ts";
import { seedImages } from "../fuzz/seed_images.ts";
import { concat, latin1 } from "../helpers/bytes.ts";
import { expectError, expectReply, fixture } from "../helpers/call.ts";
import { sendPhoto } from "../helpers/in_process_photo.ts";

const seeds = await seedImages();
/** Codes that small drawings may have. */
const OF_DRAWINGS: ReadonlySet<string> = new Set(["photo_small", ...QUALITY_CODES]);

for (const format of INPUT_FORMATS) {
  Deno.test(`a ${format} after line ends, a byte order mark or NULs gives the same picture as without`, async () => {
    for (const file of seeds[format]) {
      const { body: plain } = await expectReply(sendPhoto(concat(file)));
      assert.deepEqual(plain.warnings.filter(({ code }) => !OF_DRAWINGS.has(code)), []);
      for (
        const before of ["\r\n", "\n\n\n", "\xef\xbb\xbf", "\xef\xbb\xbf \t\r\n", "\0".repeat(16)]
      ) {
        const { body } = await expectReply(sendPhoto(concat(latin1(before), file)));
        assert.equal(body.processed, plain.processed);
        assert.deepEqual(body.metadata.original_size, plain.metadata.original_size);
        assert.deepEqual(body.warnings, plain.warnings);
      }
    }
  });
}

Deno.test("a refusal names other bytes before a photo", async () => {
  const photo = await fixture("small.jpg");
  const file = concat(latin1("--boundary\r\n"), photo);
  const { body: { error } } = await expectError(sendPhoto(file), "unsupported_image_type");
  assert.match(error.message, /begins with 12 bytes \(2d 2d 62 6f 75 6e 64 61 \.\.\.\)/);
  assert.match(error.message, /the jpeg after them. Send it without them\.$/);
  const { supported, ...rest } = error.details!;
  assert.deepEqual([supported, rest], [INPUT_FORMATS, { found: "jpeg", bytes_before: 12 }]);
});

Deno.test("more than 16 bytes of white space, or a photo after 64 bytes, are refused", async () => {
  const photo = await fixture("small.jpg");
  const spaces = await expectError(
    sendPhoto(concat(latin1(" ".repeat(17)), photo)),
    "unsupported_image_type",
  );
  assert.match(spaces.body.error.message, /begins with 17 bytes \(20 20/);
  const far = await expectError(
    sendPhoto(concat(latin1("x".repeat(65)), photo)),
    "unsupported_image_type",
  );
  assert.match(far.body.error.message, /not an image of a supported type/);
});

// Proves that truncated files, flipped bits, files of two types and text formats are refused or processed, but never
// crash the function.
import assert from "node:assert/strict";
import { INPUT_FORMATS } from "../../shared/image/image_format.ts";
import { seedImages } from "../fuzz/seed_images.ts";
import { concat, latin1 } from "../helpers/bytes.ts";
import { expectError, expectReply, fixture } from "../helpers/call.ts";
import { sendPhoto } from "../helpers/in_process_photo.ts";
import { errorSchema } from "../../shared/http/error_schema.ts";
import { seeded } from "../helpers/random.ts";
import { isLongForm } from "../helpers/test_form.ts";

const seeds = await seedImages();
const jpeg = await fixture("small.jpg");

/** Step through a file's length, in percent, and through the bits of its header; 5 reaches each of a byte's bits. */
const STEP = isLongForm ? 1 : 5;
/** Bits behind the header. */
const RANDOM_BITS = isLongForm ? 50 : 10;

/** Fails unless a damaged photo is processed, or refused with an error about its damage. */
async function assertDocumented(file: Uint8Array<ArrayBuffer>, what: string): Promise<void> {
  const response = await sendPhoto(file);
  if (response.status === 200) return void await expectReply(Promise.resolve(response));
  const { code } = errorSchema.parse(await response.json()).error;
  const allowed =
    /^(invalid_image|image_too_large|image_too_costly|unsupported_image_type|unsupported_image_encoding|missing_image)$/;
  assert.match(code, allowed, what);
}

for (const format of INPUT_FORMATS) {
  Deno.test(`a ${format} that ends early is refused or processed`, async () => {
    for (const file of seeds[format]) {
      for (let percent = 0; percent < 100; percent += STEP) {
        const part = new Uint8Array(file.subarray(0, Math.floor(file.length * percent / 100)));
        await assertDocumented(part, `${percent} %`);
      }
    }
  });

  Deno.test(`a ${format} with one bit flipped is refused or processed`, async () => {
    const random = seeded(4_711);
    for (const file of seeds[format]) {
      const bits: number[] = [];
      for (let bit = 0; bit < 8 * 24; bit += STEP) bits.push(bit % (file.length * 8));
      for (let i = 0; i < RANDOM_BITS; i++) bits.push(random(file.length * 8));
      for (const bit of bits) {
        const flipped = new Uint8Array(file);
        flipped[bit >> 3] ^= 1 << (bit & 7);
        await assertDocumented(flipped, `bit ${bit}`);
      }
    }
  });
}

Deno.test("a file of two types is read as the type of its first bytes only", async () => {
  const script = "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>";
  const zip = concat(
    latin1("PK\x03\x04"),
    new Uint8Array(64),
    latin1("PK\x05\x06"),
    new Uint8Array(18),
  );
  for (
    const tail of [
      latin1(script),
      zip,
      latin1("%PDF-1.7\n%%EOF"),
      latin1("<script>alert(1)</script>"),
    ]
  ) {
    const { body } = await expectReply(sendPhoto(concat(jpeg, tail)));
    assert.equal(body.metadata.processed?.width, 640);
    await expectError(sendPhoto(concat(tail, jpeg)), "unsupported_image_type");
  }
});

Deno.test("another type's magic bytes before a file give neither type", async () => {
  for (const format of INPUT_FORMATS) {
    for (const other of INPUT_FORMATS.filter((one) => one !== format)) {
      const file = concat(seeds[other][0].subarray(0, 16), seeds[format][0].subarray(16));
      await assertDocumented(file, `${other} before ${format}`);
    }
  }
});

Deno.test("text formats are refused by their bytes, whatever Content-Type and name claim", async () => {
  const texts = [
    "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "<?xml version='1.0'?><svg/>",
    "push graphic-context\nviewbox 0 0 9 9\nfill 'url(http://127.0.0.1/)'\npop graphic-context",
    "%PDF-1.7",
    "%!PS-Adobe-3.0",
    "@/etc/passwd",
    "url:http://127.0.0.1/",
    "#define x_width 9",
    "P6 9 9 255\n",
    "\x00\x00\x01\x00\x01\x00",
    "8BPS\0\x01",
    "id=ImageMagick",
  ];
  for (const text of texts) await expectError(sendPhoto(latin1(text)), "unsupported_image_type");
});

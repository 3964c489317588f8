// Proves over HTTP that a photo of less than 320 pixels on its long side has the warning photo_small.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import type { Stack } from "../../dev/stack.ts";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { QUALITY_CODES } from "../../shared/photo/warning.ts";
import { batchEnd, makeBatch } from "../helpers/batches.ts";
import { expectReply, sendBytes } from "../helpers/call.ts";
import { fileOf } from "../helpers/magick_files.ts";
import { withOrientation } from "../helpers/metadata.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { draw } from "../helpers/pixels.ts";
import { storeOriginal } from "../helpers/store_original.ts";

const KEPT = "skip_background_removal=true&variants=grid";
const photoOf = (width: number, height: number, format: MagickFormat = MagickFormat.Jpeg) =>
  fileOf(draw({ width, height }, (x, y) => [x & 255, y & 255, 90, 255]), format);
/** The codes of an answer's warnings, without those of quality control: these photos are drawn. */
const codes = ({ warnings }: Pick<Reply, "warnings">) =>
  warnings.map(({ code }) => code).filter((code) => !QUALITY.has(code));
const QUALITY: ReadonlySet<string> = new Set(QUALITY_CODES);

async function send(
  { functionUrl, secretKey }: Stack,
  photo: Uint8Array<ArrayBuffer>,
  query = KEPT,
) {
  return (await expectReply(sendBytes(functionUrl, { apikey: secretKey }, photo, query))).body;
}

onBothDenos(
  "a photo of less than 320 pixels on its long side has a warning",
  {},
  async (t, stack) => {
    await t.step("that says how large it is, and how large it has to be", async () => {
      const { warnings } = await send(stack, await photoOf(319, 200));
      const small = warnings.filter(({ code }) => code === "photo_small");
      assert.equal(small.length, 1);
      assert.match(
        small[0].message,
        /only 319 x 200 pixels.*at least 320 pixels on its long side/,
      );
    });
    await t.step("whichever side is the long one, also by its EXIF orientation", async () => {
      assert.deepEqual(codes(await send(stack, await photoOf(200, 319))), ["photo_small"]);
      const turned = await send(stack, withOrientation(await photoOf(319, 200), 6));
      assert.match(turned.warnings.at(-1)!.message, /200 x 319 pixels/);
    });
    await t.step("but not from 320 pixels on", async () => {
      for (const [width, height] of [[320, 1], [1, 320], [320, 240]]) {
        assert.deepEqual(
          codes(await send(stack, await photoOf(width, height, MagickFormat.Png))),
          [],
        );
      }
    });
    await t.step(
      "after the other warnings, and again when its stored result is reused",
      async () => {
        const photo = (await photoOf(100, 80)).slice(0, -2);
        const query = `${KEPT}&upload_to_storage=true`;
        const [first, again] = [await send(stack, photo, query), await send(stack, photo, query)];
        assert.deepEqual([first.metadata.reused, again.metadata.reused], [false, true]);
        assert.deepEqual(codes(first), ["image_end_missing", "photo_small"]);
        assert.deepEqual(again.warnings, first.warnings);
      },
    );
    await t.step("also in a batch", async () => {
      const storage_path = await storeOriginal(stack, "small/photo.jpg", await photoOf(120, 90));
      const created = await makeBatch(stack, {
        items: [{ storage_path, options: { skip_background_removal: true } }],
      });
      const { items: [item] } = await batchEnd(stack, created.batch_id);
      assert.deepEqual(codes(item as Pick<Reply, "warnings">), ["photo_small"]);
    });
  },
);

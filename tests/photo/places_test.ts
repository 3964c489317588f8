// Proves over HTTP that answers say where the crop lies in the photo, and where the crop and the car lie in each variant,
// for every fit and crop, also when the result comes from Storage.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MagickFormat } from "@imagemagick/magick-wasm";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { alphaPlane, assertBoxNear, boxAbove } from "../helpers/car_geometry.ts";
import { expectReply, sendBytes } from "../helpers/call.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { withOrientation } from "../helpers/metadata.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { draw, within } from "../helpers/pixels.ts";

const SIZE = { width: 800, height: 500 };
const CAR = { x: 300, y: 200, width: 240, height: 120 };
const ALL = { x: 0, y: 0, ...SIZE };
const PADDED = { x: 290, y: 190, width: 260, height: 140 };

/** A red car that came as a cutout, with a bonnet and a boot that are lower than its roof. */
const isCar = (x: number, y: number) => within(CAR, x, y) && (y > 240 || (x > 350 && x < 490));
const cutOut = await fileOf(
  draw(SIZE, (x, y) => isCar(x, y) ? [200, 30, 20, 255] : [0, 0, 0, 0]),
  MagickFormat.Png,
);
const opaque = (ground: number) =>
  fileOf(
    draw(SIZE, (x, y) => within(CAR, x, y) ? [200, 30, 20, 255] : [ground, ground, ground, 255]),
    MagickFormat.Png,
  );
const [onWhite, onGrey] = [await opaque(255), await opaque(128)];

onBothDenos(
  "an answer says where the crop and the car are",
  {},
  async (t, { functionUrl, secretKey }) => {
    const send = async (query: string, photo = cutOut): Promise<Reply> =>
      (await expectReply(
        sendBytes(functionUrl, { apikey: secretKey }, photo, `format=png&${query}`),
      ))
        .body;
    const carIn = async (reply: Reply, name: "processed" | "grid" | "detail") => {
      const image = await rasterOf(Buffer.from(reply[name]!, "base64"));
      return boxAbove(image, alphaPlane(image), 128);
    };

    await t.step(
      "the crop in the photo, and its place in each variant with the shadow's canvas",
      async () => {
        const { metadata } = await send("padding=10");
        assert.deepEqual(metadata.crop, PADDED);
        assert.deepEqual(metadata.processed!.crop, { x: 20, y: 20, width: 260, height: 140 });
        assert.deepEqual(metadata.grid!.crop, { x: 0, y: 38, width: 600, height: 323 });
        const scales = [metadata.processed, metadata.grid, metadata.detail].map((one) =>
          one!.scale
        );
        assert.deepEqual(scales, [1, 2.308, 4.615]);
      },
    );
    for (const fit of ["contain", "cover", "fill"]) {
      await t.step(`the car's box is where fit ${fit} draws the car`, async () => {
        const reply = await send(`padding=10&fit=${fit}`);
        for (const name of ["processed", "grid", "detail"] as const) {
          assertBoxNear(reply.metadata.subject![name]!, await carIn(reply, name), 2, name);
        }
      });
    }
    await t.step(
      "fit cover places the crop beyond the frame, and cuts the car's box to it",
      async () => {
        const { metadata } = await send("padding=0&fit=cover&variants=grid");
        assert.deepEqual(metadata.grid!.crop, { x: -100, y: 0, width: 800, height: 400 });
        assert.deepEqual(metadata.subject, { grid: { x: 0, y: 0, width: 600, height: 400 } });
      },
    );
    await t.step(
      "with crop none the crop is the whole photo, and the car's box is the same",
      async () => {
        const reply = await send("crop=none&variants=processed");
        assert.deepEqual(reply.metadata.crop, ALL);
        assert.deepEqual(reply.metadata.subject, {
          processed: { ...CAR, x: CAR.x + 20, y: CAR.y + 20 },
        });
      },
    );
    await t.step("the crop is that of the upright photo", async () => {
      const turned = withOrientation(await fileOf(await rasterOf(onWhite), MagickFormat.Jpeg), 6);
      const { metadata } = await send(
        "skip_background_removal=true&padding=0&variants=processed",
        turned,
      );
      assert.deepEqual(metadata.original_size, [500, 800]);
      assertBoxNear(metadata.crop, { x: 500 - 320, y: 300, width: 120, height: 240 }, 9, "crop");
    });
    await t.step("a photo with its background has a car's box on white ground only", async () => {
      const query = "skip_background_removal=true&variants=processed&padding=10";
      const white = await send(query, onWhite);
      assert.deepEqual(white.metadata.crop, PADDED);
      assert.deepEqual(white.metadata.subject, { processed: { ...CAR, x: 10, y: 10 } });
      const grey = await send(query, onGrey);
      assert.deepEqual([grey.metadata.crop, grey.metadata.subject], [ALL, null]);
      const whole = await send(`${query}&crop=none`, onWhite);
      assert.deepEqual([whole.metadata.crop, whole.metadata.subject], [ALL, null]);
    });
    await t.step("a stored result has the same places as the rendered one", async () => {
      const query = "padding=10&upload_to_storage=true";
      const [first, again] = [await send(query), await send(query)];
      assert.deepEqual([first.metadata.reused, again.metadata.reused], [false, true]);
      for (const field of ["crop", "subject", "processed", "grid", "detail"] as const) {
        assert.deepEqual(again.metadata[field], first.metadata[field]);
      }
    });
  },
);

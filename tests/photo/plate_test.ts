// Proves over HTTP how licence plates are hidden, how many calls of API4.ai that costs, and that a plate that was not found is
// never passed over in silence.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { createClient } from "@supabase/supabase-js";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { expectError, expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { assertNear, at, solid } from "../helpers/pixels.ts";
import { psnr } from "../helpers/psnr.ts";
import type { Raster, Rect } from "../../shared/image/raster.ts";

const photo = await fixture("dark.jpg");
/** The plate of dark.jpg, whose working image has the photo's size: 1600 x 1067 pixels. */
const PLATE = { x: 218, y: 647, width: 90, height: 71 };
const QUERY = "format=png&shadow=none";
const COVER = `plate=${encodeURIComponent('{"cover":"#0a64c8"}')}`;
const codes = ({ warnings }: Reply) => warnings.map(({ code }) => code);

onBothDenos(
  "licence plates are hidden",
  {},
  async (t, { url, functionUrl, secretKey, simulator }) => {
    const auth = { apikey: secretKey };
    const send = async (query: string) =>
      (await expectReply(sendBytes(functionUrl, auth, photo, `${QUERY}&${query}`))).body;
    const pixelsOf = (reply: Reply) => rasterOf(Buffer.from(reply.processed!, "base64"));
    const placeOf = ({ metadata: { crop } }: Reply): Rect => ({
      ...PLATE,
      x: PLATE.x - crop.x,
      y: PLATE.y - crop.y,
    });
    const calls = simulator!.requests;
    let kept: Raster;

    await t.step("plate keep is the default, and asks for the mask only", async () => {
      const reply = await send("");
      kept = await pixelsOf(reply);
      assert.deepEqual(codes(reply), []);
      assert.equal((await send("plate=keep")).processed, reply.processed);
      assert.deepEqual(calls.map(({ mode }) => mode), ["fg-mask"]);
    });
    await t.step(
      "plate cover draws the colour over the plate, and changes nothing else",
      async () => {
        const reply = await send(COVER);
        assert.deepEqual(codes(reply), []);
        const image = await pixelsOf(reply);
        const { x, y, width, height } = placeOf(reply);
        for (const [column, row] of [[x, y], [x + width - 1, y + height - 1], [x + 45, y + 35]]) {
          assertNear(at(image, column, row), [10, 100, 200, 255], 1);
        }
        const elsewhere = {
          ...kept,
          data: Uint8Array.from({ length: kept.width * kept.height }, (_, i) => {
            const [column, row] = [i % kept.width, Math.floor(i / kept.width)];
            const isNear = column > x - 12 && column < x + width + 12 && row > y - 12 &&
              row < y + height + 12;
            return isNear || kept.data[i * 4 + 3] < 255 ? 0 : 255;
          }),
        };
        assert.ok(psnr(image, kept, { mask: elsewhere }) > 45);
      },
    );
    await t.step(
      "plate cover draws a picture of the background bucket over the plate",
      async () => {
        const bucket = createClient(url, secretKey).storage.from("car-backgrounds");
        const put = async (path: string, color: [number, number, number, number]) => {
          const file = await fileOf(solid({ width: 260, height: 56 }, color), MagickFormat.Png);
          const { error } = await bucket.upload(path, file, {
            contentType: "image/png",
            upsert: true,
          });
          assert.equal(error, null);
          const cover = { storage_path: { bucket: "car-backgrounds", path } };
          return `plate=${encodeURIComponent(JSON.stringify({ cover }))}`;
        };
        const sign = await put("sign.png", [230, 120, 10, 255]);
        const reply = await send(sign);
        assert.deepEqual(codes(reply), []);
        const image = await pixelsOf(reply);
        const { x, y, width, height } = placeOf(reply);
        for (const [column, row] of [[x, y], [x + width - 1, y + height - 1], [x + 45, y + 35]]) {
          assertNear(at(image, column, row), [230, 120, 10, 255], 1);
        }
        const stored = "upload_to_storage=true&variants=grid";
        const same = await put("same.png", [10, 220, 90, 255]);
        const [one, two] = [await send(`${stored}&${sign}`), await send(`${stored}&${same}`)];
        assert.notEqual(one.storage_urls!.grid, two.storage_urls!.grid, "paths follow the content");
        const cover = { storage_path: { bucket: "car-backgrounds", path: "none.png" } };
        const missing = `plate=${encodeURIComponent(JSON.stringify({ cover }))}`;
        await expectError(sendBytes(functionUrl, auth, photo, missing), "backdrop_not_found");
      },
    );
    await t.step("plate blur makes the plate illegible", async () => {
      const reply = await send("plate=blur");
      assert.deepEqual(codes(reply), []);
      const image = await pixelsOf(reply);
      const { x, y, width, height } = placeOf(reply);
      const contrast = (of: Raster) => {
        let most = 0;
        for (let row = y + 10; row < y + height - 10; row++) {
          for (let column = x + 10; column < x + width - 10; column++) {
            most = Math.max(most, Math.abs(at(of, column, row)[1] - at(of, column + 3, row)[1]));
          }
        }
        return most;
      };
      assert.ok(contrast(image) < contrast(kept) / 4, `${contrast(image)} of ${contrast(kept)}`);
    });
    await t.step("changes of plate cost one more call in all", async () => {
      await send(COVER);
      await send("plate=blur&padding=7");
      await send("");
      assert.deepEqual(calls.map(({ mode }) => mode), ["fg-mask", "fg-image-hideclp"]);
    });
    await t.step(
      "a reply without a box is the warning plate_not_found, with API4.ai's own picture",
      async () => {
        simulator!.behave({ kind: "ok-shuffled" });
        const other = await fixture("small.jpg");
        const ask = (query: string) =>
          sendBytes(functionUrl, auth, other, `variants=grid&${query}`);
        const { body } = await expectReply(ask("plate=blur"));
        assert.deepEqual([codes(body), body.metadata.background.removed], [
          ["plate_not_found"],
          true,
        ]);
        await expectError(ask("plate=blur&require=plate_not_found"), "quality_rejected");
      },
    );
    await t.step("a photo that keeps its background has the warning too", async () => {
      assert.deepEqual(codes(await send("skip_background_removal=true&plate=blur")), [
        "plate_not_found",
      ]);
    });
    await t.step("a stored result has its own address and the same warning", async () => {
      const query = "variants=grid&upload_to_storage=true&skip_background_removal=true";
      const [hidden, again, plain] = [
        await send(`${query}&plate=blur`),
        await send(`${query}&plate=blur`),
        await send(query),
      ];
      assert.deepEqual([again.metadata.reused, codes(again)], [true, ["plate_not_found"]]);
      assert.notEqual(hidden.storage_urls!.grid, plain.storage_urls!.grid);
      assert.deepEqual(codes(plain), []);
    });
    await t.step("another value of plate is refused by name", async () => {
      const { body } = await expectError(
        sendBytes(functionUrl, auth, photo, "plate=hide"),
        "invalid_options",
      );
      assert.equal(body.error.details!.field, "options.plate");
    });
  },
);

// Proves over HTTP what callers see of backgrounds: a studio, a picture of the bucket, their paths, and refusals.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createClient } from "@supabase/supabase-js";
import { MagickFormat } from "@imagemagick/magick-wasm";
import type { Stack } from "../../../dev/stack.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../../helpers/call.ts";
import { fileOf, rasterOf } from "../../helpers/magick_files.ts";
import { onBothDenos } from "../../helpers/on_both_denos.ts";
import { assertNear, at, solid } from "../../helpers/pixels.ts";

const COLORS = { blue: [30, 60, 200, 255], green: [20, 180, 60, 255] } as const;
const pictureOf = (color: keyof typeof COLORS) =>
  fileOf(solid({ width: 300, height: 200 }, COLORS[color]), MagickFormat.Png);

async function putBackground(
  { url, secretKey }: Stack,
  path: string,
  file: Uint8Array<ArrayBuffer>,
) {
  const bucket = createClient(url, secretKey).storage.from("car-backgrounds");
  const { error } = await bucket.upload(path, file, { contentType: "image/png", upsert: true });
  assert.equal(error, null);
  return { storage_path: { bucket: "car-backgrounds", path } };
}

onBothDenos("a background is a studio or a picture", {}, async (t, stack) => {
  const { functionUrl: url, secretKey: apikey } = stack;
  const photo = await fixture("small.jpg");
  const send = async (background: unknown, query = "variants=grid,processed&format=png") => {
    const text = typeof background === "string" ? background : JSON.stringify(background);
    const all = `${query}&background=${encodeURIComponent(text)}`;
    return (await expectReply(sendBytes(url, { apikey }, photo, all))).body;
  };
  const rasterOfGrid = async (grid?: string) => await rasterOf(Buffer.from(grid!, "base64"));
  const bluePicture = await pictureOf("blue"); // another one would have another time in its file
  const blue = await putBackground(stack, "blue.png", bluePicture);

  await t.step("a studio has a wall, a floor and no transparency", async () => {
    const studio = { wall: "#c03030", floor: "#3030c0", horizon: 0.5 };
    const reply = await send({ studio });
    const image = await rasterOfGrid(reply.grid);
    const [wall, floor] = [at(image, 300, 20), at(image, 300, 390)];
    assert.ok(wall[0] > wall[2] + 80 && floor[2] > floor[0] + 80);
    assert.ok(image.data.every((value, i) => i % 4 !== 3 || value === 255));
    const car = await rasterOfGrid((await send("transparent")).grid);
    assertNear(at(image, 300, 210), at(car, 300, 210), 0);
  });
  await t.step("a picture covers every variant, in JSON too", async () => {
    const reply = await send(blue);
    for (const name of ["grid", "processed"] as const) {
      const image = await rasterOfGrid(reply[name]);
      assertNear(at(image, 1, 1), COLORS.blue, 1, name);
      assertNear(at(image, image.width - 2, 1), COLORS.blue, 1, name);
    }
    const options = { background: blue, format: "png", variants: ["grid", "processed"] };
    const image_base64 = Buffer.from(photo).toString("base64");
    const { body } = await expectReply(sendJson(url, { apikey }, { image_base64, options }));
    assert.deepEqual([body.grid, body.processed], [reply.grid, reply.processed]);
  });
  await t.step("a stored result belongs to the picture's content, not to its path", async () => {
    const query = "variants=grid&upload_to_storage=true";
    const urlOf = async (background: unknown) => {
      const { storage_urls, metadata } = await send(background, query);
      return [storage_urls!.grid, metadata.reused];
    };
    const [first] = await urlOf(blue);
    const same = await putBackground(stack, "folder/same blue.png", bluePicture);
    assert.deepEqual(await urlOf(same), [first, true]);
    const green = await putBackground(stack, "green.png", await pictureOf("green"));
    const [other, reused] = await urlOf(green);
    assert.notEqual(other, first);
    assert.equal(reused, false);
    const studios = [{ studio: {} }, { studio: { horizon: 0.62 } }, { studio: { horizon: 0.7 } }];
    const urls = await Promise.all(studios.map(async (one) => (await urlOf(one))[0]));
    assert.equal(urls[0], urls[1]);
    assert.notEqual(urls[0], urls[2]);
  });
  await t.step(
    "a background that cannot be used is an error, and nothing is rendered",
    async () => {
      const refuse = (background: unknown, code: Parameters<typeof expectError>[1]) =>
        expectError(
          sendBytes(
            url,
            { apikey },
            photo,
            `background=${encodeURIComponent(JSON.stringify(background))}`,
          ),
          code,
        );
      const at = (bucket: string, path: string) => ({ storage_path: { bucket, path } });
      const forbidden = await refuse(at("car-originals", "a.jpg"), "backdrop_forbidden");
      assert.deepEqual(forbidden.body.error.details, { buckets: ["car-backgrounds"] });
      await refuse(at("car-backgrounds", "none.png"), "backdrop_not_found");
      const broken = await putBackground(
        stack,
        "broken.png",
        bluePicture.slice(0, 70),
      );
      await refuse(broken, "backdrop_invalid");
      for (
        const wrong of [{ studio: { wall: "red" } }, { studio: { horizon: 2 } }, { image: 1 }, {}]
      ) {
        const { body } = await refuse(wrong, "invalid_options");
        assert.match(String(body.error.details!.field), /^options\.background/);
      }
    },
  );
});

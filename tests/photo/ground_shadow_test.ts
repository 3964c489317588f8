// Proves over HTTP that `shadow: ground`, `shadow_strength` and `reflection` put a whole car on a floor in every variant, and
// draw no floor under a car that the photo cuts or whose background is kept.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MagickFormat } from "@imagemagick/magick-wasm";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import type { Raster } from "../../shared/image/raster.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { at } from "../helpers/pixels.ts";
import { drawCar, DRAWINGS } from "../helpers/silhouettes.ts";

const SCALE = 2;
const whole = drawCar("side", SCALE);
const png = await fileOf(whole, MagickFormat.Png32);
const closeUp = await fileOf(whole, MagickFormat.Png32, {
  edit: (image) => image.crop(whole.width, 142 * SCALE), // through the tyres
});
/** The car's box in units: the padding of 20 pixels is 10 units, the canvas of 40 pixels adds 10 units on each side. */
const CAR = { left: 30, top: 65 };
const MARGIN = 10 + 10;

const imageOf = (reply: Reply, name: "processed" | "grid" | "detail" = "processed") =>
  rasterOf(Buffer.from(reply[name]!, "base64"));

/** The pixel of `processed` at a drawn car's unit. */
const unitAt = (image: Raster, x: number, y: number) =>
  at(image, (x - CAR.left + MARGIN) * SCALE, (y - CAR.top + MARGIN) * SCALE);

onBothDenos("a car stands on a floor", {}, async (t, stack) => {
  const { functionUrl: url, secretKey: apikey } = stack;
  const send = async (query: string, photo = png, padding = 20) =>
    (await expectReply(
      sendBytes(
        url,
        { apikey, "content-type": "image/png" },
        photo,
        `padding=${padding}&format=png&${query}`,
      ),
    )).body;

  await t.step("the ground shadow is under the tyres and not above the car's contour", async () => {
    const image = await imageOf(await send("shadow=ground"));
    assert.deepEqual([image.width, image.height], [242 * SCALE + 80, 87 * SCALE + 80]);
    for (const { x } of DRAWINGS.side.tyres) {
      assert.ok(unitAt(image, x, 153)[3] > 150, `${unitAt(image, x, 153)}`);
    }
    assert.ok(unitAt(image, 150, 140)[3] > 40, "the floor under the sill is dark");
    for (const [x, y] of [[20, 100], [285, 100], [20, 148], [100, 60]]) {
      assert.equal(unitAt(image, x, y)[3], 0, `${x}, ${y}`);
    }
  });

  await t.step("every variant keeps its exact size, with every background and fit", async () => {
    for (const query of ["background=%23c8b090", "fit=cover", "fit=fill&reflection=80"]) {
      const reply = await send(`shadow=ground&${query}`);
      for (const [name, size] of [["grid", [600, 400]], ["detail", [1200, 800]]] as const) {
        const image = await imageOf(reply, name);
        assert.deepEqual([image.width, image.height], size);
      }
    }
  });

  await t.step("shadow_strength changes the ground shadow and the drop shadow", async () => {
    for (const shadow of ["ground", "drop"]) {
      const alphas: number[] = [];
      for (const strength of [0, 20, 50, 100]) {
        const image = await imageOf(
          await send(`shadow=${shadow}&shadow_strength=${strength}&variants=processed`),
        );
        alphas.push(unitAt(image, 230, 154)[3]);
      }
      assert.equal(alphas[0], 0);
      assert.ok(alphas.every((alpha, i) => i === 0 || alpha > alphas[i - 1]), `${alphas}`);
    }
    const full = await imageOf(await send("shadow=drop&shadow_strength=100&variants=processed"));
    const half = await imageOf(await send("shadow=drop&variants=processed"));
    const [a, b] = [unitAt(full, 270, 140)[3], unitAt(half, 270, 140)[3]];
    assert.ok(Math.abs(a - 2 * b) <= 2, `${a} is twice ${b}`);
  });

  await t.step("a reflection shows the car's colours under the line, with any shadow", async () => {
    for (const shadow of ["none", "drop", "ground"]) {
      const query = `shadow=${shadow}&reflection=80&variants=processed`;
      const image = await imageOf(await send(query, png, 60)); // 40 units of room below the tyres
      assert.equal(image.height, 87 * SCALE + 2 * 60 + 40);
      const [r, g, , alpha] = at(image, (150 + 10) * SCALE, (175 - 25) * SCALE); // mirrors 129, the body
      assert.ok(alpha > 25 && r > g + 10, `${shadow}: ${[r, g, alpha]}`);
    }
  });

  await t.step(
    "a car that the photo's lower edge cuts has no floor and no canvas for it",
    async () => {
      const bare = await send("shadow=none&variants=processed", closeUp);
      const asked = await send("shadow=ground&reflection=50&variants=processed", closeUp);
      assert.equal(asked.processed, bare.processed);
      const drop = await send("shadow=drop&reflection=50&variants=processed", closeUp);
      assert.equal(
        drop.processed,
        (await send("shadow=drop&variants=processed", closeUp)).processed,
      );
    },
  );

  await t.step("a photo that keeps its background has no floor", async () => {
    const kept = "skip_background_removal=true&variants=processed";
    const bare = await send(`${kept}&shadow=none`);
    const asked = await send(`${kept}&shadow=ground&reflection=50`);
    assert.equal(asked.processed, bare.processed);
  });

  await t.step("a photo with its background removed by API4.ai stands on a floor", async () => {
    const photo = await fixture("small.jpg");
    const reply = await expectReply(
      sendBytes(url, { apikey }, photo, "shadow=ground&variants=processed&format=png"),
    );
    const { data } = await imageOf(reply.body);
    let black = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] > 128 && data[i + 3] < 250 && data[i] + data[i + 1] + data[i + 2] === 0) {
        black++;
      }
    }
    assert.ok(black > 100, `${black} pixels of the shadow`);
  });

  await t.step("each look has its own path in Storage, and answers again from there", async () => {
    const looks = [
      "shadow=ground",
      "shadow=ground&shadow_strength=80",
      "shadow=ground&reflection=30",
    ];
    const paths: string[] = [];
    for (const look of looks) {
      const query = `${look}&variants=grid&upload_to_storage=true`;
      const first = await send(query);
      paths.push(first.storage_urls!.grid!);
      const again = await send(query);
      assert.equal(again.metadata.reused, true);
      assert.deepEqual(again.storage_urls, first.storage_urls);
    }
    assert.equal(new Set(paths).size, looks.length);
  });

  await t.step("a value out of range is refused by its name", async () => {
    for (
      const [name, value] of [["shadow", "floor"], ["shadow_strength", 101], ["reflection", -1]]
    ) {
      const json = sendJson(url, { apikey }, { image_base64: "AAAA", options: { [name]: value } });
      const { body } = await expectError(json, "invalid_options");
      assert.equal((body.error.details as { field: string }).field, `options.${name}`);
    }
  });
});

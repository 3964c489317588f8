// Proves over HTTP that the alpha of a photo that is already cut out is its mask: in every form of a request, from
// Storage, and only if the options trust it.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { createClient } from "@supabase/supabase-js";
import { type Stack, startStack } from "../../dev/stack.ts";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { metricsSchema } from "../../shared/status/metrics_schema.ts";
import { batchEnd, makeBatch } from "../helpers/batches.ts";
import { expectError, expectReply, sendBytes, sendJson } from "../helpers/call.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { assertNear, at, draw, solid } from "../helpers/pixels.ts";
import { storeOriginal } from "../helpers/store_original.ts";
import { seen } from "../helpers/until.ts";

const SIZE = { width: 400, height: 300 };
const CAR = { x: 100, y: 80, width: 200, height: 120 };
const OWN = { removed: true, provider: "own_alpha", cached: false };
const KEPT = { removed: false, provider: null, cached: false };
const UPLOAD = "upload_to_storage=true";

/** A red ellipse, cut out of a green ground whose colour is still in the transparent pixels and in the soft edge. */
const cutOut = draw(SIZE, (x, y) => {
  const [dx, dy] = [
    (x + 0.5 - 200) / (CAR.width / 2),
    (y + 0.5 - 140) / (CAR.height / 2),
  ];
  const distance = Math.hypot(dx, dy);
  const alpha = distance > 1 ? 0 : distance > 0.97 ? 128 : 255;
  return alpha === 255 ? [200, 40, 30, 255] : [60, 140, 40, alpha];
});
const png = await fileOf(cutOut, MagickFormat.Png32);
const opaque = await fileOf(solid(SIZE, [200, 40, 30, 255]), MagickFormat.Png32);

/** Sends the cutout with a padding of its own, so that no result of another step answers. */
function senderOf({ functionUrl, secretKey }: Stack, photo = png) {
  return async (query: string): Promise<Reply> =>
    (await expectReply(sendBytes(functionUrl, { apikey: secretKey }, photo, query))).body;
}

async function assertCutOut(reply: Reply): Promise<void> {
  assert.deepEqual([reply.metadata.background, reply.warnings], [OWN, []]);
  const image = await rasterOf(Buffer.from(reply.processed!, "base64"));
  // The box of the ellipse, 10 pixels of padding on each side, and 40 for the shadow.
  assert.deepEqual([image.width, image.height], [260, 180]);
  const [left, top] = [30, 30];
  assertNear(at(image, left + 100, top + 60), [200, 40, 30, 255], 0, "the car");
  assert.equal(at(image, 2, 2)[3], 0);
  const edge = at(image, left + 1, top + 60);
  assertNear(edge, [200, 40, 30, edge[3]], 12, "the edge over its shadow, without green");
  assert.ok(edge[3] >= 128, "the alpha counts once");
  const shadow = at(image, left + 115, top + 127);
  assert.ok(shadow[3] > 20 && shadow[0] < 5, "there is a shadow");
}

onBothDenos("a photo that is already cut out keeps its own alpha", {}, async (t, stack) => {
  const { functionUrl: url, secretKey, supabase } = stack;
  const simulator = stack.simulator!;
  const auth = { apikey: secretKey };
  const send = senderOf(stack);
  const options = { padding: 10, format: "png", variants: ["processed"] };
  const query = "padding=10&format=png&variants=processed";

  await t.step("in every form of the request, without a call of API4.ai", async () => {
    const image_base64 = Buffer.from(png).toString("base64");
    const storage_path = await storeOriginal(stack, `${crypto.randomUUID()}.jpg`, png);
    const form = new FormData();
    form.set("file", new Blob([png]), "car.png");
    form.set("options", JSON.stringify({ ...options, trust_alpha: true }));
    for (
      const pending of [
        sendBytes(url, auth, png, query),
        sendBytes(url, auth, png, `${query}&trust_alpha=true`),
        sendJson(url, auth, { image_base64, options }),
        sendJson(url, auth, { storage_path, options }),
        fetch(url, { method: "POST", headers: auth, body: form }),
      ]
    ) {
      await assertCutOut((await expectReply(pending)).body);
    }
    assert.equal(simulator.requests.length, 0);
    const rows = await seen(
      () => supabase.query<{ api4ai: string }>("select api4ai from public.processing_runs"),
      ({ length }) => length >= 5,
    );
    assert.deepEqual(new Set(rows.map(({ api4ai }) => api4ai)), new Set(["own_alpha"]));
    const response = await fetch(`${url}/metrics`, { headers: auth });
    const metrics = metricsSchema.parse(await response.json());
    for (const figures of [metrics, metrics.project!.last_day.new]) {
      const { api4ai_calls, cached_cutouts, own_alpha_cutouts } = figures;
      assert.deepEqual([api4ai_calls, cached_cutouts, own_alpha_cutouts], [0, 0, 5]);
    }
    const [total] = await supabase.query<{ sum: number }>(
      "select sum(own_alpha_cutouts)::integer as sum from public.processing_totals",
    );
    assert.equal(total.sum, 5);
  });
  await t.step("as WebP, TIFF and AVIF, too", async () => {
    for (const format of [MagickFormat.WebP, MagickFormat.Tiff, MagickFormat.Avif]) {
      const { metadata } = await senderOf(stack, await fileOf(cutOut, format))("variants=grid");
      assert.deepEqual(metadata.background, OWN, format);
    }
    assert.equal(simulator.requests.length, 0);
  });
  await t.step("and its stored result is found without decoding", async () => {
    const first = await send(`${UPLOAD}&padding=1`);
    const again = await send(`${UPLOAD}&padding=1&return_images=true`);
    assert.deepEqual([first.metadata.reused, again.metadata.reused], [false, true]);
    assert.deepEqual(again.metadata.background, OWN);
    assert.deepEqual(again.storage_urls, first.storage_urls);
    assert.equal(again.metadata.timings_ms.decode, undefined);
  });
  await t.step(
    "trust_alpha false asks API4.ai in every form, and its result stays apart",
    async () => {
      const storage_path = await storeOriginal(stack, `${crypto.randomUUID()}.jpg`, png);
      const distrusted = await send(`${UPLOAD}&padding=2&trust_alpha=false`);
      assert.equal(simulator.requests.length, 1);
      assert.deepEqual(distrusted.metadata.background, { ...OWN, provider: "simulator" });
      const own = await send(`${UPLOAD}&padding=2`);
      assert.deepEqual([own.metadata.reused, own.metadata.background], [false, OWN]);
      assert.notDeepEqual(own.storage_urls, distrusted.storage_urls);
      for (
        const pending of [
          sendBytes(url, auth, png, `${UPLOAD}&padding=2&trust_alpha=false`),
          sendJson(url, auth, {
            ...{ storage_path, upload_to_storage: true },
            options: { padding: 2, trust_alpha: false },
          }),
        ]
      ) {
        const { body } = await expectReply(pending);
        assert.deepEqual([body.metadata.reused, body.storage_urls], [
          true,
          distrusted.storage_urls,
        ]);
        assert.equal(body.metadata.background.provider, "simulator");
      }
      assert.deepEqual((await send(`${UPLOAD}&padding=2`)).storage_urls, own.storage_urls);
      assert.equal(simulator.requests.length, 1);
    },
  );
  await t.step("variants that were stored one by one keep to their own cutout", async () => {
    await send(`${UPLOAD}&padding=3&variants=grid&trust_alpha=false`);
    await send(`${UPLOAD}&padding=3&variants=grid`);
    await send(`${UPLOAD}&padding=3&variants=detail`);
    const both = await send(`${UPLOAD}&padding=3&variants=grid,detail`);
    assert.deepEqual([both.metadata.reused, both.metadata.background], [true, OWN]);
    const distrusted = await send(`${UPLOAD}&padding=3&variants=grid,detail&trust_alpha=false`);
    assert.equal(distrusted.metadata.reused, false);
  });
  await t.step("a kept background keeps the transparency, and is no answer to others", async () => {
    const kept = await send(`${UPLOAD}&padding=10&skip_background_removal=true`);
    assert.deepEqual([kept.metadata.background, kept.warnings], [KEPT, []]);
    const { width, height } = kept.metadata.processed!;
    assert.deepEqual([width, height], [220, 140]); // no shadow
    const own = await send(`${UPLOAD}&padding=10`);
    assert.deepEqual([own.metadata.reused, own.metadata.background], [false, OWN]);
  });
  await t.step("in a batch, where an item can distrust it", async () => {
    simulator.reset();
    await supabase.query("delete from storage.objects where bucket_id = 'car-cutouts'");
    const storage_path = await storeOriginal(stack, `${crypto.randomUUID()}.jpg`, png);
    const created = await makeBatch(stack, {
      items: [true, false].map((trust_alpha) => ({
        storage_path,
        options: { padding: 4, trust_alpha },
      })),
    });
    const { items } = await batchEnd(stack, created.batch_id);
    assert.deepEqual(
      items.map(({ metadata }) => (metadata as Reply["metadata"]).background.provider),
      [
        "own_alpha",
        "simulator",
      ],
    );
    assert.equal(simulator.requests.length, 1);
  });
  await t.step("another value of trust_alpha is refused by name", async () => {
    const { body } = await expectError(
      sendBytes(url, auth, png, "trust_alpha=maybe"),
      "invalid_options",
    );
    assert.equal(body.error.details?.field, "options.trust_alpha");
  });
  await t.step("the empty canvas around a GIF's frame is no cutout", async () => {
    simulator.reset();
    const gif = await fileOf(
      draw({ width: 200, height: 150 }, (x, y) => [x, y, 90, 255]),
      MagickFormat.Gif,
    );
    new DataView(gif.buffer).setUint16(6, SIZE.width, true);
    new DataView(gif.buffer).setUint16(8, SIZE.height, true);
    const { metadata } = await senderOf(stack, gif)("variants=grid");
    assert.deepEqual(metadata.original_size, [SIZE.width, SIZE.height]);
    assert.notEqual(metadata.background.provider, "own_alpha");
    assert.equal(simulator.requests.length, 1);
  });
  await t.step(
    "an opaque photo with an alpha channel goes to API4.ai, and has one result",
    async () => {
      simulator.reset();
      const sendOpaque = senderOf(stack, opaque);
      const photo = draw(
        SIZE,
        (x, y) => at(cutOut, x, y)[3] === 255 ? [200, 40, 30, 255] : [9, 9, 9, 255],
      );
      const sendPhoto = senderOf(stack, await fileOf(photo, MagickFormat.Png32));
      const first = await sendPhoto(UPLOAD);
      assert.equal(first.metadata.background.provider, "simulator");
      for (const query of ["", "&trust_alpha=false"]) {
        const again = await sendPhoto(`${UPLOAD}${query}`);
        assert.deepEqual([again.metadata.reused, again.storage_urls], [true, first.storage_urls]);
      }
      assert.equal(simulator.requests.length, 1);
      await sendOpaque("variants=grid");
      assert.equal(simulator.requests.length, 2);
    },
  );
});

onBothDenos("without API4.ai a cutout is processed by its own alpha", {
  API4AI_KEY: "",
  API4AI_URL: "",
}, async (_, stack) => {
  const send = senderOf(stack);
  const query = `${UPLOAD}&padding=10&variants=processed`; // others enlarge the small car
  const skipped = await send(`${query}&skip_background_removal=true`);
  assert.deepEqual(skipped.metadata.background, KEPT);
  for (const reused of [false, true]) {
    const own = await send(query);
    assert.deepEqual([own.metadata.background, own.warnings], [OWN, []]);
    assert.equal(own.metadata.reused, reused);
    assert.notDeepEqual(own.storage_urls, skipped.storage_urls);
    const other = await senderOf(stack, opaque)(UPLOAD);
    assert.deepEqual([other.metadata.background, other.metadata.reused], [KEPT, reused]);
    assert.deepEqual(other.warnings.map(({ code }) => code), ["background_removal_not_configured"]);
  }
});

Deno.test("a result by API4.ai from before the option existed stays the answer until force renders it", async () => {
  const stack = await startStack();
  try {
    const send = senderOf(stack);
    const before = await send(`${UPLOAD}&trust_alpha=false`);
    // Manifests of that time do not tell that the photo is a cutout.
    const path = before.storage_urls!.grid!.split("/car-images/")[1].replace(
      /[^/]*$/,
      "manifest.json",
    );
    const bucket = createClient(stack.url, stack.secretKey).storage.from("car-images");
    const manifest = JSON.parse(await (await bucket.download(path)).data!.text());
    assert.equal(manifest.own_alpha_unused, true);
    delete manifest.own_alpha_unused;
    const { error } = await bucket.upload(
      path,
      new TextEncoder().encode(JSON.stringify(manifest)),
      {
        contentType: "application/json",
        upsert: true,
      },
    );
    assert.equal(error, null);
    const again = await send(UPLOAD);
    assert.deepEqual([again.metadata.reused, again.storage_urls], [true, before.storage_urls]);
    const forced = await send(`${UPLOAD}&force=true`);
    assert.deepEqual(forced.metadata.background, OWN);
    const after = await send(UPLOAD);
    assert.deepEqual([after.metadata.reused, after.storage_urls], [true, forced.storage_urls]);
    assert.equal((await fetch(before.storage_urls!.grid!)).status, 200);
  } finally {
    await stack.close();
  }
});

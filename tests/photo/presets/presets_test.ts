// Proves over HTTP what the settings VARIANTS and DEFAULT_OPTIONS do: a portal's own variants, overridden ones, its defaults,
// their files in Storage, in single requests and batches.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { batchEnd, makeBatch } from "../../helpers/batches.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../../helpers/call.ts";
import { rasterOf } from "../../helpers/magick_files.ts";
import { onBothDenos } from "../../helpers/on_both_denos.ts";
import { assertNear, at } from "../../helpers/pixels.ts";
import { storeOriginal } from "../../helpers/store_original.ts";
import { metadataOf } from "./variant_facts.ts";

const VARIANTS = {
  grid: { width: 300, height: 300, fit: "contain" },
  hero: {
    ...{ width: 640, height: 360, format: "jpeg", quality: 70, background: "#102030" },
    ...{ shadow: "none", framing: { car_width: 0.7 } },
  },
};
const DEFAULTS = { format: "png", variants: ["grid", "hero"], shadow: "none" };
const ENV = {
  VARIANTS: JSON.stringify(VARIANTS),
  DEFAULT_OPTIONS: JSON.stringify(DEFAULTS),
};

onBothDenos("a portal has variants and defaults of its own", ENV, async (t, stack) => {
  const { functionUrl: url, secretKey: apikey } = stack;
  const photo = await fixture("small.jpg");
  const send = async (query = "") =>
    (await expectReply(sendBytes(url, { apikey }, photo, query))).body;
  const plain = await send();

  await t.step("its defaults apply to options that a request leaves out", () => {
    assert.deepEqual(metadataOf(plain, "grid"), { width: 300, height: 300, format: "png" });
    assert.deepEqual(metadataOf(plain, "hero"), { width: 640, height: 360, format: "jpeg" });
    assert.equal(plain.processed, undefined);
  });
  await t.step("a preset's own options replace the caller's", async () => {
    const reply = await send("variants=hero,detail&format=webp&background=%23ff0000");
    assert.deepEqual(metadataOf(reply, "hero"), { width: 640, height: 360, format: "jpeg" });
    assert.deepEqual(metadataOf(reply, "detail"), { width: 1200, height: 800, format: "webp" });
    const hero = await rasterOf(Buffer.from(reply.hero as string, "base64"));
    assertNear(at(hero, 3, 3), [0x10, 0x20, 0x30, 255], 6);
  });
  await t.step("a request's own options replace the portal's, in every form", async () => {
    const options = { format: "webp", variants: ["grid"] };
    const image_base64 = Buffer.from(photo).toString("base64");
    const form = new FormData();
    form.set("file", new Blob([photo]), "car.jpg");
    form.set("options", JSON.stringify(options));
    for (
      const pending of [
        sendJson(url, { apikey }, { image_base64, options }),
        fetch(url, { method: "POST", headers: { apikey }, body: form }),
        sendBytes(url, { apikey }, photo, "format=webp&variants=grid"),
      ]
    ) {
      const { body } = await expectReply(pending);
      assert.deepEqual(metadataOf(body, "grid"), { width: 300, height: 300, format: "webp" });
      assert.equal(body.hero, undefined);
    }
  });
  await t.step("its files have paths of their own, and are found again", async () => {
    const query = "upload_to_storage=true&return_images=true";
    const [first, again] = [await send(query), await send(query)];
    assert.deepEqual([first.metadata.reused, again.metadata.reused], [false, true]);
    assert.deepEqual([again.grid, again.hero], [first.grid, first.hero]);
    assert.deepEqual(again.storage_urls, first.storage_urls);
    assert.match(first.storage_urls!.grid!, /\/grid-[0-9a-f]{8}\.png$/);
    assert.match(first.storage_urls!.hero, /\/hero-[0-9a-f]{8}\.jpg$/);
    const stored = await fetch(first.storage_urls!.hero);
    assert.equal(stored.headers.get("content-type"), "image/jpeg");
    const bytes = Buffer.from(await stored.arrayBuffer()).toString("base64");
    assert.equal(bytes, first.hero);
    const more = await send(`${query}&variants=hero,processed`);
    assert.equal(more.metadata.reused, false);
    assert.equal((await send(query)).metadata.reused, true);
  });
  await t.step("a batch has the same defaults and variants", async () => {
    const storage_path = await storeOriginal(stack, "presets/photo.jpg", photo);
    const created = await makeBatch(stack, {
      items: [{ storage_path }, { storage_path, options: { variants: ["processed"] } }],
    });
    const { items: [usual, own] } = await batchEnd(stack, created.batch_id);
    assert.deepEqual(Object.keys(usual.storage_urls!), ["grid", "hero"]);
    assert.deepEqual(Object.keys(own.storage_urls!), ["processed"]);
    assert.match(own.storage_urls!.processed, /\.png$/);
  });
  await t.step("a variant that does not exist is refused, with the names of all", async () => {
    const names =
      "processed, grid, detail, google_vehicle_ads, facebook_square, facebook_wide, hero";
    const { body } = await expectError(
      sendBytes(url, { apikey }, photo, "variants=grid,huge"),
      "invalid_options",
    );
    assert.deepEqual(body.error.details, {
      field: "options.variants",
      expected: `names among ${names}`,
      received: '"huge" of type string',
    });
    const item = { storage_path: { bucket: "car-originals", path: "a.jpg" } };
    const pending = fetch(`${url}/batch`, {
      method: "POST",
      headers: { apikey, "content-type": "application/json" },
      body: JSON.stringify({ items: [item, { ...item, options: { variants: ["huge"] } }] }),
    });
    const refused = await expectError(pending, "invalid_options");
    assert.equal(refused.body.error.details!.field, "items.1.options.variants");
  });
});

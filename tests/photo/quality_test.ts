// Proves over HTTP which warnings quality control gives, that `metadata.quality` has its figures, and that `require` refuses a photo
// without storing anything.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MagickFormat } from "@imagemagick/magick-wasm";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { batchEnd, makeBatch } from "../helpers/batches.ts";
import { expectError, expectReply, sendBytes, sendJson } from "../helpers/call.ts";
import { fileOf } from "../helpers/magick_files.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { storeOriginal } from "../helpers/store_original.ts";
import { type CarLook, drawCars } from "../helpers/striped_car.ts";

const SIZE = { width: 1_000, height: 600 };
const CAR = { x: 100, y: 120, width: 800, height: 360 };
/** A photo that came as a cutout, so that no cutout service is needed. */
const photoOf = (cars = [CAR], look: CarLook = {}) =>
  fileOf(drawCars(SIZE, cars, look), MagickFormat.Png);
const codes = ({ warnings }: Pick<Reply, "warnings">) => warnings.map(({ code }) => code);

const FAULTY: [code: string, photo: Uint8Array<ArrayBuffer>][] = [
  ["car_cut_off", await photoOf([{ ...CAR, x: 0 }])],
  ["car_small", await photoOf([{ x: 300, y: 200, width: 400, height: 200 }])],
  ["blurry", await photoOf([CAR], { rampPx: 12 })],
  ["too_dark", await photoOf([CAR], { levels: [55, 5] })],
  ["overexposed", await photoOf([CAR], { levels: [500, 60] })],
  ["several_subjects", await photoOf([{ ...CAR, width: 450 }, { ...CAR, x: 600, width: 300 }])],
  ["cutout_uncertain", await photoOf([CAR], { alphaAt: (px) => px > 60 ? 255 : 128 })],
];
const fine = await photoOf();
const cutOff = FAULTY[0][1];

onBothDenos("quality control warns as a photo editor would", {}, async (t, stack) => {
  const { functionUrl: url, secretKey } = stack;
  const auth = { apikey: secretKey };
  const send = async (photo: Uint8Array<ArrayBuffer>, query = "") =>
    (await expectReply(sendBytes(url, auth, photo, query))).body;
  const stored = async () =>
    (await stack.supabase.query<{ count: string }>("select count(*) from storage.objects"))[0]
      .count;

  await t.step("a good photo has no warning, and its figures", async () => {
    const { warnings, metadata: { quality } } = await send(fine);
    assert.deepEqual(warnings, []);
    assert.deepEqual({ ...quality, edge_width: Math.round(quality.edge_width!) }, {
      ...{ edge_contact: 0, edge_width: 1, brightness: 0.784, overexposed: 0 },
      ...{ subjects: 1, half_transparent: 0 },
    });
  });
  for (const [code, photo] of FAULTY) {
    await t.step(`a photo with the fault ${code} has that warning only`, async () => {
      assert.deepEqual(codes(await send(photo)), [code]);
    });
  }
  await t.step("car_small depends on the variants, also of a stored result", async () => {
    const small = FAULTY[1][1];
    assert.deepEqual(codes(await send(small, "variants=grid")), []);
    const query = "upload_to_storage=true&variants=";
    const [all, grid, again] = [
      await send(small, `${query}grid,detail`),
      await send(small, `${query}grid`),
      await send(small, `${query}detail`),
    ];
    assert.deepEqual([all, grid, again].map(codes), [["car_small"], [], ["car_small"]]);
    assert.deepEqual([grid.metadata.reused, again.metadata.reused], [true, true]);
    assert.match(again.warnings[0].message, /for detail:/);
  });
  await t.step(
    "a photo that keeps its background is judged by sharpness and brightness only",
    async () => {
      const query = "skip_background_removal=true&variants=grid";
      const { metadata: { quality } } = await send(cutOff, query);
      const { edge_contact, overexposed, subjects, half_transparent } = quality;
      assert.deepEqual([edge_contact, overexposed, subjects, half_transparent], [
        null,
        null,
        null,
        null,
      ]);
      assert.deepEqual(codes(await send(FAULTY[2][1], query)), ["blurry"]);
      assert.deepEqual(codes(await send(cutOff, `${query}&require=car_cut_off`)), []);
      assert.deepEqual(codes(await send(cutOff, `${query}&require=`)), []);
    },
  );
  await t.step("require refuses a photo with a chosen warning, and stores nothing", async () => {
    const before = await stored();
    const query = "upload_to_storage=true&padding=1&require=blurry,car_cut_off";
    const { body: { error } } = await expectError(
      sendBytes(url, auth, cutOff, query),
      "quality_rejected",
    );
    const { warnings, quality } = error.details as {
      warnings: Reply["warnings"];
      quality: Reply["metadata"]["quality"];
    };
    assert.deepEqual(codes({ warnings }), ["car_cut_off"]);
    assert.equal(error.message, warnings[0].message);
    assert.ok(quality.edge_contact! > 0.02);
    assert.equal(await stored(), before);
  });
  await t.step(
    "require refuses by car_small too, which only the plan of the variants shows",
    async () => {
      const before = await stored();
      const query = "upload_to_storage=true&padding=1&require=car_small";
      await expectError(sendBytes(url, auth, FAULTY[1][1], query), "quality_rejected");
      assert.equal(await stored(), before);
    },
  );
  await t.step("require accepts a photo that has only other warnings", async () => {
    const options = { require: ["blurry"], variants: ["grid"] };
    const image_base64 = Buffer.from(cutOff).toString("base64");
    const { body } = await expectReply(sendJson(url, auth, { image_base64, options }));
    assert.deepEqual(codes(body), ["car_cut_off"]);
  });
  await t.step(
    "require refuses a stored result as well, and does not change its address",
    async () => {
      const first = await send(cutOff, "upload_to_storage=true&padding=2");
      await expectError(
        sendBytes(url, auth, cutOff, "upload_to_storage=true&padding=2&require=car_cut_off"),
        "quality_rejected",
      );
      const again = await send(cutOff, "upload_to_storage=true&padding=2&require=too_dark");
      assert.deepEqual([again.metadata.reused, again.storage_urls], [true, first.storage_urls]);
    },
  );
  await t.step("require refuses an item of a batch, without a second try", async () => {
    const storage_path = await storeOriginal(stack, "quality/cut.png", cutOff);
    const options = { require: ["car_cut_off"] };
    const { batch_id } = await makeBatch(stack, { items: [{ storage_path, options }] });
    const { items: [item] } = await batchEnd(stack, batch_id);
    assert.deepEqual([item.state, item.tries], ["failed", 1]);
    assert.equal((item.error as { code: string }).code, "quality_rejected");
  });
  await t.step("require with an unknown code is refused by name", async () => {
    const { body } = await expectError(
      sendBytes(url, auth, fine, "require=ugly"),
      "invalid_options",
    );
    assert.equal(body.error.details!.field, "options.require.0");
  });
});

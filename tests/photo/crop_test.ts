// Proves what callers see of the crop: the warning about a white car on a white ground, when rendered and from
// Storage, and the whole picture if crop is none, in every form of the request.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MagickFormat } from "@imagemagick/magick-wasm";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { at, draw, within } from "../helpers/pixels.ts";
import { storeOriginal } from "../helpers/store_original.ts";

const SIZE = { width: 640, height: 300 };
const WHEELS = { x: 200, y: 150, width: 200, height: 50 };
const BODY = { x: 100, y: 120, width: 400, height: 60 };
const NOTHING = { x: 0, y: 0, width: 0, height: 0 };

/** A photo of dark wheels on a ground of 254, and optionally a body of 251. */
const photoOf = (body: typeof BODY) =>
  fileOf(
    draw(SIZE, (x, y) => {
      const level = within(WHEELS, x, y) ? 40 : within(body, x, y) ? 251 : 254;
      return [level, level, level, 255];
    }),
    MagickFormat.Jpeg,
  );
const KEPT = "skip_background_removal=true&variants=processed";
const UPLOAD = "upload_to_storage=true";
const codes = ({ warnings }: Reply) => warnings.map(({ code }) => code);
const sizeOf = ({ metadata: { processed } }: Reply) => [processed!.width, processed!.height];

onBothDenos("the crop contains the car, or is off", {}, async (t, stack) => {
  const whiteCar = await photoOf(BODY);
  const { functionUrl: url, simulator } = stack;
  const auth = { authorization: `Bearer ${stack.adminToken}` };
  const send = async (query: string, photo = whiteCar) =>
    (await expectReply(sendBytes(url, auth, photo, query))).body;

  await t.step(
    "a white car on white ground with its background has the warning crop_uncertain",
    async () => {
      const first = await send(`${KEPT}&${UPLOAD}`);
      assert.deepEqual([codes(first), first.metadata.reused], [["crop_uncertain"], false]);
      assert.deepEqual(sizeOf(first), [300, 150]); // the wheels and 50 pixels around them
      assert.match(first.warnings[0].message, /may cut the car.*crop: none/);
      const again = await send(`${KEPT}&${UPLOAD}`);
      assert.deepEqual([again.warnings, again.metadata.reused], [first.warnings, true]);
    },
  );
  await t.step("padding that contains the whole car removes the warning", async () => {
    assert.deepEqual(codes(await send(`${KEPT}&padding=150`)), []);
  });
  await t.step("a dark car on white ground has no warning", async () => {
    for (const photo of [await photoOf(NOTHING), await fixture("small.jpg")]) {
      assert.deepEqual(codes(await send(KEPT, photo)), []);
    }
  });
  await t.step(
    "a failed background removal and an uncertain crop are two warnings",
    async () => {
      simulator!.behave({ kind: "status", status: 400, headers: {}, body: "" });
      const reply = await send(`variants=processed&padding=9&${UPLOAD}`);
      assert.deepEqual(codes(reply), ["background_removal_failed", "crop_uncertain"]);
      const kept = await send(`${KEPT}&padding=9&${UPLOAD}`);
      assert.deepEqual([codes(kept), kept.metadata.reused], [["crop_uncertain"], true]);
      simulator!.reset();
    },
  );
  await t.step("crop none keeps the whole picture, in every form of the request", async () => {
    const options = { crop: "none", skip_background_removal: true, variants: ["processed"] };
    const form = new FormData();
    form.set("file", new Blob([whiteCar]), "car.jpg");
    form.set("options", JSON.stringify(options));
    const image_base64 = Buffer.from(whiteCar).toString("base64");
    const storage_path = await storeOriginal(stack, `${crypto.randomUUID()}.jpg`, whiteCar);
    for (
      const pending of [
        sendBytes(url, auth, whiteCar, `${KEPT}&crop=none`),
        sendJson(url, auth, { image_base64, options }),
        sendJson(url, auth, { storage_path, options }),
        fetch(url, { method: "POST", headers: auth, body: form }),
      ]
    ) {
      const { body } = await expectReply(pending);
      assert.deepEqual([sizeOf(body), codes(body)], [[640, 300], []]);
    }
  });
  await t.step(
    "without a crop the padding does not change the URL, but the crop does",
    async () => {
      const urlOf = async (query: string) =>
        (await send(`${KEPT}&${UPLOAD}&${query}`)).storage_urls!.processed;
      const whole = await urlOf("crop=none");
      assert.equal(await urlOf("crop=none&padding=7"), whole);
      assert.notEqual(await urlOf(""), whole);
      assert.equal(await urlOf("crop=auto"), await urlOf(""));
    },
  );
  await t.step(
    "with crop none a removed background leaves the car at its place in the whole picture, with its shadow",
    async () => {
      const small = await fixture("small.jpg");
      const reply = await send("crop=none&variants=processed&format=png", small);
      assert.deepEqual([reply.metadata.background.removed, codes(reply)], [true, []]);
      assert.deepEqual(sizeOf(reply), [680, 467]); // 640 x 427, and 40 pixels for the shadow
      const image = await rasterOf(Buffer.from(reply.processed!, "base64"));
      assert.equal(at(image, 0, 0)[3], 0);
      assert.equal(at(image, 340, 260)[3], 255);
      const plain = await send("crop=none&variants=processed&shadow=none", small);
      assert.deepEqual(sizeOf(plain), [640, 427]);
    },
  );
  await t.step("another value of crop is refused by name", async () => {
    const { body } = await expectError(
      sendBytes(url, auth, whiteCar, "crop=car"),
      "invalid_options",
    );
    assert.deepEqual(body.error.details, {
      field: "options.crop",
      expected: "one of auto, none",
      received: '"car" of type string',
    });
  });
});

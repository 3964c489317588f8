// Proves what callers see of a framing: cars of several photos at one size on one line, cut cars at the frame's edge, the
// warning car_small, and the same bytes and paths for requests without one.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MagickFormat } from "@imagemagick/magick-wasm";
import type { Stack } from "../../dev/stack.ts";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { alphaPlane, boxAbove } from "../helpers/car_geometry.ts";
import { expectError, expectReply, sendBytes, sendJson } from "../helpers/call.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { draw, within } from "../helpers/pixels.ts";

/** A cutout of a car: a body on two wheels at a place of a transparent photo of 900 x 600. */
function carAt(x: number, y: number, width: number, height: number) {
  const body = { x, y, width, height: height * 0.8 };
  const wheel = (at: number) => ({
    ...{ x: x + width * at, y: y + height * 0.6 },
    ...{ width: width * 0.15, height: height * 0.4 },
  });
  const parts = [body, wheel(0.1), wheel(0.75)];
  return fileOf(
    draw(
      { width: 900, height: 600 },
      (px, py) => [60, 70, 160, parts.some((part) => within(part, px, py)) ? 255 : 0],
    ),
    MagickFormat.Png,
  );
}

const FRAMING = { car_width: 0.8, car_height: 0.6, ground_line: 0.85 };
const IN_QUERY = `framing=${encodeURIComponent(JSON.stringify(FRAMING))}&shadow=none&format=png`;
const codes = ({ warnings }: Reply) => warnings.map(({ code }) => code);

async function send(
  { functionUrl, secretKey }: Stack,
  photo: Uint8Array<ArrayBuffer>,
  query = IN_QUERY,
) {
  const headers = { apikey: secretKey, "content-type": "image/png" };
  return (await expectReply(sendBytes(functionUrl, headers, photo, query))).body;
}

/** The car's box in a variant, as shares of its size. */
async function shownIn(reply: Reply, name: "processed" | "grid" | "detail") {
  const image = await rasterOf(Buffer.from(reply[name]!, "base64"));
  const { x, y, width, height } = boxAbove(image, alphaPlane(image), 127);
  return {
    left: x / image.width,
    right: (x + width) / image.width,
    width: width / image.width,
    height: height / image.height,
    ground: (y + height) / image.height,
    aspect: image.width / image.height,
  };
}

const near = (actual: number, expected: number, by = 0.006) =>
  assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);

onBothDenos("a framing puts every car on the same line", {}, async (t, stack) => {
  const far = await carAt(420, 200, 360, 130);
  await t.step("cars of different sizes and places end at one size and place", async () => {
    for (const photo of [far, await carAt(60, 100, 720, 260), await carAt(150, 300, 600, 217)]) {
      const reply = await send(stack, photo, `${IN_QUERY}&variants=processed,grid`);
      assert.equal(reply.metadata.background.provider, "own_alpha");
      for (const name of ["processed", "grid"] as const) {
        const car = await shownIn(reply, name);
        near(car.aspect, 1.5);
        near(car.width, 0.8);
        near((car.left + car.right) / 2, 0.5);
        near(car.ground, 0.85);
      }
      assert.deepEqual(codes(reply), []);
    }
  });
  await t.step("a car from the front reaches the height first", async () => {
    const car = await shownIn(await send(stack, await carAt(250, 50, 400, 420)), "grid");
    near(car.height, 0.6);
    near(car.ground, 0.85);
  });
  await t.step("processed has the framing's own shape", async () => {
    const framing = { ...FRAMING, aspect: "1:1" };
    const options = { framing, shadow: "none", format: "png" };
    const image_base64 = Buffer.from(far).toString("base64");
    const pending = sendJson(stack.functionUrl, { apikey: stack.secretKey }, {
      image_base64,
      options,
    });
    const car = await shownIn((await expectReply(pending)).body, "processed");
    near(car.aspect, 1);
    near(car.width, 0.8);
  });
  await t.step("a car that the photo cuts reaches the frame's edge in all variants", async () => {
    const left = await send(stack, await carAt(0, 200, 500, 200));
    const right = await send(stack, await carAt(400, 200, 500, 200));
    for (const name of ["processed", "grid", "detail"] as const) {
      assert.equal((await shownIn(left, name)).left, 0);
      assert.equal((await shownIn(right, name)).right, 1);
      near((await shownIn(left, name)).ground, 0.85);
    }
  });
  await t.step(
    "a car that would be enlarged more than 1.5 times is not, with a warning for the variants of the answer",
    async () => {
      const query = `${IN_QUERY}&upload_to_storage=true&return_images=true`;
      const reply = await send(stack, far, query);
      assert.deepEqual(codes(reply), ["car_small"]);
      assert.match(reply.warnings[0].message, /for detail: it is enlarged 1\.5 times/);
      near((await shownIn(reply, "detail")).width, 360 * 1.5 / 1200);
      near((await shownIn(reply, "detail")).ground, 0.85);
      const again = await send(stack, far, query);
      assert.equal(again.metadata.reused, true);
      assert.deepEqual(again.warnings, reply.warnings);
      assert.deepEqual(codes(await send(stack, far, `${query}&variants=grid`)), []);
    },
  );
  await t.step("a photo that keeps its background is framed as without the option", async () => {
    const kept = "skip_background_removal=true&variants=grid&format=png&shadow=none";
    const [framed, plain] = [
      await send(stack, far, `${kept}&framing=${encodeURIComponent("{}")}`),
      await send(stack, far, kept),
    ];
    assert.equal(framed.grid, plain.grid);
  });
  await t.step("framing none is the default, with the same bytes and URLs", async () => {
    const query = "upload_to_storage=true&return_images=true&variants=grid";
    const [plain, none] = [
      await send(stack, far, query),
      await send(stack, far, `${query}&framing=none`),
    ];
    assert.deepEqual([none.grid, none.storage_urls], [plain.grid, plain.storage_urls]);
    const framed = await send(stack, far, `${query}&framing=${encodeURIComponent("{}")}`);
    assert.notEqual(framed.storage_urls!.grid, plain.storage_urls!.grid);
  });
  await t.step("a wrong framing is refused by the name of its field", async () => {
    const headers = { apikey: stack.secretKey };
    const refused = async (framing: string) => {
      const query = `framing=${encodeURIComponent(framing)}`;
      const { body } = await expectError(
        sendBytes(stack.functionUrl, headers, far, query),
        "invalid_options",
      );
      return body.error.details!.field;
    };
    assert.equal(await refused('{"car_width": 0.3}'), "options.framing.car_width");
    assert.equal(await refused('{"aspect": "9:1"}'), "options.framing.aspect");
    assert.equal(await refused('{"car_size": 1}'), "options.framing.car_size");
    assert.equal(await refused('{"align": "left"}'), "options.framing.align");
    for (const text of ["yes", "{"]) {
      assert.equal(await refused(text), "options.framing");
    }
  });
});

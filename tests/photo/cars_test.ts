// Proves over HTTP that the variants of each fixture show the car at its place.
import assert from "node:assert/strict";
import { alphaPlane, assertBoxNear, boxAbove } from "../helpers/car_geometry.ts";
import { expectReply, sendBytes } from "../helpers/call.ts";
import { partsOf } from "../helpers/file_parts.ts";
import { CARS, fixture } from "../helpers/fixtures.ts";
import { rasterOf } from "../helpers/magick_files.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { at } from "../helpers/pixels.ts";

/** Pixels with alpha above half: the car without its shadow, which is at most 50 % of 255. */
const CAR = 128;

onBothDenos("a car's photo becomes three public pictures", {}, async (t, stack) => {
  const auth = { authorization: `Bearer ${stack.adminToken}` };
  for (const { name, size, car } of CARS) {
    await t.step(name, async () => {
      const { body } = await expectReply(
        sendBytes(stack.functionUrl, auth, await fixture(`${name}.jpg`), "upload_to_storage=true"),
      );
      assert.deepEqual(body.warnings, []);
      assert.deepEqual(body.metadata.original_size, [size.width, size.height]);
      assert.equal(body.metadata.background.removed, true);

      const { crop } = body.metadata;
      assert.deepEqual(
        body.metadata.processed!.crop,
        {
          x: 20,
          y: 20,
          width: body.metadata.processed!.width - 40,
          height: body.metadata.processed!.height - 40,
        },
      );
      const toPhoto = crop.width / body.metadata.processed!.crop.width;
      const padded = {
        x: Math.max(0, car.x - 50 * toPhoto),
        y: Math.max(0, car.y - 50 * toPhoto),
        width: Math.min(car.width + 100 * toPhoto, size.width),
        height: Math.min(car.height + 100 * toPhoto, size.height),
      };
      assertBoxNear(crop, padded, 8, "crop"); // the soft edge around the car's half-covered pixels

      const working = Math.min(1, 2048 / Math.max(size.width, size.height));
      for (const variant of ["processed", "grid", "detail"] as const) {
        const response = await fetch(body.storage_urls![variant]!);
        const file = new Uint8Array(await response.arrayBuffer());
        const parts = partsOf(file).map((part) => part.name.trim());
        assert.deepEqual(parts.filter((part) => !["VP8X", "ALPH", "VP8"].includes(part)), []);
        const image = await rasterOf(file);
        const { width, height } = body.metadata[variant]!;
        assert.deepEqual([image.width, image.height], [width, height]);
        if (variant !== "processed") {
          assert.deepEqual([width, height], variant === "grid" ? [600, 400] : [1200, 800]);
        }
        for (const [x, y] of [[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]]) {
          assert.equal(at(image, x, y)[3], 0, `${variant} at ${x}, ${y}`);
        }
        const subject = body.metadata.subject![variant]!;
        assertBoxNear(subject, boxAbove(image, alphaPlane(image), CAR), 2, variant);
        // The car, with its proportions, in the middle of the frame or of the crop.
        const box = boxAbove(image, image.data.filter((_, i) => i % 4 === 3), CAR);
        const zoom = box.width / car.width;
        assert.ok(Math.abs(box.height - car.height * zoom) <= 3, `${variant} is distorted`);
        assert.ok(Math.abs(box.x + box.width / 2 - width / 2) <= 3, `${variant} is off its middle`);
        assert.ok(
          Math.abs(box.y + box.height / 2 - height / 2) <= 3,
          `${variant} is off its middle`,
        );
        if (variant === "processed") assert.ok(zoom <= working && zoom >= working * 0.85);
      }
    });
  }
}, { core: true });

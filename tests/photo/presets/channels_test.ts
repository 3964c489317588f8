// Proves over HTTP that the ready-made presets keep the channels' rules: shape, size, file type, an opaque background, and
// nothing over the picture.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Reply } from "../../../shared/photo/reply_schema.ts";
import { expectReply, fixture, sendBytes } from "../../helpers/call.ts";
import { rasterOf } from "../../helpers/magick_files.ts";
import { onBothDenos } from "../../helpers/on_both_denos.ts";
import { assertNear, at } from "../../helpers/pixels.ts";
import { sniffFormat } from "../../../shared/image/image_format.ts";

/** The rules of a channel. */
interface Rules {
  /** Width divided by height. */
  aspect: number;
  minWidth: number;
  minHeight: number;
  maxBytes: number;
  types: string[];
}

/**
 * Google Vehicle Ads: 4:3, 800 x 600 recommended, at most 16 MB; JPEG and PNG are accepted, WebP is not. Facebook's inventory:
 * 1:1 and 600 x 600 for carousels, 1.91:1 for single pictures.
 */
const RULES = {
  google_vehicle_ads: {
    ...{ aspect: 4 / 3, minWidth: 800, minHeight: 600, maxBytes: 16e6 },
    types: ["jpeg", "png", "gif", "bmp", "tiff"],
  },
  facebook_square: {
    ...{ aspect: 1, minWidth: 600, minHeight: 600, maxBytes: 8e6 },
    types: ["jpeg", "png"],
  },
  facebook_wide: {
    ...{ aspect: 1.91, minWidth: 600, minHeight: 314, maxBytes: 8e6 },
    types: ["jpeg", "png"],
  },
} satisfies Record<string, Rules>;
const NAMES = Object.keys(RULES) as (keyof typeof RULES)[];
const ALL = `variants=${NAMES.join(",")}`;

function fileOf(reply: Reply, name: keyof typeof RULES): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(reply[name]!, "base64"));
}

onBothDenos("the ready-made presets keep the channels' rules", {}, async (t, stack) => {
  const photo = await fixture("studio.jpg");
  const send = async (query: string) =>
    (await expectReply(sendBytes(stack.functionUrl, { apikey: stack.secretKey }, photo, query)))
      .body;
  const plain = await send(ALL);
  for (const name of NAMES) {
    const rules: Rules = RULES[name];
    await t.step(`${name} has its channel's shape, size and type`, () => {
      const { width, height, bytes, format } = plain.metadata[name]!;
      assert.ok(width >= rules.minWidth && height >= rules.minHeight, `${width} x ${height}`);
      assert.ok(Math.abs(width / height - rules.aspect) < 0.005, `${width} x ${height}`);
      assert.ok(bytes > 10_000 && bytes <= rules.maxBytes);
      const file = fileOf(plain, name);
      assert.equal(sniffFormat(file), format);
      assert.ok(rules.types.includes(format));
      assert.equal(file.length, bytes);
    });
    await t.step(`${name} shows the car on white, and nothing else`, async () => {
      const image = await rasterOf(fileOf(plain, name));
      const { width, height } = image;
      // The border: a text, a logo or a watermark in a corner would be there.
      for (let i = 0; i < 40; i++) {
        const [x, y] = [Math.floor((width - 1) * i / 39), Math.floor((height - 1) * i / 39)];
        for (const [px, py] of [[x, 0], [x, height - 1], [0, y], [width - 1, y]]) {
          assertNear(at(image, px, py), [255, 255, 255, 255], 6, `${px}, ${py}`);
        }
      }
      assert.notEqual(at(image, width >> 1, height >> 1)[0], 255);
    });
  }
  await t.step("the caller's own background, shadow and framing apply to them", async () => {
    const framing = encodeURIComponent('{"car_width": 0.9, "ground_line": 0.9}');
    const query = `${ALL}&background=%23204060&shadow=none&framing=${framing}&format=webp`;
    const reply = await send(query);
    for (const name of NAMES) {
      assert.equal(reply.metadata[name]!.format, "jpeg");
      assertNear(at(await rasterOf(fileOf(reply, name)), 2, 2), [0x20, 0x40, 0x60, 255], 6, name);
      assert.notEqual(reply[name], plain[name]);
    }
  });
  await t.step("without variants, the answer has the three standard ones", async () => {
    const { metadata } = await send("shadow=none");
    const sized = Object.entries(metadata).filter(([, value]) =>
      typeof value === "object" && value !== null && "width" in value && "format" in value
    );
    assert.deepEqual(sized.map(([name]) => name), ["processed", "grid", "detail"]);
  });
});

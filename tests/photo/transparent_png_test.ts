// Proves that a PNG keeps the hard transparency of a grey photo whose transparent pixels share one colour.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ColorSpace, MagickFormat } from "@imagemagick/magick-wasm";
import { inProcess } from "../fuzz/in_process.ts";
import { expectReply } from "../helpers/call.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { at, draw } from "../helpers/pixels.ts";

const send = inProcess();
const SIZE = { width: 60, height: 40 };

Deno.test("a grey photo with binary alpha keeps it in a PNG, whatever colour its transparent pixels have", async () => {
  for (const hidden of [0, 1, 128, 195, 254]) {
    const photo = draw(SIZE, (x, y) => {
      const outside = x < 10 || x >= 50 || y < 8 || y >= 32;
      return outside ? [hidden, hidden, hidden, 0] : [3 * x, 3 * x, 3 * x, 255];
    });
    const body = await fileOf(photo, MagickFormat.Png32, {
      edit: (image) => image.colorSpace = ColorSpace.sRGB,
    });
    const query =
      "variants=processed&skip_background_removal=true&format=png&shadow=none&crop=none";
    const reply = await expectReply(
      send({ query, contentType: "application/octet-stream", body }),
    );
    const answered = await rasterOf(Buffer.from(reply.body.processed!, "base64"));
    assert.deepEqual([answered.width, answered.height], [SIZE.width, SIZE.height]);
    for (let y = 0; y < SIZE.height; y++) {
      for (let x = 0; x < SIZE.width; x++) {
        assert.equal(at(answered, x, y)[3], at(photo, x, y)[3], `grey ${hidden} at ${x}, ${y}`);
      }
    }
  }
});

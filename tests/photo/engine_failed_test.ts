// Proves over HTTP that a crash of the image engine fails only its own request.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { startFunction } from "../../dev/function_process.ts";
import { concat } from "../helpers/bytes.ts";
import { expectError, expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { denosOfForm } from "../helpers/test_form.ts";

const small = await fixture("small.jpg");
const large = await fileOf(
  await rasterOf(await fixture("dark.jpg"), (image) => image.resize(3000, 2000)),
  MagickFormat.Png,
);

for (const deno of denosOfForm()) {
  Deno.test(`an engine that crashes fails its request, and the next one works (Deno ${deno})`, async () => {
    const running = await startFunction({
      deno,
      entrypoint: "tests/helpers/crashing_entry.ts",
      env: {
        SUPABASE_URL: "http://127.0.0.1:9",
        SUPABASE_SECRET_KEY: "sb_secret_alone",
        SUPABASE_JWKS: '{"keys":[]}',
      },
    });
    const key = { apikey: "sb_secret_alone" };
    const send = (photo: Uint8Array<ArrayBuffer>, headers = {}) =>
      sendBytes(`${running.url}/process-image`, { ...key, ...headers }, photo, "variants=grid");
    try {
      const { grid } = (await expectReply(send(small))).body;
      for (let round = 1; round <= 3; round++) {
        const another = concat(large, [round]); // a third try of the same one would be refused
        const { body } = await expectError(
          send(another, { "x-deny-memory": "1" }),
          "engine_failed",
        );
        assert.match(body.error.message, /crashed and was restarted. Send the photo again/);
        assert.doesNotMatch(JSON.stringify(body), /wasm|magick|cache\.c/i);
        assert.equal((await expectReply(send(small))).body.grid, grid);
        const crashes = running.logs.filter((line) => line.includes('"engine_crashed"'));
        assert.equal(crashes.length, round);
      }
      await expectReply(send(large));
    } finally {
      await running.close();
    }
  });
}

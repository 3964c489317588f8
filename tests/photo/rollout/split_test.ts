// Proves over HTTP that photos are split by percentage, and that each keeps its route.
import assert from "node:assert/strict";
import { readConfig } from "../../../shared/config.ts";
import { createApp } from "../../../shared/app.ts";
import { createServices } from "../../../shared/services.ts";
import { startLegacySimulator } from "../../../dev/legacy_simulator.ts";
import { ALONE, requestTo } from "../../fuzz/in_process.ts";
import { greyGif } from "../../helpers/tiny_files.ts";

const PHOTOS = 240;

/** The test ignores the function's log. */
function silence(): Disposable {
  const { info, warn } = console;
  console.info = console.warn = () => {};
  return { [Symbol.dispose]: () => void Object.assign(console, { info, warn }) };
}

Deno.test("the whole function splits some hundred photos by the percentage, and each photo keeps its route", async () => {
  using _ = silence();
  const legacy = await startLegacySimulator();
  try {
    const serveAt = (percent: string) => {
      const env = {
        ...ALONE,
        ROLLOUT_PERCENT: percent,
        LEGACY_PROCESSOR_URL: legacy.url,
        LEGACY_PROCESSOR_KEY: legacy.apiKey,
      };
      const app = createApp(createServices(readConfig(env)));
      return async (photo: number): Promise<string> => {
        const response = await app.fetch(requestTo("http://localhost", {
          query: "variants=processed&skip_background_removal=true",
          contentType: "image/gif",
          body: greyGif([photo & 63, photo >> 6]),
        }));
        assert.equal(response.status, 200);
        return (await response.json()).served_by;
      };
    };
    const served = async (send: (photo: number) => Promise<string>) => {
      const by: string[] = [];
      for (let photo = 0; photo < PHOTOS; photo++) by.push(await send(photo));
      return by;
    };
    const atThirty = serveAt("30");
    const first = await served(atThirty);
    const newOnes = first.filter((by) => by === "new").length;
    assert.ok(Math.abs(newOnes - PHOTOS * 0.3) < 30, `${newOnes} of ${PHOTOS}`);
    assert.equal(legacy.calls.length, PHOTOS - newOnes);
    assert.deepEqual(await served(atThirty), first);
    const atSixty = await served(serveAt("60"));
    assert.ok(first.every((by, photo) => by === "legacy" || atSixty[photo] === "new"));
  } finally {
    await legacy.close();
  }
});

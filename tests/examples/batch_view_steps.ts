// Proves how the admin page uploads, watches and requeues batches, on a phone.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  choose,
  fixture,
  inBothSchemes,
  noScrollAside,
  open,
  type OpenPage,
  PHONE,
  waitForText,
} from "./admin_page.ts";

/** Steps in the view of batches, after those of photos, in order. */
export async function batchViewSteps(t: Deno.TestContext, { page }: OpenPage): Promise<void> {
  await t.step("a batch of three photos is uploaded, watched and finished", async () => {
    await open(page, "Batch");
    await choose(page, "small.jpg", "studio.jpg", "dark.jpg");
    const board = page.getByRole("region", { name: "The batch" });
    await waitForText(board, "Finished: 3 of 3 done");
    assert.equal(await board.getByRole("listitem").filter({ hasText: "stored" }).count(), 3);
    assert.match(new URL(page.url()).hash, /^#batch\/[0-9a-f-]{36}$/);
    await inBothSchemes(page);
    await page.setViewportSize(PHONE);
    await noScrollAside(page);
  });

  await t.step("on a phone the settings are collapsed unless one is invalid", async () => {
    const aside = page.getByRole("complementary", { name: "Settings" });
    const padding = aside.getByLabel("Padding");
    await padding.waitFor({ state: "hidden" });
    await aside.getByText("Settings").first().click();
    await padding.fill("5000");
    await noScrollAside(page);
    await inBothSchemes(page);
    await aside.getByText("Settings").first().click();
    await padding.waitFor({ state: "hidden" });
    await choose(page, "small.jpg");
    await padding.waitFor();
    await padding.fill("50");
  });

  await t.step(
    "a failed batch item shows the error, and can be requeued",
    async () => {
      const board = page.getByRole("region", { name: "The batch" });
      await page.locator("input[type=file]").setInputFiles({
        name: "damaged.jpg",
        mimeType: "image/jpeg",
        buffer: Buffer.from((await Deno.readFile(fixture("small.jpg"))).subarray(0, 600)),
      });
      await waitForText(board, "Finished: 1 of 1 done, 1 failed");
      const item = board.getByRole("listitem").filter({ hasText: "damaged.jpg" });
      await item.getByText("failed", { exact: true }).waitFor();
      assert.match(await item.innerText(), /The jpeg file is damaged/);
      const requeued = page.waitForResponse((response) => response.url().endsWith("/requeue"));
      await board.getByRole("button", { name: "Try the failed ones again" }).click();
      assert.equal((await requeued).status(), 200);
      await waitForText(board, "Finished: 1 of 1 done, 1 failed");
    },
  );
}

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
    const link = board.getByRole("link", { name: "Open grid of small.jpg" });
    assert.match(await link.getAttribute("href") ?? "", /\/grid\.webp$/);
    assert.equal(await board.getByRole("link").count(), 9);
    assert.equal(await board.getByText("Cut out by a simulator").count(), 3);
    assert.match(new URL(page.url()).hash, /^#batch\/[0-9a-f-]{36}$/);
    await inBothSchemes(page);
    await page.setViewportSize(PHONE);
    await noScrollAside(page);
  });

  await t.step(
    "files that are no photos are left out of a batch and named",
    async () => {
      const empty = {
        name: "empty.jpg",
        mimeType: "image/jpeg",
        buffer: Buffer.alloc(0),
      };
      const text = {
        name: "contract.pdf",
        mimeType: "image/jpeg",
        buffer: Buffer.from("%PDF-1.7"),
      };
      const photos = ["small.jpg", "studio.jpg", "dark.jpg"].map(async (
        name,
      ) => ({
        name,
        mimeType: "image/jpeg",
        buffer: Buffer.from(await Deno.readFile(fixture(name))),
      }));
      await page.locator("input[type=file]").setInputFiles([
        empty,
        ...await Promise.all(photos),
        text,
      ]);
      const board = page.getByRole("region", { name: "The batch" });
      await waitForText(board, "Finished: 3 of 3 done");
      const list = page.getByRole("group", { name: "Left out" });
      await list.getByText("2 files were left out of the batch.").waitFor();
      assert.deepEqual(await list.getByRole("listitem").allInnerTexts(), [
        "empty.jpg: The file is empty. Choose the photo again.",
        "contract.pdf: The file is not a photo of a supported type. Choose the photo again.",
      ]);
      await noScrollAside(page);
      await inBothSchemes(page);
      await list.getByRole("button", { name: "Close the list" }).click();
      await list.waitFor({ state: "detached" });
    },
  );

  await t.step(
    "photos that Storage has lost are left out of a batch and named",
    async () => {
      await page.route(/\/process-image\/batch$/, (route) =>
        route.fulfill({
          status: 404,
          json: {
            success: false,
            error: {
              code: "source_not_found",
              message: "1 of the 2 photos are not in Storage.",
              retryable: false,
              details: { positions: [1] },
            },
            request_id: "batch-1",
          },
        }), { times: 1 });
      await choose(page, "small.jpg", "studio.jpg");
      const board = page.getByRole("region", { name: "The batch" });
      await waitForText(board, "Finished: 1 of 1 done");
      await page.getByText(
        "studio.jpg: Storage does not have the photo any more.",
      ).waitFor();
    },
  );

  await t.step(
    "a batch of files that are no photos is not created, and says so",
    async () => {
      const text = {
        name: "notes.txt",
        mimeType: "text/plain",
        buffer: Buffer.from("no photo"),
      };
      await page.locator("input[type=file]").setInputFiles(text);
      const list = page.getByRole("group", { name: "Left out" });
      await list.getByText("The chosen file cannot be uploaded, so there is no batch.").waitFor();
      await page.getByText(
        "notes.txt: The file is not a photo of a supported type.",
      ).waitFor();
    },
  );

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

// Proves that the admin page marks stale pictures, sums a run up visibly, and loses no photo by a reload.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { until } from "../helpers/until.ts";
import { card, fixture, inBothSchemes, type OpenPage, reached } from "./admin_page.ts";

/** Reads the names of the photos that the browser keeps. */
const KEPT_NAMES = `new Promise((resolve, reject) => {
  const opened = indexedDB.open("process-image", 1);
  opened.onerror = () => reject(opened.error);
  opened.onsuccess = () => {
    const all = opened.result.transaction("photos").objectStore("photos").getAll();
    all.onerror = () => reject(all.error);
    all.onsuccess = () => {
      opened.result.close();
      resolve(all.result.map(({ name }) => name));
    };
  };
})`;

/** Steps in the view of photos, after those of single photos: studio.jpg is on the page. */
export async function pageStateSteps(t: Deno.TestContext, { page }: OpenPage): Promise<void> {
  const studio = card(page, "studio.jpg");
  const stale = studio.getByText("These pictures have other settings");

  await t.step(
    "other settings mark the pictures as stale until they are rendered again",
    async () => {
      const shadow = page.getByLabel("Shadow");
      await shadow.selectOption("none");
      await stale.waitFor();
      await inBothSchemes(page);
      await shadow.selectOption("auto");
      await stale.waitFor({ state: "detached" });
      await shadow.selectOption("none");
      await studio.getByRole("button", { name: "Render with the new settings" }).click();
      await studio.getByText("The cutout of an earlier request was used").waitFor();
      await stale.waitFor({ state: "detached" });
    },
  );

  await t.step("the sum of several photos is visible", async () => {
    const buffer = Buffer.from(await Deno.readFile(fixture("small.jpg")));
    await page.locator("input[type=file]").setInputFiles([
      { name: "good.jpg", mimeType: "image/jpeg", buffer },
      { name: "bad.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no photo") },
    ]);
    await reached(card(page, "good.jpg"), "stored");
    const sum = page.locator(".run-summary");
    await sum.getByText("1 photo stored, 1 failed.").waitFor();
    assert.ok((await sum.boundingBox())!.height > 10);
  });

  await t.step(
    "after a reload the photos, their pictures and their settings are there",
    async () => {
      await page.getByRole("button", { name: "Remove good.jpg from the page" }).click();
      // A removal is written behind earlier changes.
      await until(async () => !(await page.evaluate<string[]>(KEPT_NAMES)).includes("good.jpg"));
      await page.reload();
      await reached(studio, "stored");
      await card(page, "bad.jpg").getByText("This photo was not stored before").waitFor();
      assert.equal(await card(page, "good.jpg").count(), 0);
      const before = studio.getByRole("img", { name: "The photo before" });
      assert.ok(
        await before.evaluate(async (image) => {
          await image.decode();
          return image.naturalWidth > 0;
        }),
      );
      // The form has its defaults again, so the pictures without a shadow are stale.
      await stale.waitFor();
      await studio.getByRole("button", { name: "Render with the new settings" }).click();
      await studio.getByText("Storage had the result").waitFor();
      await page.getByRole("button", { name: "Remove bad.jpg from the page" }).click();
    },
  );

  await t.step("the ground reaches the variants in full, and none is cut off", async () => {
    await studio.getByText("The variants in full").click();
    await studio.getByRole("radio", { name: "Dark" }).check({ force: true });
    for (const name of ["processed", "detail", "grid"]) {
      const image = studio.getByRole("img", { name: `The photo as ${name}` });
      const [ground, overflows] = await image.evaluate((one) => {
        const frame = one.parentElement;
        const { backgroundColor } = one.ownerDocument.defaultView.getComputedStyle(frame);
        return [backgroundColor, frame.scrollWidth > frame.clientWidth];
      });
      assert.equal(ground, "rgb(32, 36, 44)", name);
      assert.equal(overflows, false, name);
    }
  });
}

// Proves that the view of a car downloads all variants as a ZIP, copies their URLs, undoes, retakes, removes, and uses a camera.
import assert from "node:assert/strict";
import { until } from "../helpers/until.ts";
import { DESKTOP, fixture, type OpenPage } from "./admin_page.ts";
import { storedSet } from "./car_grid_steps.ts";
import { allStored, onAllScreens, order, tile, tiles } from "./car_page.ts";
import { zipEntries } from "./zip_entries.ts";

/** Steps with twelve stored photos, after those of looks. */
export async function carShareSteps(t: Deno.TestContext, opened: OpenPage): Promise<void> {
  const { page, stack } = opened;
  const names = await order(page);
  const status = page.locator("#announcements");
  const inSet = (wanted: string[]) =>
    until(async () => (await storedSet(opened)).names.join() === wanted.join());

  await t.step("all variants are downloaded as one ZIP, in the gallery's order", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download all as a ZIP" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "stock-4711.zip");
    const entries = zipEntries(await Deno.readFile(await download.path()));
    assert.equal(entries.length, 36);
    const wanted = names.flatMap((name, index) => {
      const folder = `${String(index + 1).padStart(2, "0")}-${name.replace(".jpg", "")}`;
      return ["detail", "grid", "processed"].map((variant) => `${folder}/${variant}.webp`);
    });
    assert.deepEqual(entries.map(({ name }) => name).sort(), wanted);
    assert.ok(entries.every(({ bytes }) => bytes > 1_000));
  });

  await t.step("the URLs of all variants are copied by a key", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("heading", { name: "Car", exact: true }).focus();
    await page.keyboard.press("u");
    await status.getByText("36 URLs are copied.").waitFor();
    const urls = (await page.evaluate<string>("navigator.clipboard.readText()")).split("\n");
    assert.equal(new Set(urls).size, 36);
    assert.equal((await page.request.get(urls[0])).status(), 200);
  });

  await t.step("order, cover and look are undone by a button and by Ctrl+Z", async () => {
    const undo = page.getByRole("button", { name: "Undo", exact: true });
    assert.equal(await undo.isDisabled(), true);
    const { cover } = await storedSet(opened);
    await page.getByRole("button", { name: `Move ${names[5]}`, exact: true }).press("Enter");
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await inSet([names[5], ...names.filter((name) => name !== names[5])]);
    await page.getByRole("button", { name: `Make cover: ${names[7]}` }).click();
    await until(async () => (await storedSet(opened)).cover === names[7]);
    await page.getByRole("radio", { name: "White floor" }).check({ force: true });
    await until(async () => await page.locator(".car-tile[data-state=working]").count() > 0);
    await allStored(page, 12);
    const calls = stack.simulator!.requests.length;
    await page.keyboard.press("Control+z");
    await status.getByText("Undone: the gallery's look.").waitFor();
    await allStored(page, 12);
    assert.equal(stack.simulator!.requests.length, calls);
    assert.ok(await tile(page, names[0]).getByText("Own look").isVisible());
    await undo.click();
    await until(async () => (await storedSet(opened)).cover === cover);
    await page.keyboard.press("Control+z");
    await inSet(names);
    assert.equal(await undo.isDisabled(), true);
  });

  await t.step("a removed photo comes back by undo", async () => {
    await page.getByRole("button", { name: `Remove ${names[1]}` }).click();
    await page.getByText("1 photo removed.").waitFor();
    assert.equal(await tiles(page).count(), 11);
    await inSet([...names.filter((name) => name !== names[1]), names[1]]);
    await page.keyboard.press("Control+z");
    await inSet(names);
    assert.equal(await tiles(page).count(), 12);
  });

  await t.step(
    "a photo is retaken with the camera, and the old one is deleted for good",
    async () => {
      const [chooser] = await Promise.all([
        page.waitForEvent("filechooser"),
        page.getByRole("button", { name: `Retake ${names[4]}` }).click(),
      ]);
      const input = chooser.element();
      assert.equal(await input.getAttribute("capture"), "environment");
      await chooser.setFiles(fixture("small.jpg"));
      await allStored(page, 12);
      const wanted = names.with(4, "small.jpg");
      assert.deepEqual(await order(page), wanted);
      await inSet([...wanted, names[4]]);
      await onAllScreens(page, "removed");
      await page.reload();
      await page.getByText("1 photo removed.").waitFor(); // a reload does not bring it back
      await until(async () => (await order(page)).join() === wanted.join());
      await page.getByRole("button", { name: "Delete for good" }).click();
      await page.getByRole("button", { name: "Keep them" }).click();
      await page.getByRole("button", { name: "Delete for good" }).click();
      await page.getByRole("button", { name: "Delete everything" }).click();
      await inSet(wanted);
      await page.getByText("1 photo removed.").waitFor({ state: "hidden" });
    },
  );

  await t.step("a phone's camera adds a photo", async () => {
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: "Take a photo" }).click(),
    ]);
    assert.equal(await chooser.element().getAttribute("capture"), "environment");
    await chooser.setFiles(fixture("studio.jpg"));
    await allStored(page, 13);
    assert.equal((await order(page)).at(-1), "studio.jpg");
  });

  await t.step(
    "a photo that the gallery has already is not added again, and the page says so",
    async () => {
      await page.locator(".drop-zone input[type=file]").setInputFiles(fixture("studio.jpg"));
      await page.locator(".car-photos").getByText("studio.jpg is in the gallery already.")
        .waitFor();
      await allStored(page, 13);
    },
  );

  await t.step(
    "a retake with a photo that the gallery has already keeps the old photo",
    async () => {
      const before = await order(page);
      const [chooser] = await Promise.all([
        page.waitForEvent("filechooser"),
        page.getByRole("button", { name: `Retake ${before[0]}` }).click(),
      ]);
      await chooser.setFiles(fixture("studio.jpg"));
      await allStored(page, 13);
      await until(async () => (await order(page)).join() === before.join());
    },
  );

  await t.step("a photo that kept its background says so, and can be tried again", async () => {
    stack.simulator!.behave({ kind: "failure" });
    await page.locator(".drop-zone input[type=file]").setInputFiles(fixture("dark.jpg"));
    await tile(page, "dark.jpg").getByText("The background was kept").waitFor();
    stack.simulator!.behave({ kind: "ok" });
    await page.getByRole("button", { name: "Try again: dark.jpg" }).click();
    await tile(page, "dark.jpg").getByText("The background was kept").waitFor({
      state: "detached",
    });
    await allStored(page, 14);
  });

  await t.step("a list shows the shortcuts", async () => {
    await page.setViewportSize(DESKTOP);
    await page.getByRole("heading", { name: "Car", exact: true }).focus();
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await dialog.getByText("Ctrl + Z").waitFor();
    await onAllScreens(page, "shortcuts");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  });
}

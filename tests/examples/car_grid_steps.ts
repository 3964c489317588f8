// Proves that the view of a car shows, orders and marks the photos of a vehicle's set, by pointer and by keyboard.
import assert from "node:assert/strict";
import { until } from "../helpers/until.ts";
import type { OpenPage } from "./admin_page.ts";
import { allStored, onAllScreens, order, tile, tiles } from "./car_page.ts";
import { twelvePhotos } from "./car_photos.ts";

export const VEHICLE = "stock-4711";

/** Reads the order and the cover from the database. */
export async function storedSet({ stack }: OpenPage) {
  const rows = await stack.supabase.query(
    `select photo->>'filename' as name, is_cover from public.process_image_vehicle_photos
     where vehicle_id = '${VEHICLE}' order by position`,
  ) as { name: string; is_cover: boolean }[];
  return {
    names: rows.map(({ name }) => name),
    cover: rows.find(({ is_cover }) => is_cover)?.name ?? null,
  };
}

/** Steps from an empty gallery to twelve photos in a new order. */
export async function carGridSteps(t: Deno.TestContext, opened: OpenPage): Promise<void> {
  const { page, stack } = opened;
  const status = page.getByRole("status");
  const files = await twelvePhotos(page);
  const names = files.map(({ name }) => name);

  await t.step("a vehicle's id opens its gallery, which is empty at first", async () => {
    await page.getByLabel("Vehicle id, such as the stock number").fill(VEHICLE);
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await page.getByText("This car has no photos yet.").waitFor();
    await onAllScreens(page, "empty");
  });

  await t.step(
    "twelve photos are stored in their order, and the first one is the cover",
    async () => {
      await page.locator(".drop-zone input[type=file]").setInputFiles(files);
      await page.getByRole("progressbar", { name: "Progress of the gallery" }).waitFor();
      await allStored(page, 12);
      await page.locator(".car-progress").getByText("12 photos ready.").waitFor();
      assert.deepEqual(await order(page), names);
      assert.ok(await tiles(page).first().getByText("Cover", { exact: true }).isVisible());
      await until(async () => (await storedSet(opened)).names.join() === names.join());
      assert.equal(
        await page.locator(".car-tile img").first().evaluate((one) => one.naturalWidth),
        600,
      );
      await onAllScreens(page, "grid");
    },
  );

  await t.step("a photo is dragged to another place by pointer", async () => {
    const from = (await tile(page, names[0]).locator("img").boundingBox())!;
    const to = (await tile(page, names[2]).locator("img").boundingBox())!;
    await page.mouse.move(from.x + 40, from.y + 40);
    await page.mouse.down();
    await page.mouse.move(to.x + 40, to.y + 40, { steps: 8 });
    await page.mouse.up();
    const wanted = [names[1], names[2], names[0], ...names.slice(3)];
    assert.deepEqual(await order(page), wanted);
    await until(async () => (await storedSet(opened)).names.join() === wanted.join());
    assert.equal(await page.getByRole("dialog").count(), 0); // a drag is no click
  });

  await t.step("a photo is moved by keyboard, and each step is announced", async () => {
    const handle = page.getByRole("button", { name: `Move ${names[0]}`, exact: true });
    await handle.press("Enter");
    await status.getByText(`${names[0]} is grabbed, place 3 of 12.`).waitFor();
    await page.keyboard.press("ArrowLeft");
    await status.getByText("place 2 of 12").waitFor();
    await page.keyboard.press("Escape");
    await status.getByText(`${names[0]} is back on place 3 of 12.`).waitFor();
    await page.keyboard.press("Space");
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await status.getByText(`${names[0]} is on place 1 of 12.`).waitFor();
    assert.equal(await handle.evaluate((one) => one === one.ownerDocument.activeElement), true);
    await until(async () => (await storedSet(opened)).names.join() === names.join());
  });

  await t.step("any photo becomes the cover, and stays it after a reload", async () => {
    await page.getByRole("button", { name: `Make cover: ${names[3]}` }).click();
    await until(async () => (await storedSet(opened)).cover === names[3]);
    await page.reload();
    await allStored(page, 12);
    assert.ok(await tile(page, names[3]).getByText("Cover", { exact: true }).isVisible());
    assert.deepEqual(await order(page), names);
  });

  await t.step("badges show what quality control warns of, and details fold away", async () => {
    const warned = await stack.supabase.query(
      `select photo->>'filename' as name from public.process_image_vehicle_photos
       where jsonb_path_exists(photo, '$.warnings[*] ? (@.code == "car_cut_off")')`,
    ) as { name: string }[];
    const badges = page.getByRole("list", { name: "Quality control" });
    assert.equal(await badges.getByText("Car cut off").count(), warned.length);
    assert.ok(warned.length > 0);
    const details = page.locator(".car-photos > .car-details");
    assert.equal(await details.getByRole("heading").count(), 0);
    await details.getByText("Details", { exact: true }).click();
    await details.getByRole("heading", { name: names[0] }).waitFor();
    await onAllScreens(page, "details");
    await details.getByText("Details", { exact: true }).click();
  });
}

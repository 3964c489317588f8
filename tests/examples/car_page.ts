import type { Locator, Page } from "playwright-core";
import assert from "node:assert/strict";
import { until } from "../helpers/until.ts";
import { isLongForm } from "../helpers/test_form.ts";
import { DESKTOP, inScheme, PHONE, SCHEMES } from "./admin_page.ts";

const TABLET = { width: 820, height: 1180 };

/** The tiles of a gallery, in their order. */
export const tiles = (page: Page): Locator =>
  page.getByRole("list", { name: "Photos of the car" }).locator(":scope > li");

/** The names of the photos, in their order. */
export const order = (page: Page): Promise<string[]> =>
  tiles(page).locator(".car-name").allInnerTexts();

/** The tile of a photo. */
export const tile = (page: Page, name: string): Locator =>
  tiles(page).filter({ has: page.getByText(name, { exact: true }) });

/** Waits until the gallery has a number of photos, all stored. */
export async function allStored(page: Page, count: number): Promise<void> {
  const stored = page.locator(".car-tile[data-state=stored]");
  await until(async () => await stored.count() === count, 120_000);
  assert.equal(await tiles(page).count(), count);
}

/** Runs axe on a desktop, a tablet and a phone, where nothing scrolls aside; each in both schemes in the long form, else in one. */
export async function onAllScreens(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("SCREENSHOTS");
  const screens = Object.entries({ phone: PHONE, tablet: TABLET, desktop: DESKTOP });
  for (const [index, [screen, size]] of screens.entries()) {
    await page.setViewportSize(size);
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    assert.ok(width <= size.width, `${name}: ${width} pixels wide on a ${screen}`);
    for (const scheme of isLongForm ? SCHEMES : [SCHEMES[index % 2]]) await inScheme(page, scheme);
    if (!folder) continue;
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({
        path: `${folder}/${name}-${screen}-${colorScheme}.png`,
        fullPage: true,
      });
    }
  }
}

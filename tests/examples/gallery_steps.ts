// Proves that the admin page's gallery shows, names, finds and deletes stored photos.
import assert from "node:assert/strict";
import { DESKTOP, inBothSchemes, noScrollAside, open, type OpenPage } from "./admin_page.ts";

/** Steps in the gallery, after those of batches. */
export async function gallerySteps(t: Deno.TestContext, { page, stack }: OpenPage): Promise<void> {
  const tiles = page.getByRole("button", { name: /, stored .+: show its variants$/ });

  await t.step("the gallery shows the stored photos and their variants", async () => {
    await open(page, "Gallery");
    await tiles.first().waitFor();
    await noScrollAside(page);
    // On a phone, each text lies within its tile.
    const isWithin = await tiles.first().evaluate((tile) => {
      const box = tile.getBoundingClientRect();
      return [...tile.querySelectorAll("span")].every((span) =>
        span.getBoundingClientRect().right <= box.right
      );
    });
    assert.equal(isWithin, true);
    await page.setViewportSize(DESKTOP);
    // Several results of street, small and studio, small as HEIC, and dark.
    await page.getByText(/^Page 1: 1\d photos/).waitFor();
    await tiles.first().press("Enter");
    const dialog = page.getByRole("dialog");
    assert.equal(await dialog.getByRole("link", { name: /^Download / }).count(), 3);
    await inBothSchemes(page);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    const hasFocus = await tiles.first().evaluate((tile) =>
      tile === tile.ownerDocument.activeElement
    );
    assert.equal(hasFocus, true);
    await page.getByText("Cut out by a simulator, not by API4.ai.").first().waitFor();
  });

  await t.step("the gallery finds photos by a part of their file names", async () => {
    const search = page.getByRole("searchbox", { name: "File name contains" });
    await search.fill("DARK");
    await page.getByText("Page 1: 1 photo").waitFor();
    await page.getByRole("button", { name: /^dark\.jpg, stored / }).waitFor();
    await search.fill("100%_");
    await page.getByText("No stored photo has such a name.").waitFor();
    await search.fill("dark");
  });

  await t.step("a photo is deleted from the gallery after a question", async () => {
    await page.getByRole("button", { name: /^dark\.jpg, stored / }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Delete the photo" }).click();
    await inBothSchemes(page);
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await dialog.getByRole("button", { name: "Delete the photo" }).click();
    await dialog.getByRole("button", { name: "Delete everything" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("No stored photo has such a name.").waitFor();
    await page.getByRole("searchbox").fill("");
    await tiles.first().waitFor();
    const names = await stack.supabase.query(
      "select from public.photo_names where filename = 'dark.jpg'",
    );
    assert.equal(names.length, 0);
  });
}

// Proves that the admin page works in Chromium, from the sign-in to the gallery, without serious accessibility violations.
import assert from "node:assert/strict";
import {
  card,
  choose,
  Complaints,
  DESKTOP,
  inBothSchemes,
  open,
  reached,
  signIn,
} from "./admin_page.ts";
import { batchViewSteps } from "./batch_view_steps.ts";
import { gallerySteps } from "./gallery_steps.ts";
import { inBrowser } from "./in_browser.ts";
import { pageStateSteps } from "./page_state_steps.ts";
import { photosViewSteps } from "./photos_view_steps.ts";

inBrowser("the admin page works in a browser", async (t, stack, browser) => {
  const simulator = stack.simulator!;
  const complaints = new Complaints();
  const context = await browser.newContext({ viewport: DESKTOP, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  complaints.watch(page);

  await t.step(
    "a sign-in with a wrong password shows an error, and can be tried again",
    async () => {
      await page.goto(stack.url);
      assert.equal(await page.getByLabel("E-mail").inputValue(), stack.users.admin.email);
      await signIn(page, { email: stack.users.admin.email, password: "wrong" });
      await page.getByRole("alert").getByText("or the password is wrong").waitFor();
      await inBothSchemes(page);
      await signIn(page, stack.users.admin);
      await page.getByRole("heading", { name: "Car", exact: true }).waitFor();
      await open(page, "Photos");
    },
  );

  await photosViewSteps(t, { page, stack });
  await pageStateSteps(t, { page, stack });
  await batchViewSteps(t, { page, stack });

  await gallerySteps(t, { page, stack });

  await t.step("a photo can be stopped, and a batch cancelled", async () => {
    simulator.behave({ kind: "ok", latencyMs: 2_000 }); // long enough to stop it
    await open(page, "Photos");
    await choose(page, "street-rotated.jpg");
    await page.getByRole("button", { name: "Stop" }).click();
    const photo = card(page, "street-rotated.jpg");
    await reached(photo, "failed");
    await photo.getByText("You stopped this photo.").waitFor();
    await photo.getByRole("button", { name: "Try again" }).waitFor();

    await open(page, "Batch");
    await choose(page, "street-rotated.jpg", "street.jpg");
    const board = page.getByRole("region", { name: "The batch" });
    await board.getByRole("button", { name: "Cancel the batch" }).click();
    await board.getByText("Cancelled: ").waitFor();
    simulator.behave({ kind: "ok" });
  });

  await t.step(
    "after a sign-out another user can sign in, and sees that the role is missing",
    async () => {
      await page.getByRole("button", { name: "Sign out" }).click();
      await signIn(page, stack.users.other);
      await page.getByRole("alert").getByText("without the role").waitFor();
      await open(page, "Gallery");
      await page.getByText("none that you may list").waitFor();
      await open(page, "Photos");
      await choose(page, "small.jpg");
      const photo = card(page, "small.jpg");
      await reached(photo, "failed");
      await photo.getByText("Code: forbidden").waitFor();
      assert.equal(await photo.getByRole("button", { name: "Try again" }).count(), 0);
      await inBothSchemes(page);
    },
  );

  await t.step(
    "the browser has logged no error, and no violation of the content security policy",
    () => {
      assert.deepEqual(complaints.all, []);
    },
  );
  await context.close();
});

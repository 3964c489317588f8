// Proves that the admin page's view of a car works in Chromium with twelve photos, without serious accessibility violations.
import assert from "node:assert/strict";
import { Complaints, DESKTOP, signIn } from "./admin_page.ts";
import { carGridSteps } from "./car_grid_steps.ts";
import { carLookSteps } from "./car_look_steps.ts";
import { carShareSteps } from "./car_share_steps.ts";
import { inBrowser } from "./in_browser.ts";

inBrowser("a car's gallery works in a browser", async (t, stack, browser) => {
  const complaints = new Complaints();
  const context = await browser.newContext({ viewport: DESKTOP, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  complaints.watch(page);
  await page.goto(stack.url);
  await signIn(page, stack.users.admin);
  await page.getByRole("heading", { name: "Car", exact: true }).waitFor();
  await carGridSteps(t, { page, stack });
  await carLookSteps(t, { page, stack });
  await carShareSteps(t, { page, stack });
  await t.step("the browser has logged no error", () => {
    assert.deepEqual(complaints.all, []);
  });
  await context.close();
});

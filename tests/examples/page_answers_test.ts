// Proves that the admin page sends each setting of its form, and that it shows each warning of an answer. The function's
// answers are simulated.
import assert from "node:assert/strict";
import type { Page, Route } from "playwright-core";
import { REFUSABLE_CODES } from "../../shared/photo/warning.ts";
import { within } from "../helpers/until.ts";
import { card, choose, open, reached, signIn } from "./admin_page.ts";
import { inBrowser } from "./in_browser.ts";

const GIF = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

const REFUSAL = {
  success: false,
  error: { code: "invalid_image", message: "The jpeg file is damaged.", retryable: false },
  request_id: "photo-1",
};

/** The function's answer for a photo of which only `grid` was wanted. */
const answerWith = (warnings: { code: string; message: string }[]) => ({
  success: true,
  metadata: {
    original_size: [640, 427],
    filename: "small.jpg",
    crop: { x: 0, y: 0, width: 640, height: 427 },
    subject: null,
    quality: {
      ...{ edge_contact: 0.2, edge_width: 1.3, brightness: 0.5, overexposed: 0 },
      ...{ subjects: 1, half_transparent: 0.01 },
    },
    grid: {
      ...{ width: 1, height: 1, bytes: 42, format: "png", scale: 0.002 },
      crop: { x: 0, y: 0, width: 1, height: 1 },
    },
    background: { removed: true, provider: "api4ai", cached: false },
    reused: false,
    timings_ms: { decode: 5, total: 9 },
  },
  grid: GIF,
  warnings,
  served_by: "new",
  request_id: "photo-1",
});

/** Answers the page's next request for a photo. @returns A function that waits for the request's query. */
async function answerNext(page: Page, status: number, json: unknown) {
  const asked = Promise.withResolvers<Record<string, string>>();
  const answer = (route: Route) => {
    asked.resolve(Object.fromEntries(new URL(route.request().url()).searchParams));
    return route.fulfill({ status, json });
  };
  await page.route(/\/process-image(\?|$)/, answer, { times: 1 });
  return () => within(asked.promise, "a request for a photo", 20_000);
}

async function sendsSettings(page: Page): Promise<void> {
  await page.getByLabel("Padding, pixels").fill("77");
  await page.getByLabel("Photos that are cut out already").selectOption("ignore");
  await page.getByLabel("Shadow").selectOption("ground");
  await page.getByLabel("Strength, per cent").fill("70");
  await page.getByLabel("Reflection, per cent").fill("30");
  await page.getByLabel("Fit in the frame").selectOption("cover");
  await page.getByLabel("Background").selectOption("color");
  await page.getByLabel("Colour").fill("#12ab9f");
  await page.getByLabel("Format").selectOption("jpeg");
  await page.getByLabel("Quality, 1 to 100").fill("61");
  await page.getByLabel("Refuse photos that quality control warns of").check();
  const query = await answerNext(page, 422, REFUSAL);
  await choose(page, "small.jpg");
  const floor = { shadow: "ground", shadow_strength: "70", reflection: "30" };
  const chosen = {
    trust_alpha: "false",
    framing: "none",
    ...floor,
    fit: "cover",
    background: "#12ab9f",
  };
  const always = { filename: "small.jpg", upload_to_storage: "true", ...chosen };
  assert.deepEqual(await query(), {
    ...always,
    ...{ crop: "auto", padding: "77", format: "jpeg", quality: "61" },
    require: REFUSABLE_CODES.join(","),
  });
  await page.getByLabel("Refuse photos that quality control warns of").uncheck();
  const failed = page.getByText("Code: invalid_image");
  await failed.waitFor();

  await page.getByLabel("Crop").selectOption("none");
  await page.getByLabel("Format").selectOption("png");
  const again = await answerNext(page, 422, REFUSAL);
  await page.getByRole("button", { name: "Render the photos again" }).click();
  assert.deepEqual(await again(), { ...always, crop: "none", format: "png" });
  await failed.waitFor();
}

async function showsWarnings(page: Page): Promise<void> {
  const warnings = [
    { code: "crop_uncertain", message: "The crop may cut the car." },
    { code: "color_profile_ignored", message: "The colour profile was ignored." },
    { code: "car_cut_off", message: "The photo cuts the car." },
  ];
  const query = await answerNext(page, 200, answerWith(warnings));
  await page.getByRole("button", { name: "Render the photos again" }).click();
  await query();
  const photo = card(page, "small.jpg");
  await reached(photo, "stored");
  const shown = await photo.locator(".notice.warning").allInnerTexts();
  assert.equal(shown.length, 3, `${shown}`);
  warnings.forEach(({ code, message }, index) => {
    assert.match(shown[index], new RegExp(`${message}\\s+Code: ${code}`));
  });
  const badges = photo.getByRole("list", { name: "Quality control" }).getByRole("listitem");
  assert.deepEqual(await badges.allInnerTexts(), ["Uncertain crop", "Car cut off"]);
  const status = await page.getByRole("status").textContent();
  assert.equal(status, `small.jpg is stored. ${warnings.map(({ message }) => message).join(" ")}`);
}

inBrowser(
  "the admin page sends what its user chooses, and shows what the function warns of",
  async (t, stack, browser) => {
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(stack.url);
    await signIn(page, stack.users.admin);
    await open(page, "Photos");
    await t.step("each setting of the form is sent", () => sendsSettings(page));
    await t.step("each warning of an answer is shown and announced", () => showsWarnings(page));
  },
);

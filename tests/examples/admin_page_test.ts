// Proves that the admin page works in Chromium, from the sign-in to the gallery, without serious accessibility violations.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { findChromium, openBrowser } from "../../dev/browser.ts";
import { type Stack, startStack } from "../../dev/stack.ts";
import { seriousViolations } from "../helpers/axe.ts";
import { until } from "../helpers/until.ts";

const chromium = await findChromium();
if (!chromium) {
  console.log(
    "Skipping the admin page's test: no Chromium was found (CHROMIUM_PATH, or chromium on PATH).",
  );
}

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

/** Errors and warnings of the browser, for every page of the context. */
class Complaints {
  readonly all: string[] = [];

  watch(page: Page): void {
    page.on("pageerror", (error) => this.all.push(error.message));
    page.on("console", (message) => {
      // The browser logs every failed answer; the page itself reports them.
      const isAnswer = message.text().startsWith("Failed to load resource");
      if (["error", "warning"].includes(message.type()) && !isAnswer) {
        this.all.push(message.text());
      }
    });
  }
}

async function signIn(page: Page, { email, password }: { email: string; password: string }) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Opens a view, and waits for it: the address changes a moment after the click. */
async function open(page: Page, view: "Photos" | "Batch" | "Gallery"): Promise<void> {
  await page.getByRole("link", { name: view }).click();
  await page.getByRole("heading", { name: view, level: 1 }).waitFor();
}

/** Chooses photos in the current view. */
async function choose(page: Page, ...names: string[]): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(names.map(fixture));
}

const card = (page: Page, name: string): Locator =>
  page.getByRole("article").filter({ has: page.getByRole("heading", { name }) });

/** Waits until a photo reaches a state. */
const reached = (photo: Locator, state: "stored" | "failed") =>
  photo.and(photo.page().locator(`[data-state=${state}][aria-busy=false]`)).waitFor();

/** Runs in the page: records each step that a photo's progress marks, in order. */
const RECORD_STEPS = `
  globalThis.steps = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) if (target.ariaCurrent) steps.push(target.innerText);
  }).observe(document.body, { subtree: true, attributeFilter: ["aria-current"] });
`;

/** Returns a computed style of an element. */
const styleOf = (element: Locator, name: string): Promise<string> =>
  element.evaluate((one, name) => one.ownerDocument.defaultView.getComputedStyle(one)[name], name);

/** Waits for a text; a timeout's error contains the present text instead. */
async function waitForText(part: Locator, text: string): Promise<void> {
  await part.getByText(text).waitFor().catch(async (cause) => {
    throw new Error(`Not "${text}": ${await part.allInnerTexts()}`, { cause });
  });
}

async function noScrollAside(page: Page): Promise<void> {
  const width = await page.evaluate<number>("document.documentElement.scrollWidth");
  assert.ok(width <= PHONE.width, `the page is ${width} pixels wide`);
}

async function inBothSchemes(page: Page): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    assert.deepEqual(await seriousViolations(page), [], colorScheme);
  }
}

async function run(t: Deno.TestContext, stack: Stack, browser: Browser): Promise<void> {
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
      await page.getByRole("heading", { name: "Photos" }).waitFor();
    },
  );

  await t.step("a photo shows its upload, processing and storing", async () => {
    await page.evaluate(RECORD_STEPS);
    await choose(page, "street.jpg");
    const photo = card(page, "street.jpg");
    await reached(photo, "stored");
    assert.deepEqual(
      [...new Set(await page.evaluate<string[]>("steps"))],
      ["Uploading", "Removing background", "Rendering", "Storing", "Stored"],
    );
    await photo.getByText("API4.ai removed the background.").waitFor();
    assert.equal(simulator.requests.length, 1);
    assert.equal(await page.getByRole("status").textContent(), "street.jpg is stored.");
    const bars = photo.getByRole("table", { name: /^Time on the server: / });
    assert.match(
      await bars.getByRole("row", { name: "removing background" }).innerText(),
      /\d m?s$/,
    );
  });

  const street = card(page, "street.jpg");

  await t.step("the photo shows its three variants at real size, with their bytes", async () => {
    await street.getByText("The variants at real size").click();
    for (const [name, size] of [["grid", [600, 400]], ["detail", [1200, 800]]] as const) {
      const image = street.getByRole("img", { name: `The photo as ${name}` });
      const shown = await image.evaluate(async (one) => {
        await one.decode();
        return [one.clientWidth, one.clientHeight, one.naturalWidth, one.naturalHeight];
      });
      assert.deepEqual(shown, [...size, ...size], name);
    }
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      street.getByRole("link", { name: "Download grid" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "street-grid.webp");
    const { size } = await Deno.stat(await download.path());
    await street.getByText(`600 × 400 px, ${(size / 1e3).toFixed(1)} kB, WebP`).waitFor();
    await street.getByText("The variants at real size").click();
  });

  await t.step("the cutout lies on the car in the photo", async () => {
    const frame = street.locator(".compare-frame");
    await frame.and(page.locator("[data-lined-up=true]")).waitFor();
    const box = (await frame.boundingBox())!;
    const cutout = (await street.getByRole("img", { name: "The photo after" }).boundingBox())!;
    // The car's box in the photo (fixtures/README.md); around it 50 pixels of padding and 20 of the shadow's canvas, at
    // half the photo's scale.
    const left = (708 - 2 * 70) / 4032 * box.width;
    const top = (1166 - 2 * 70) / 3024 * box.height;
    assert.ok(Math.abs(cutout.x - box.x - left) < 2, `${cutout.x - box.x} is not near ${left}`);
    assert.ok(Math.abs(cutout.y - box.y - top) < 2, `${cutout.y - box.y} is not near ${top}`);
  });

  await t.step("the slider and the grounds work with the keyboard", async () => {
    const slider = street.getByRole("slider", { name: "Before and after" });
    const clip = () => styleOf(street.locator(".after"), "clipPath");
    await slider.focus();
    await page.keyboard.press("Home");
    assert.equal(await clip(), "inset(0px 0px 0px 0%)");
    await page.keyboard.press("ArrowRight");
    assert.equal(await slider.getAttribute("aria-valuetext"), "1 % before");
    assert.equal(await clip(), "inset(0px 0px 0px 1%)");
    await page.keyboard.press("End");
    assert.equal(await clip(), "inset(0px 0px 0px 100%)");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowLeft"); // from the first radio button to the last
    const ground = await styleOf(street.locator(".after"), "backgroundColor");
    assert.equal(ground, "rgb(32, 36, 44)");
  });

  await t.step("other settings render without a further call of API4.ai", async () => {
    await page.getByLabel("Format").selectOption("jpeg");
    await page.getByLabel("Padding, pixels").fill("10");
    await page.getByRole("button", { name: "Render the photos again" }).click();
    await street.getByText("JPEG").first().waitFor();
    await street.getByText("The cutout of an earlier request was used").waitFor();
    await page.getByLabel("Crop").selectOption("none");
    assert.equal(await page.getByLabel("Padding, pixels").isDisabled(), true);
    await page.getByRole("button", { name: "Render the photos again" }).click();
    const whole = street.getByText("2056 × 1552 px"); // 2016 x 1512, and the shadow's canvas
    await whole.waitFor({ state: "attached" });
    await page.getByLabel("Crop").selectOption("auto");
    await page.getByLabel("Format").selectOption("webp");
    await page.getByLabel("Padding, pixels").fill("50");
    await page.getByRole("button", { name: "Render the photos again" }).click();
    await street.getByText("Storage had the result").waitFor();
    assert.equal(simulator.requests.length, 1);
    await inBothSchemes(page);
  });

  await t.step(
    "an original that is kept in Storage is uploaded once for all settings",
    async () => {
      const uploads: string[] = [];
      page.on("request", (request) => {
        if (request.method() === "POST" && request.url().includes("/upload/resumable")) {
          uploads.push(request.url());
        }
      });
      await page.getByRole("button", { name: "Remove street.jpg from the page" }).click();
      await page.getByLabel("Keep the original in Storage").check();
      await choose(page, "small.jpg");
      const small = card(page, "small.jpg");
      await reached(small, "stored");
      assert.equal(uploads.length, 1);
      const render = page.waitForRequest((request) =>
        request.url().includes("/process-image") &&
        (request.postData() ?? "").includes("storage_path")
      );
      await page.getByLabel("Shadow").selectOption("none");
      await page.getByRole("button", { name: "Render the photos again" }).click();
      await render;
      await small.getByText("The cutout of an earlier request was used").waitFor();
      assert.equal(uploads.length, 1);
      await page.getByLabel("Keep the original in Storage").uncheck();
      await page.getByLabel("Shadow").selectOption("auto");
    },
  );

  await t.step("a file that is not a photo shows an error without a retry button", async () => {
    await page.getByRole("button", { name: "Remove small.jpg from the page" }).click();
    const transfer = await page.evaluateHandle(`
      const dropped = new DataTransfer();
      dropped.items.add(new File(["# no photo"], "README.md", { type: "image/jpeg" }));
      dropped;
    `);
    await page.locator(".drop-zone").dispatchEvent("drop", { dataTransfer: transfer });
    const file = card(page, "README.md");
    await reached(file, "failed");
    await file.getByText("Code: unsupported_image_type").waitFor();
    await file.getByRole("button", { name: "Copy the request id" }).waitFor();
    assert.equal(await file.getByRole("button", { name: "Try again" }).count(), 0);
    await page.getByRole("button", { name: "Remove README.md from the page" }).click();
  });

  await t.step(
    "a failing photo shows the error and a countdown, and can be tried again",
    async () => {
      const attempts = 5;
      stack.faults.next("POST", /\/process-image$/, { kind: "status", status: 503 }, attempts);
      await page.clock.install();
      await page.clock.pauseAt(new Date(Date.now() + 60_000));
      await choose(page, "dark.jpg");
      const photo = card(page, "dark.jpg");
      for (let retries = 1; retries < attempts; retries++) {
        await photo.getByText(/Trying again in \d+ s/).waitFor();
        await page.clock.fastForward("01:00");
        await until(() => stack.faults.calls.length > retries);
      }
      await reached(photo, "failed");
      await page.clock.resume();
      await photo.getByRole("button", { name: "Try again" }).click();
      await reached(photo, "stored");
      assert.equal(stack.faults.calls.length, attempts);
      stack.faults.clear();
    },
  );

  await t.step(
    "a failure of API4.ai becomes a warning, and the photo can be tried again",
    async () => {
      await page.getByRole("button", { name: "Remove dark.jpg from the page" }).click();
      simulator.behave({ kind: "failure" });
      await choose(page, "studio.jpg");
      const photo = card(page, "studio.jpg");
      await reached(photo, "stored");
      await photo.getByText("Code: background_removal_failed").waitFor();
      await photo.getByText("The background was kept.").waitFor();
      await inBothSchemes(page);
      simulator.behave({ kind: "ok" });
      await photo.getByRole("button", { name: "Try again" }).click();
      await photo.getByText("API4.ai removed the background.").waitFor();
      await page.setViewportSize(PHONE);
      await noScrollAside(page);
      await page.setViewportSize(DESKTOP);
    },
  );

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

  await t.step("the gallery shows the stored photos and their variants", async () => {
    await open(page, "Gallery");
    const tiles = page.getByRole("button", { name: /^Photo stored / });
    await tiles.first().waitFor();
    await noScrollAside(page);
    await page.setViewportSize(DESKTOP);
    // Three of street and two of small (other settings), studio with and without its background, and dark.
    await page.getByText("Page 1: 8 photos").waitFor();
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
  });

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
}

Deno.test({
  name: "the admin page works in a browser",
  ignore: !chromium,
  fn: async (t) => {
    const stack = await startStack({ adminPage: true });
    try {
      assert.equal(await stack.adminPage!.built, null);
      const browser = await openBrowser(chromium!);
      try {
        await run(t, stack, browser);
      } finally {
        await browser.close();
      }
    } finally {
      await stack.close();
    }
  },
});

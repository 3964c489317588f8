// Proves how the admin page uploads, shows, renders and retries single photos.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { fixture } from "../helpers/call.ts";
import type { Locator } from "playwright-core";
import { until } from "../helpers/until.ts";
import {
  card,
  choose,
  DESKTOP,
  inBothSchemes,
  noScrollAside,
  type OpenPage,
  PHONE,
  reached,
  RECORD_STEPS,
  styleOf,
} from "./admin_page.ts";

/** Checks that the cutout begins at a pixel of street.jpg, within 2 CSS pixels. */
async function liesAt(photo: Locator, x: number, y: number): Promise<void> {
  const frame = (await photo.locator(".compare-frame").boundingBox())!;
  const cutout = (await photo.getByRole("img", { name: "The photo after" }).boundingBox())!;
  const [left, top] = [x / 4032 * frame.width, y / 3024 * frame.height];
  assert.ok(Math.abs(cutout.x - frame.x - left) < 2, `${cutout.x - frame.x} is not near ${left}`);
  assert.ok(Math.abs(cutout.y - frame.y - top) < 2, `${cutout.y - frame.y} is not near ${top}`);
}

/** Steps in the view of photos: after the sign-in, in order. */
export async function photosViewSteps(
  t: Deno.TestContext,
  { page, stack }: OpenPage,
): Promise<void> {
  const simulator = stack.simulator!;
  await t.step("a photo shows its upload, processing and storing", async () => {
    await page.evaluate(RECORD_STEPS);
    await choose(page, "street.jpg");
    const photo = card(page, "street.jpg");
    await reached(photo, "stored");
    assert.deepEqual(
      [...new Set(await page.evaluate<string[]>("steps"))],
      ["Uploading", "Removing background", "Rendering", "Storing", "Stored"],
    );
    await photo.getByText("Background removed by the simulator (not API4.ai).").waitFor();
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
    await street.getByText("The variants in full").click();
    await street.getByLabel("Real size").check();
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
    await street.getByText("The variants in full").click();
  });

  await t.step("the cutout lies on the car in the photo", async () => {
    // The car's box in the photo (fixtures/README.md); around it 50 pixels of padding and 20 of the shadow's canvas, at
    // half the photo's scale.
    await liesAt(street, 708 - 2 * 70, 1166 - 2 * 70);
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
    await liesAt(street, 708 - 2 * 30, 1166 - 2 * 30);
    await page.getByLabel("Crop").selectOption("none");
    assert.equal(await page.getByLabel("Padding, pixels").isDisabled(), true);
    await page.getByRole("button", { name: "Render the photos again" }).click();
    const whole = street.getByText("2056 × 1552 px"); // 2016 x 1512, and the shadow's canvas
    await whole.waitFor({ state: "attached" });
    await liesAt(street, -2 * 20, -2 * 20);
    await page.getByLabel("Crop").selectOption("auto");
    await page.getByLabel("Format").selectOption("webp");
    await page.getByLabel("Padding, pixels").fill("50");
    await page.getByRole("button", { name: "Render the photos again" }).click();
    await street.getByText("Storage had the result").waitFor();
    assert.equal(simulator.requests.length, 1);
    await inBothSchemes(page);
  });

  await t.step("a framing gives the car its place, without a further call of API4.ai", async () => {
    await page.getByLabel("Size and place of the car").selectOption("gallery");
    await page.getByLabel("Shape of the master").selectOption("4:3");
    await page.getByLabel("Ground line, % from the top").fill("90");
    for (const name of ["Padding, pixels", "Crop", "Fit in the frame"]) {
      assert.equal(await page.getByLabel(name, { exact: true }).isDisabled(), true, name);
    }
    await page.getByRole("button", { name: "Render the photos again" }).click();
    const framed = street.getByText("1415 × 1061 px"); // the car's 1217 pixels are 86 % of the width
    await framed.waitFor({ state: "attached" });
    await page.getByLabel("Size and place of the car").selectOption("none");
    assert.equal(await page.getByLabel("Shape of the master").isVisible(), false);
    assert.equal(simulator.requests.length, 1);
    await inBothSchemes(page);
  });

  await t.step("a studio, a picture of the bucket and a channel need no further call", async () => {
    const { error } = await createClient(stack.url, stack.secretKey).storage
      .from("car-backgrounds")
      .upload("showroom.jpg", await fixture("small.jpg"), { contentType: "image/jpeg" });
    assert.equal(error, null);
    const background = page.getByLabel("Background", { exact: true });
    const again = page.getByRole("button", { name: "Render the photos again" });
    await background.selectOption("studio");
    await page.getByLabel("Horizon, % from the top").fill("55");
    await page.getByLabel("Facebook, 600 × 600").check();
    await again.click();
    await street.getByText("600 × 600 px").waitFor({ state: "attached" });
    await background.selectOption("picture");
    const picture = page.getByRole("radio", { name: "showroom.jpg" });
    await picture.waitFor({ state: "attached" });
    assert.equal(await picture.isChecked(), true);
    await inBothSchemes(page);
    await page.getByLabel("Facebook, 600 × 600").uncheck();
    const sent = page.waitForRequest((request) => request.url().includes("/process-image?"));
    await again.click();
    const query = new URL((await sent).url()).searchParams;
    assert.deepEqual(JSON.parse(query.get("background")!), {
      storage_path: { bucket: "car-backgrounds", path: "showroom.jpg" },
    });
    await reached(street, "stored");
    await background.selectOption("transparent");
    assert.equal(simulator.requests.length, 1);
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

  await t.step("a HEIC is sent as it is if its decoder cannot be loaded", async () => {
    const types: string[] = [];
    await page.route(/\/libheif_worker-/, (route) => route.abort(), { times: 1 });
    await page.route(/\/process-image\?/, (route) => {
      types.push(route.request().headers()["content-type"]);
      const error = { code: "invalid_image", message: "Refused by the test.", retryable: false };
      return route.fulfill({ status: 422, json: { success: false, error, request_id: "heic-1" } });
    }, { times: 1 });
    await choose(page, "formats/small.heic");
    const photo = card(page, "small.heic");
    await reached(photo, "failed");
    await photo.getByText("This browser cannot show the photo before it is processed.").waitFor();
    assert.deepEqual(types, ["image/heic"]);
    await page.getByRole("button", { name: "Remove small.heic from the page" }).click();
  });

  await t.step("a HEIC is shown before it is processed, and is sent as a JPEG", async () => {
    const workers: string[] = [];
    page.on("worker", (worker) => workers.push(new URL(worker.url()).pathname));
    const asked = Promise.withResolvers<Record<string, string>>();
    const shown = Promise.withResolvers<void>();
    await page.route(/\/process-image\?/, async (route) => {
      asked.resolve(route.request().headers());
      await shown.promise;
      await route.continue();
    }, { times: 1 });
    await choose(page, "formats/small.heic");
    const photo = card(page, "small.heic");
    const preview = photo.getByRole("img", { name: "Preview of small.heic" });
    await preview.waitFor();
    const size = await preview.evaluate((image) => [image.naturalWidth, image.naturalHeight]);
    assert.deepEqual(size, [640, 427]);
    assert.equal((await asked.promise)["content-type"], "image/jpeg");
    await page.setViewportSize(PHONE);
    await noScrollAside(page);
    await page.setViewportSize(DESKTOP);
    await inBothSchemes(page);
    shown.resolve();
    await reached(photo, "stored");
    await photo.getByText(/^This browser converted the photo to a JPEG of \d/).waitFor();
    const before = photo.getByRole("img", { name: "The photo before" });
    await before.evaluate((image) => image.decode());
    assert.equal(await photo.locator(".only-after").count(), 0);
    assert.equal(await preview.count(), 0);
    assert.deepEqual(workers.map((path) => path.replace(/-[\w-]{8}\.js$/, "")), [
      ...["/assets/render_worker", "/assets/libheif_worker", "/assets/render_worker"],
    ]);
    await page.getByRole("button", { name: "Remove small.heic from the page" }).click();
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
      await photo.getByText("The API4.ai simulator could not process this photo.").first()
        .waitFor();
      assert.equal(await photo.getByText("The background was kept.").count(), 0); // the warning says it
      await inBothSchemes(page);
      simulator.behave({ kind: "ok" });
      await photo.getByRole("button", { name: "Try again" }).click();
      await photo.getByText("Background removed by the simulator (not API4.ai).").waitFor();
      await page.setViewportSize(PHONE);
      await noScrollAside(page);
      await page.setViewportSize(DESKTOP);
    },
  );
}

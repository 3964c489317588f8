// Proves that the view of a car gives all photos one look, or a photo its own, without another call of API4.ai.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { fixture } from "../helpers/call.ts";
import { until } from "../helpers/until.ts";
import type { OpenPage } from "./admin_page.ts";
import { allStored, onAllScreens, order, tile } from "./car_page.ts";

/** Steps with twelve stored photos. */
export async function carLookSteps(t: Deno.TestContext, { page, stack }: OpenPage): Promise<void> {
  const calls = () => stack.simulator!.requests.length;
  const asked: Record<string, unknown>[] = [];
  page.on("request", (request) => {
    if (request.method() !== "POST" || !/\/process-image$/.test(request.url())) return;
    asked.push((request.postDataJSON() as { options: Record<string, unknown> }).options);
  });
  const before = calls();
  const [first, second] = await order(page);
  const aside = page.getByRole("complementary", { name: "Look of all photos" });
  const dialog = page.getByRole("dialog");
  let padding = 0;
  const settled = async (count: number) => {
    await until(() => asked.length === count);
    await allStored(page, 12);
  };
  /** Waits until the open photo shows its last pictures: until then its handle can be replaced. */
  const shown = () => dialog.locator(".car-picture[aria-busy=false]").waitFor();

  await t.step(
    "one look is chosen by its picture for all photos, without a call of API4.ai",
    async () => {
      await aside.getByRole("radio", { name: "Light studio" }).first().check({ force: true });
      await settled(12);
      assert.deepEqual(asked[0], {
        background: { studio: { wall: "#eceef1", floor: "#dcdfe3", horizon: 0.62 } },
        shadow: "ground",
        framing: { car_width: 0.86, car_height: 0.62, ground_line: 0.84 },
        plate: "keep",
      });
      assert.equal(calls(), before);
      await onAllScreens(page, "studio");
    },
  );

  await t.step("a photo opens in large, before and after", async () => {
    await page.getByRole("button", { name: `Open ${first}` }).click();
    await dialog.getByRole("slider", { name: "Before and after" }).waitFor();
    const image = dialog.getByRole("img", { name: "The photo before" });
    await until(() => image.evaluate((one) => one.complete && one.naturalWidth > 0));
    await onAllScreens(page, "preview");
  });

  await t.step("the next photo and the one before it show their own progress", async () => {
    await dialog.getByRole("button", { name: "Next" }).click();
    await page.getByRole("dialog", { name: second }).waitFor();
    await dialog.getByRole("button", { name: "Previous" }).click();
    await page.getByRole("dialog", { name: first }).waitFor();
    assert.equal(await dialog.count(), 1);
  });

  await t.step(
    "the ground line is moved by keyboard and by pointer, and kept as an option",
    async () => {
      const line = dialog.getByRole("slider", { name: "Ground line" });
      assert.equal(await line.getAttribute("aria-valuenow"), "84");
      await line.press("ArrowUp");
      await page.keyboard.press("ArrowUp");
      await settled(13);
      assert.equal((asked[12].framing as { ground_line: number }).ground_line, 0.82);
      await dialog.getByText("This photo has its own look.").waitFor();
      await shown();
      assert.equal(await line.getAttribute("aria-valuenow"), "82");
      const editor = (await dialog.locator(".frame-editor").boundingBox())!;
      await line.scrollIntoViewIfNeeded();
      const box = (await line.boundingBox())!;
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + 30, box.y + box.height / 2 - editor.height * 0.1, { steps: 5 });
      await page.mouse.up();
      await settled(14);
      const { ground_line: moved } = asked[13].framing as { ground_line: number };
      assert.ok(Math.abs(moved - 0.72) < 0.011, `${moved}`);
    },
  );

  await t.step(
    "a photo's look goes back to the gallery's, or becomes that of all photos",
    async () => {
      await dialog.getByRole("button", { name: "Use the gallery's look" }).click();
      await settled(15);
      assert.equal((asked[14].framing as { ground_line: number }).ground_line, 0.84);
      await dialog.getByRole("radio", { name: "As photographed" }).check({ force: true });
      await settled(16);
      await dialog.getByRole("button", { name: "Use for all photos of this gallery" }).click();
      await settled(27); // this photo has the look already
      assert.ok(asked.slice(16).every(({ framing }) => framing === "none"));
      await dialog.getByText("This photo has the gallery's look.").waitFor();
    },
  );

  await t.step(
    "the crop is moved by keyboard and by pointer, and kept as the padding",
    async () => {
      const edge = dialog.getByRole("slider", { name: "Padding" });
      await edge.waitFor();
      assert.equal(await edge.getAttribute("aria-valuenow"), "50");
      await edge.press("ArrowDown");
      await settled(28);
      assert.equal(asked[27].padding, 55);
      await shown();
      // The new pictures have a new handle, on which the next key acts.
      await page.keyboard.press("ArrowDown");
      await edge.scrollIntoViewIfNeeded();
      const box = (await edge.boundingBox())!;
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await settled(29);
      assert.equal(asked[28].padding, 60);
      // The pictures arrive while the handle is held. They wait until it is released.
      await page.mouse.move(x, y + 20, { steps: 4 });
      await page.mouse.up();
      await settled(30);
      const moved = asked[29].padding as number;
      assert.ok(moved < 55 && moved > 0, `${moved}`);
      await shown();
      assert.equal(await edge.getAttribute("aria-valuenow"), `${moved}`);
      padding = moved;
      await onAllScreens(page, "crop");
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await tile(page, first).getByText("Own look").waitFor();
      assert.equal(await tile(page, second).getByText("Own look").count(), 0);
    },
  );

  await t.step(
    "looks and pictures are there after a reload, and no look has called API4.ai",
    async () => {
      await page.reload();
      await allStored(page, 12);
      await tile(page, first).getByText("Own look").waitFor();
      await page.getByRole("button", { name: `Open ${first}` }).click();
      const edge = dialog.getByRole("slider", { name: "Padding" });
      await edge.waitFor();
      assert.equal(await edge.getAttribute("aria-valuenow"), `${padding}`);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      assert.equal(calls(), before);
    },
  );

  await t.step(
    "a picture of the bucket, a channel and the shadow are chosen for one photo",
    async () => {
      const { error } = await createClient(stack.url, stack.secretKey).storage
        .from("car-backgrounds")
        .upload("hall.jpg", await fixture("small.jpg"), { contentType: "image/jpeg" });
      assert.equal(error, null);
      await page.getByRole("button", { name: `Open ${second}` }).click();
      await dialog.getByRole("slider", { name: "Before and after" }).waitFor(); // its answer is read again
      const count = asked.length;
      await dialog.getByRole("radio", { name: "hall" }).check({ force: true });
      await settled(count + 1);
      assert.deepEqual(asked.at(-1)!.background, {
        storage_path: { bucket: "car-backgrounds", path: "hall.jpg" },
      });
      await dialog.getByLabel("Facebook, square").check();
      await settled(count + 2);
      assert.deepEqual(asked.at(-1)!.variants, ["processed", "grid", "detail", "facebook_square"]);
      await dialog.getByRole("slider", { name: "Strength of the shadow" }).press("ArrowRight");
      await settled(count + 3);
      await dialog.getByRole("slider", { name: "Reflection in the floor" }).press("ArrowRight");
      await settled(count + 4);
      const { shadow_strength, reflection } = asked.at(-1)!;
      assert.deepEqual({ shadow_strength, reflection }, { shadow_strength: 55, reflection: 5 });
      await dialog.getByRole("button", { name: "Use the gallery's look" }).click();
      await settled(count + 5);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      assert.equal(calls(), before);
      await page.reload(); // the next steps begin without changes to undo
      await allStored(page, 12);
    },
  );
}

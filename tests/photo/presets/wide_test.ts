// Proves that variants wider than the working image have the photo's own pixels where the CPU budget allows it, and a warning
// where it does not; and that the estimate of a photo follows its presets.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startStack } from "../../../dev/stack.ts";
import { cropSubject } from "../../../shared/image/edit/crop_subject.ts";
import { resample } from "../../../shared/image/edit/resample.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { checkCpuBudget } from "../../../shared/photo/check_cpu_budget.ts";
import { optionsSchema } from "../../../shared/photo/options.ts";
import { detailedCrop } from "../../../shared/photo/presets/detailed_crop.ts";
import { extraVariantsMs } from "../../../shared/photo/presets/extra_cost.ts";
import { planDetail } from "../../../shared/photo/presets/plan_detail.ts";
import { STANDARD_PRESETS } from "../../../shared/photo/presets/preset.ts";
import { warnOfEnlarged } from "../../../shared/photo/warning.ts";
import { alphaPlane, inside, part } from "../../helpers/car_geometry.ts";
import { expectReply, fixture, sendBytes } from "../../helpers/call.ts";
import { decoded, fixtureMask } from "../../helpers/fixtures.ts";
import { rasterOf } from "../../helpers/magick_files.ts";
import { psnr } from "../../helpers/psnr.ts";
import { valueOf } from "../../helpers/result.ts";

const HUGE = { width: 3_000, height: 2_000, format: "jpeg" } as const;
const PRESETS = new Map([...STANDARD_PRESETS, ["huge", HUGE], ["wide", {
  width: 2_400,
  height: 800,
}]]);
const street = await fixture("street.jpg");
const header = valueOf(inspectPhoto(street, { maxPixels: 64e6 }));
const plan = (variants: string[], budgetMs: number, photo = header) =>
  planDetail(photo, { options: optionsSchema.parse({ variants }) }, PRESETS, budgetMs);

Deno.test("a variant that is wider than the working image asks for a decode of its own width", () => {
  assert.deepEqual(plan(["grid", "huge"], 0).wide, ["huge"]);
  assert.equal(plan(["grid", "huge"], 0).longSidePx, 3_000);
  assert.equal(plan(["wide"], 0).longSidePx, 2_400);
  assert.equal(plan(["processed", "grid", "detail", "facebook_wide"], 0).longSidePx, undefined);
});

Deno.test("the decode has no more pixels than the photo, nor more than 14 megapixels", () => {
  const small = { ...header, width: 2_500, height: 1_000 };
  assert.equal(plan(["huge"], 0, small).longSidePx, 2_500);
  const square = { ...header, width: 6_000, height: 6_000 };
  const { longSidePx } = planDetail(
    square,
    { options: optionsSchema.parse({ variants: ["most"] }) },
    new Map([["most", { width: 4_096, height: 4_096 }]]),
    0,
  );
  assert.ok(longSidePx! <= Math.sqrt(14e6) && longSidePx! > 3_700, String(longSidePx));
  const tiny = { ...header, width: 1_500, height: 1_000 };
  assert.deepEqual(plan(["huge"], 0, tiny), { wide: [], extraMs: plan(["huge"], 0, tiny).extraMs });
});

Deno.test("without room in the CPU budget there is no second decode, and a warning names the variants", () => {
  assert.equal(plan(["wide"], 1_500).longSidePx, undefined);
  assert.deepEqual(plan(["wide"], 1_500).wide, ["wide"]);
  assert.equal(plan(["wide"], 3_000).longSidePx, 2_400);
  const [warning] = warnOfEnlarged([{ name: "wide", isEnlarged: true }, { name: "grid" }]);
  assert.equal(warning.code, "variant_enlarged");
  assert.match(warning.message, /size of wide: enlarged/);
  assert.deepEqual(warnOfEnlarged([{ name: "grid", isEnlarged: false }]), []);
});

Deno.test("the estimate of a request follows its presets, and requests without any keep theirs", () => {
  const msOf = (options: unknown) => extraVariantsMs(optionsSchema.parse(options), PRESETS);
  assert.equal(msOf({}), 0);
  assert.equal(msOf({ format: "png", variants: ["grid"] }), 0);
  assert.ok(msOf({ variants: ["huge"] }) > 4 * msOf({ variants: ["google_vehicle_ads"] }));
  assert.ok(msOf({ background: { studio: {} } }) > 0);
  assert.equal(msOf({ plate: "keep" }), 0);
  assert.ok(msOf({ plate: "blur" }) > 0, "its cutout is a picture, not a mask");
  const { extraMs } = plan(["huge", "wide"], 0);
  const refused = checkCpuBudget(header, "webp", 2_000, "auto", false, extraMs);
  assert.equal(refused?.code, "image_too_costly");
  assert.match(refused!.message, /Send at most|Send fewer or smaller variants/);
  assert.equal(checkCpuBudget(header, "webp", 2_000), null);
});

Deno.test("a larger crop has the photo's own pixels within the outline, and the same outline", async () => {
  using photo = await decoded(street);
  const mask = await fixtureMask("street", photo.size);
  const { image, box } = cropSubject(photo, { kind: "mask", mask }, { crop: "auto", padding: 50 });
  const crop = { image, box, working: photo.size };
  const larger = (await detailedCrop(street, header, crop, header.width, () => true))!;
  assert.ok(Math.abs(larger.width - image.width * 2) <= 2);
  const full = await rasterOf(street);
  const same = part(full, {
    x: box.x * 2,
    y: box.y * 2,
    width: larger.width,
    height: larger.height,
  });
  const solid = inside(larger, 3);
  const enlarged = resample(image, larger);
  const [own, before] = [
    psnr(larger, same, { mask: solid }),
    psnr(enlarged, same, { mask: solid }),
  ];
  assert.ok(own > 45 && own > before + 8, `${own} dB, enlarged ${before} dB`);
  const alpha = alphaPlane(larger);
  assert.deepEqual(alpha, alphaPlane(enlarged));
});

Deno.test("a decode that is stopped leaves the enlarged crop", async () => {
  using photo = await decoded(street);
  const { image, box } = cropSubject(photo, undefined, { crop: "auto", padding: 0 });
  const crop = { image, box, working: photo.size };
  assert.equal(await detailedCrop(street, header, crop, header.width, () => false), null);
});

Deno.test("a wide variant is sharp, exact in size, and leaves the other variants as they are", async () => {
  await using closing = new AsyncDisposableStack();
  const stack = await startStack({
    env: { VARIANTS: JSON.stringify({ huge: HUGE, soft: { ...HUGE, width: 2_001 } }) },
  });
  closing.defer(() => stack.close());
  const send = async (variants: string) => {
    const query = `variants=${variants}&shadow=none`;
    return (await expectReply(
      sendBytes(stack.functionUrl, { apikey: stack.secretKey }, street, query),
    )).body;
  };
  const both = await send("grid,huge");
  // Also with the photo's own pixels, the car is enlarged 1.53 times for this frame.
  assert.deepEqual(both.warnings.map(({ code }) => code), ["car_small"]);
  assert.equal(both.grid, (await send("grid")).grid);
  const { width, height } = await rasterOf(Buffer.from(both.huge as string, "base64"));
  assert.deepEqual([width, height], [3_000, 2_000]);
  assert.ok("detail_decode" in both.metadata.timings_ms);
  const soft = await send("soft");
  assert.ok(!("detail_decode" in soft.metadata.timings_ms));
});

// Proves which photos are refused from their header under a CPU budget.
import assert from "node:assert/strict";
import { checkCpuBudget } from "../../shared/photo/check_cpu_budget.ts";
import { INPUT_FORMATS } from "../../shared/image/image_format.ts";

const photo = (format: typeof INPUT_FORMATS[number], megapixels: number) => ({
  format,
  width: Math.floor(4_000 * Math.sqrt(megapixels / 12)),
  height: Math.floor(3_000 * Math.sqrt(megapixels / 12)),
});

Deno.test("checkCpuBudget() admits phones' JPEGs on hosted Supabase", () => {
  for (const megapixels of [1, 12, 24, 48, 64]) {
    assert.equal(checkCpuBudget(photo("jpeg", megapixels), "webp", 2_000), null, `${megapixels}`);
  }
});

Deno.test("checkCpuBudget() refuses costly formats there", () => {
  for (
    const [format, megapixels] of [["png", 45], ["avif", 24], ["heic", 12], ["webp", 24]] as const
  ) {
    assert.equal(
      checkCpuBudget(photo(format, megapixels), "webp", 2_000)?.code,
      "image_too_costly",
    );
  }
});

Deno.test("checkCpuBudget() admits a photo of the size that it names, and refuses a larger one", () => {
  for (const format of INPUT_FORMATS) {
    const budgetMs = format === "jpeg" ? 1_000 : 2_000;
    const refusal = checkCpuBudget(photo(format, 1_000), "webp", budgetMs);
    const most = refusal?.details?.max_megapixels as number;
    assert.ok(most > 5, `${format} ${most}`);
    assert.equal(checkCpuBudget(photo(format, most), "webp", budgetMs), null, format);
    assert.ok(checkCpuBudget(photo(format, most * 4), "webp", budgetMs), format);
  }
});

Deno.test("checkCpuBudget() refuses nothing without a budget", () => {
  for (const format of INPUT_FORMATS) {
    assert.equal(checkCpuBudget(photo(format, 1_000), "png", 0), null);
  }
});

Deno.test("checkCpuBudget() refuses a photo that exceeds only the memory", () => {
  const refusal = checkCpuBudget(photo("tiff", 24), "webp", 4_000);
  assert.match(refusal?.message ?? "", /takes more memory than there is/);
  const most = refusal?.details?.max_megapixels as number;
  assert.ok(most > 14 && most < 20, `${most}`);
  assert.equal(checkCpuBudget(photo("tiff", most), "webp", 4_000), null);
  assert.equal(checkCpuBudget(photo("tiff", 24), "webp", 0), null);
});

Deno.test("checkCpuBudget() reports if not even a small photo fits", () => {
  const refusal = checkCpuBudget(photo("png", 1), "webp", 300);
  assert.match(refusal?.message ?? "", /Raise CPU_BUDGET_MS\.$/);
  assert.equal(refusal?.details?.max_megapixels, 0);
});

Deno.test("checkCpuBudget() refuses a progressive JPEG that exceeds a memory limit", () => {
  const of = (megapixels: number, samples: number) => ({
    ...photo("jpeg", megapixels),
    coefficientBytes: megapixels * 1e6 * samples * 2,
  });
  assert.equal(checkCpuBudget(of(24, 1.5), "webp", 2_000), null);
  const refused = checkCpuBudget(of(48, 1.5), "webp", 2_000);
  assert.equal(refused?.code, "image_too_costly");
  assert.match(refused!.message, /Save it as a baseline JPEG/);
  assert.equal(checkCpuBudget(of(48, 1.5), "webp", 0), null);
});

Deno.test("checkCpuBudget() counts the larger picture of a photo without a crop", () => {
  const heic = photo("heic", 5);
  assert.equal(checkCpuBudget(heic, "webp", 2_000, "auto"), null);
  const refusal = checkCpuBudget(heic, "webp", 2_000, "none");
  assert.equal(refusal?.code, "image_too_costly");
  const most = refusal?.details?.max_megapixels as number;
  assert.ok(most > 1 && most < 5, `${most}`);
  assert.equal(checkCpuBudget(photo("heic", most), "webp", 2_000, "none"), null);
  for (const megapixels of [1, 12, 24]) {
    for (const output of ["webp", "jpeg"] as const) {
      assert.equal(checkCpuBudget(photo("jpeg", megapixels), output, 2_000, "none"), null);
    }
  }
});

// Proves for which errors the second pipeline is called, and whose error is the answer.
import assert from "node:assert/strict";
import { AppError, ERROR_CATALOGUE, type ErrorCode } from "../../../shared/errors.ts";
import { fail, ok, type Result } from "../../../shared/lib/result.ts";
import { isOwnFault, withFallback } from "../../../shared/photo/rollout/with_fallback.ts";
import type { Processor } from "../../../shared/photo/rollout/plan_route.ts";

const error = (code: ErrorCode) => fail(new AppError(code, code));

/** Calls two pipelines with given answers, the new one first. */
async function ask(
  first: Result<string>,
  other: Result<string>,
  second: Processor | null = "legacy",
) {
  const asked: Processor[] = [];
  const as = (by: Processor, result: Result<string>) => () => {
    asked.push(by);
    return Promise.resolve(result);
  };
  const route = { first: "new" as const, second, shadow: false };
  const both = { new: as("new", first), legacy: as("legacy", other) };
  const told: string[] = [];
  const answered = await withFallback(route, both, ({ code }, to) => told.push(`${code} > ${to}`));
  return { ...answered, asked, told };
}

Deno.test("withFallback() calls the second only after a fault of the first", async () => {
  assert.deepEqual(await ask(ok("a"), ok("b")), {
    ...{ by: "new", result: ok("a"), asked: ["new"], told: [] },
  });
  for (const code of Object.keys(ERROR_CATALOGUE) as ErrorCode[]) {
    const { by, asked, told } = await ask(error(code), ok("b"));
    assert.equal(by, isOwnFault(code) ? "legacy" : "new", code);
    assert.equal(asked.length, isOwnFault(code) ? 2 : 1, code);
    assert.deepEqual(told, isOwnFault(code) ? [`${code} > legacy`] : []);
  }
});

Deno.test("isOwnFault() rejects the caller's faults", () => {
  const faults = (Object.keys(ERROR_CATALOGUE) as ErrorCode[]).filter(isOwnFault);
  assert.deepEqual(faults, [
    ...[
      "image_too_costly",
      "image_crashes_engine",
      "internal_error",
      "engine_failed",
      "storage_failed",
    ],
    ...["storage_rejected", "legacy_failed", "isolate_busy"],
  ]);
});

Deno.test("withFallback() returns the first one's error if both fail, retryable if either is", async () => {
  const retryable = async (one: ErrorCode, other: ErrorCode) => {
    const { by, result } = await ask(error(one), error(other));
    assert.equal(by, "new");
    assert.ok(!result.ok && result.error.code === one);
    assert.equal(result.error.retryAfterSeconds !== undefined, result.error.retryable);
    return result.error.retryable;
  };
  assert.equal(await retryable("internal_error", "legacy_failed"), true);
  assert.equal(await retryable("engine_failed", "internal_error"), true);
  assert.equal(await retryable("internal_error", "storage_rejected"), false);
});

Deno.test("withFallback() returns the second one's refusal of the photo", async () => {
  const { by, result } = await ask(error("internal_error"), error("invalid_image"));
  assert.equal(by, "legacy");
  assert.ok(!result.ok && result.error.code === "invalid_image");
});

Deno.test("withFallback() calls only the first if no fallback is allowed", async () => {
  const { asked, result } = await ask(error("internal_error"), ok("b"), null);
  assert.deepEqual(asked, ["new"]);
  assert.ok(!result.ok);
});

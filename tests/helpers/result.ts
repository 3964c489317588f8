import assert from "node:assert/strict";
import type { AppError, ErrorCode } from "../../shared/errors.ts";
import type { Result } from "../../shared/lib/result.ts";

/** Fails unless the result is an error with the given code; returns the error. */
export function assertFails<T>(result: Result<T>, code: ErrorCode, what = ""): AppError {
  if (result.ok) assert.fail(`expected ${code} but it succeeded ${what}`);
  assert.equal(result.error.code, code, `${what} ${result.error.message}`);
  return result.error;
}

/** Returns the value of a result that must be a success. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw result.error;
  return result.value;
}

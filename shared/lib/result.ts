import type { AppError } from "../errors.ts";

/** The outcome of a step that may fail in an expected way: a value, or the error for the function's caller. */
export type Result<T> = { ok: true; value: T } | { ok: false; error: AppError };

/** Wraps a value as a successful {@linkcode Result}. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Wraps an error as a failed {@linkcode Result}. */
export function fail(error: AppError): Result<never> {
  return { ok: false, error };
}

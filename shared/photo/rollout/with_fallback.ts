import { AppError, type ErrorCode } from "../../errors.ts";
import { fail, type Result } from "../../lib/result.ts";
import type { Processor, Route } from "./plan_route.ts";

/**
 * Faults of a processor, after which the other one may succeed. All other errors are answers: the request is wrong,
 * or the caller has disconnected.
 */
const OWN_FAULTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "internal_error",
  "engine_failed",
  "image_crashes_engine",
  "storage_failed",
  "storage_rejected",
  "isolate_busy",
  "image_too_costly",
  "legacy_failed",
]);

/** Checks whether an error is a fault of the processor, not of the request. */
export function isOwnFault(code: ErrorCode): boolean {
  return OWN_FAULTS.has(code);
}

/** An outcome, and the processor that it comes from. */
export interface Answered<T> {
  by: Processor;
  result: Result<T>;
}

/**
 * Uses the chosen processor, and the other one if it fails by its own fault.
 *
 * @param route The processors.
 * @param ask Sends the photo to a processor.
 * @param onFallback Called with the fault that leads to the fallback.
 * @returns The first answer. If both fail, the first processor's error, retryable if either error is.
 * @throws any error of `ask`
 */
export async function withFallback<T>(
  { first, second }: Route,
  ask: Record<Processor, () => Promise<Result<T>>>,
  onFallback: (fault: AppError, to: Processor) => void,
): Promise<Answered<T>> {
  const result = await ask[first]();
  if (result.ok || second === null || !isOwnFault(result.error.code)) return { by: first, result };
  onFallback(result.error, second);
  const other = await ask[second]();
  if (other.ok || !isOwnFault(other.error.code)) return { by: second, result: other };
  return { by: first, result: fail(retryableIfEither(result.error, other.error)) };
}

function retryableIfEither(first: AppError, other: AppError): AppError {
  if (first.retryable || !other.retryable) return first;
  const { code, message, details, cause, headers } = first;
  const { retryAfterSeconds } = other;
  return new AppError(code, message, {
    ...{ details, cause, headers, retryAfterSeconds },
    retryable: true,
  });
}

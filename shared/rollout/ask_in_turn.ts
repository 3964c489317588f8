import { AppError, type ErrorCode } from "../errors.ts";
import { fail, type Result } from "../result.ts";
import type { Processor, Route } from "./plan_route.ts";

/**
 * Faults of who was asked: the other may do better. Anything else is an answer: it tells the caller what is wrong with the
 * request, or that the caller is gone.
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

/** Whether an error is a fault of who was asked, and not of the request. */
export function isOwnFault(code: ErrorCode): boolean {
  return OWN_FAULTS.has(code);
}

/** An outcome, and whose it is. */
export interface Answered<T> {
  by: Processor;
  result: Result<T>;
}

/**
 * Asks who was chosen, and the other if that fails by a fault of its own.
 *
 * @param route Who is asked.
 * @param ask How each of them is asked.
 * @param onFallback Hears of the fault for which the other is asked.
 * @returns The first answer. If both fail it is the error of the first, retryable if either is.
 * @throws what asking throws
 */
export async function askInTurn<T>(
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

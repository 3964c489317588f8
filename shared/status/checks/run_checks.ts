import { firstLine, log } from "../../telemetry/log.ts";

/** A check of one of the function's dependencies. */
export interface HealthCheck {
  name: string;
  /** Whether photos fail without the dependency. */
  needed: boolean;
  /**
   * Runs the check.
   *
   * @param signal Aborts it when it takes too long.
   * @throws {HealthError} If the dependency does not work. Other errors are logged, and not shown to the caller.
   */
  run(signal: AbortSignal): Promise<void>;
}

/** Failure of a dependency. The message is a sentence without upstream text or addresses. */
export class HealthError extends Error {
  override name = "HealthError";
}

/** Result of a check. */
export interface CheckResult {
  name: string;
  ok: boolean;
  /** Duration, in milliseconds, rounded to tenths. */
  ms: number;
  needed: boolean;
  /** The failure, as a sentence. */
  error?: string;
}

/** Bound on each check, in milliseconds: health checks need a quick answer. */
const TIMEOUT_MS = 5_000;

/**
 * Runs all checks in parallel, each for 5 s at most. It does not throw.
 *
 * @param checks The checks.
 * @param timeoutMs Bound on each check, in milliseconds. @default 5000
 */
export function runChecks(
  checks: readonly HealthCheck[],
  timeoutMs = TIMEOUT_MS,
): Promise<CheckResult[]> {
  return Promise.all(checks.map((check) => runCheck(check, timeoutMs)));
}

async function runCheck(check: HealthCheck, timeoutMs: number): Promise<CheckResult> {
  const { name, needed } = check;
  const from = performance.now();
  const error = await errorOf(check, timeoutMs);
  const ms = Math.round((performance.now() - from) * 10) / 10;
  return { name, ok: error === undefined, ms, needed, ...(error !== undefined && { error }) };
}

async function errorOf(check: HealthCheck, timeoutMs: number): Promise<string | undefined> {
  const late = new AbortController();
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new HealthError(`No answer within ${timeoutMs} ms.`);
    over.reject(error);
    late.abort(error);
  }, timeoutMs);
  try {
    await Promise.race([check.run(late.signal), over.promise]);
    return undefined;
  } catch (error) {
    log("warn", "health_check_failed", { check: check.name, cause: firstLine(error) });
    return error instanceof HealthError ? error.message : "It failed; the log says how.";
  } finally {
    clearTimeout(timer);
  }
}

import { firstLine, log } from "../../telemetry/log.ts";

/** Something that the function depends on. */
export interface HealthCheck {
  name: string;
  /** Whether photos fail without it. */
  needed: boolean;
  /**
   * Looks whether it works.
   *
   * @param signal Aborts it when it takes too long.
   * @throws {HealthError} with what is wrong; anything else is logged, and not shown
   */
  run(signal: AbortSignal): Promise<void>;
}

/** What is wrong with a dependency, as a sentence without upstream text or addresses. */
export class HealthError extends Error {
  override name = "HealthError";
}

/** What came of a check. */
export interface CheckResult {
  name: string;
  ok: boolean;
  /** How long it took, in milliseconds, rounded to tenths. */
  ms: number;
  needed: boolean;
  /** What is wrong. */
  error?: string;
}

/** Bound on each check, in milliseconds: whoever asks wants to know soon. */
const TIMEOUT_MS = 5_000;

/**
 * Runs all checks side by side, each for 5 s at most. It does not throw.
 *
 * @param checks The checks.
 * @param timeoutMs Bound on each, in milliseconds. @default 5000
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

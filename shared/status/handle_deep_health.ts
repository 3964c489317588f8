import { isolateBusy } from "../isolate/isolate_busy.ts";
import { type HealthCheck, runChecks } from "./checks/run_checks.ts";
import type { HttpContext } from "../http/context.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { PhotoDeps } from "../photo/photo_deps.ts";
import type { DeepHealthReply } from "./health_schema.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

/** The dependencies of the health routes. */
export interface HealthDeps {
  process: Pick<PhotoDeps["process"], "admission">;
  /** Checks of the function's dependencies. */
  healthChecks: readonly HealthCheck[];
}

let checkedBefore = false;

/**
 * Answers `GET /process-image/health?deep=1`: checks all dependencies of the function, and answers 503 if a needed one
 * fails.
 *
 * @returns The answer, or `isolate_busy`.
 */
export async function handleDeepHealth(
  { var: { requestId } }: HttpContext,
  { healthChecks, process: { admission } }: HealthDeps,
): Promise<Result<Response>> {
  using permit = admission.permit(checkedBefore ? TASK_MS.health.later : TASK_MS.health.first);
  if (!permit) return fail(isolateBusy());
  checkedBefore = true;
  const checks = await runChecks(healthChecks);
  const isHealthy = checks.every(({ ok, needed }) => ok || !needed);
  const reply: DeepHealthReply = {
    status: isHealthy ? "healthy" : "unhealthy",
    checks,
    request_id: requestId,
  };
  return ok(Response.json(reply, { status: isHealthy ? 200 : 503 }));
}

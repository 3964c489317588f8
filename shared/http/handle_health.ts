import { isolateBusy } from "../admission/isolate_busy.ts";
import { type HealthCheck, runChecks } from "../health/run_checks.ts";
import { authenticate } from "./auth/authenticate.ts";
import { isSelf, SELF_HEADER } from "./hand_over.ts";
import type { PhotoDeps } from "./photo_deps.ts";
import type { DeepHealthReply } from "./reply_schemas.ts";

/** What answering for the function's health needs. */
export interface HealthDeps extends Pick<PhotoDeps, "auth" | "process"> {
  /** What the function depends on. */
  healthChecks: readonly HealthCheck[];
}

/** CPU of all checks, as measured on Deno 2.1.4: the first time, when they start the engines, and later; in milliseconds. */
const CHECKS_MS = { first: 120, later: 8 };

let checkedBefore = false;

/**
 * Answers `GET /process-image/health`: at once, to anybody, asking nobody. With `?deep=1`, for those who may call, it looks
 * at everything that the function depends on, and answers 503 where something fails that is needed.
 *
 * @param request The request.
 * @param requestId The id that it is answered under.
 * @param deps What it needs.
 * @throws {AppError} `missing_credential`, `invalid_credential`, `expired_credential`, `forbidden`, `auth_unavailable`,
 * `isolate_busy`
 */
export async function handleHealth(
  request: Request,
  requestId: string,
  deps: HealthDeps,
): Promise<Response> {
  if (new URL(request.url).searchParams.get("deep") !== "1") {
    const headers = isSelf(request.headers) ? SELF_HEADER : {};
    return Response.json({ status: "healthy", request_id: requestId }, { headers });
  }
  const caller = await authenticate(request.headers, deps.auth);
  if (!caller.ok) throw caller.error;
  using visit = deps.process.admission.visit(
    checkedBefore ? CHECKS_MS.later : CHECKS_MS.first,
  );
  if (!visit) throw isolateBusy();
  checkedBefore = true;
  const checks = await runChecks(deps.healthChecks);
  const isHealthy = checks.every(({ ok, needed }) => ok || !needed);
  const reply: DeepHealthReply = {
    status: isHealthy ? "healthy" : "unhealthy",
    checks,
    request_id: requestId,
  };
  return Response.json(reply, { status: isHealthy ? 200 : 503 });
}

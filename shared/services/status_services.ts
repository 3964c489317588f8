import { createHealthChecks } from "../status/checks/health_checks.ts";
import type { HealthDeps } from "../status/handle_deep_health.ts";
import type { MetricsDeps } from "../status/handle_metrics.ts";
import type { Core } from "./core.ts";

/** Builds the services for deep health and metrics. */
export function createStatusServices(
  { config, admission, service, isolateMetrics, runStore }: Core,
): HealthDeps & MetricsDeps {
  return {
    process: { admission },
    healthChecks: createHealthChecks(config, service),
    isolateMetrics,
    runStore,
  };
}

import type { AppDeps } from "./app.ts";
import type { Config } from "./config.ts";
import { RoleWriter, writeRoles } from "./http/auth/role_writer.ts";
import { createTokenVerifier } from "./http/auth/verify_token.ts";
import { InternalSigner } from "./http/internal_signer.ts";
import { Admission } from "./isolate/admission.ts";
import { TASK_MS } from "./isolate/cpu_costs.ts";
import { machinePace } from "./isolate/machine_pace.ts";
import { reachesSelf } from "./isolate/self_probe.ts";
import { Shutdown } from "./isolate/shutdown.ts";
import { once } from "./lib/once.ts";
import type { Core } from "./services/core.ts";
import { createPhotoServices } from "./services/photo_services.ts";
import { connect } from "./storage/supabase_client.ts";
import { IsolateMetrics } from "./telemetry/metrics/isolate_metrics.ts";
import { RunStore } from "./telemetry/metrics/run_store.ts";
import { createSpanSender } from "./telemetry/trace/create_span_sender.ts";

/**
 * Builds the function's services from its configuration. Only this module and `shared/services/`, which has one module for each
 * kind of request, wire services together.
 *
 * The modules of an ordinary photo are imported at boot, all others by their first request. The host does not count the CPU of
 * loading modules at boot, and loading a module later costs more than at boot: see `bench/COLD.md`.
 *
 * | loaded | modules |
 * | --- | --- |
 * | at boot | routes, health check, authentication, rollout, options, Storage, database, API4.ai, the image pipeline's code |
 * | with the first photo | the image engines: WebAssembly |
 * | with the first legacy token | the call of Supabase Auth |
 * | with the first request of its kind | batches and webhooks, deletion, vehicles, deep health, metrics, the contract |
 *
 * `tests/boot_test.ts` holds this table.
 *
 * @param config The checked configuration.
 * @throws {ConfigError} If `VARIANTS` or `DEFAULT_OPTIONS` is wrong.
 */
export function createServices(config: Config): AppDeps {
  const { supabase, storage, cpuBudgetMs, functionUrl } = config;
  const service = connect(supabase.url, supabase.serviceKey, storage.timeoutMs);
  const admission = new Admission({
    budgetMs: cpuBudgetMs,
    usedMs: TASK_MS.start,
    pace: cpuBudgetMs === 0 ? 1 : machinePace(),
    reachesSelf: () => reachesSelf(functionUrl),
    warmUp: async () => (await import("./image/engine/warm_up.ts")).warmUp(),
  });
  const core: Core = {
    config,
    service,
    admission,
    auth: {
      secretKeys: supabase.secretKeys,
      adminRoles: config.adminRoles,
      verifyToken: createTokenVerifier(config),
      onAdmitted: new RoleWriter(() => {
        admission.charge(TASK_MS.roles);
        return writeRoles(service, config.adminRoles);
      }).begin,
    },
    signer: new InternalSigner(supabase.secretKeys),
    shutdown: new Shutdown(admission),
    isolateMetrics: new IsolateMetrics(),
    runStore: new RunStore(service, config.runsRetentionDays),
  };
  const photos = createPhotoServices(core);
  return {
    ...photos,
    shutdown: core.shutdown,
    allowedOrigins: config.allowedOrigins,
    sendSpan: createSpanSender(config),
    batches: once(async () => {
      const { createBatchServices } = await import("./services/batch_services.ts");
      return createBatchServices(core, photos);
    }),
    deletions: once(async () => {
      const { createDeleteServices } = await import("./services/delete_services.ts");
      return createDeleteServices(core, photos);
    }),
    vehicles: once(async () => {
      const { createVehicleServices } = await import("./services/vehicle_services.ts");
      return createVehicleServices(core);
    }),
    status: once(async () => {
      const { createStatusServices } = await import("./services/status_services.ts");
      return createStatusServices(core);
    }),
  };
}

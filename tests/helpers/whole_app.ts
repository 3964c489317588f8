import { type AppDeps, createApp } from "../../shared/app.ts";
import type { BatchDeps } from "../../shared/batch/batch_deps.ts";
import type { WorkDeps } from "../../shared/batch/handle_work.ts";
import type { Config } from "../../shared/config.ts";
import type { EraseDeps } from "../../shared/erase/handle_erase.ts";
import type { PhotoDeps } from "../../shared/photo/photo_deps.ts";
import { createServices } from "../../shared/services.ts";
import type { HealthDeps } from "../../shared/status/handle_deep_health.ts";
import type { MetricsDeps } from "../../shared/status/handle_metrics.ts";
import type { VehicleDeps } from "../../shared/vehicle/handle_vehicle.ts";

/** The parts of all routes together. */
export type WholeDeps =
  & Pick<AppDeps, "allowedOrigins" | "shutdown" | "sendSpan">
  & PhotoDeps
  & BatchDeps
  & WorkDeps
  & EraseDeps
  & VehicleDeps
  & HealthDeps
  & MetricsDeps;

/** Loads all parts of the function, so that a test can replace some of them. */
export async function wholeDeps(config: Config): Promise<WholeDeps> {
  const services = await createServices(config);
  const parts = await Promise.all([
    services.status(),
    services.vehicles(),
    services.deletions(),
    services.batches(),
  ]);
  return Object.assign({}, services, ...parts);
}

/** Creates the application from parts that are all loaded. */
export function wholeApp(deps: WholeDeps): ReturnType<typeof createApp> {
  const all = () => Promise.resolve(deps);
  return createApp({
    ...deps,
    ...{ batches: all, deletions: all, vehicles: all, status: all },
  });
}

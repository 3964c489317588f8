import { Hono } from "hono/tiny";
import { cors } from "hono/cors";
import type { BatchDeps } from "./batch/batch_deps.ts";
import type { WorkDeps } from "./batch/handle_work.ts";
import type { EraseDeps } from "./erase/handle_erase.ts";
import { AppError } from "./errors.ts";
import { asAppError } from "./http/as_app_error.ts";
import { authenticated, type Env, type HttpContext, refuse, route } from "./http/context.ts";
import { withProgress } from "./http/progress.ts";
import { requestScope, type RequestScopeDeps } from "./http/request_scope.ts";
import { REQUEST_ID_HEADER } from "./http/request_id.ts";
import type { Result } from "./lib/result.ts";
import { handlePhoto } from "./photo/handle_photo.ts";
import type { PhotoDeps } from "./photo/photo_deps.ts";
import { PhotoJob } from "./photo/photo_job.ts";
import type { HealthDeps } from "./status/handle_deep_health.ts";
import { handleHealth } from "./status/handle_health.ts";
import type { MetricsDeps } from "./status/handle_metrics.ts";
import type { VehicleDeps } from "./vehicle/handle_vehicle.ts";

/** The parts that the routes need. Those of other requests than photos are loaded when they are first needed. */
export interface AppDeps extends PhotoDeps, RequestScopeDeps {
  /** Origins that may call from a browser; `["*"]` for all. */
  allowedOrigins: readonly string[];
  batches(): Promise<BatchDeps & WorkDeps>;
  deletions(): Promise<EraseDeps>;
  vehicles(): Promise<VehicleDeps>;
  status(): Promise<HealthDeps & MetricsDeps>;
}

// The handlers of other requests than photos, each imported at its first call: `shared/services.ts` lists what is loaded when.
const createBatch = async () => (await import("./batch/create_batch.ts")).createBatch;
const batch = () => import("./batch/handle_batch.ts");
const showBatch = async () => (await batch()).showBatch;
const cancelBatch = async () => (await batch()).cancelBatch;
const requeueBatch = async () => (await batch()).requeueBatch;
const handleWork = async () => (await import("./batch/handle_work.ts")).handleWork;
const erasePhotos = async () => (await import("./erase/handle_erase.ts")).erasePhotos;
const vehicle = () => import("./vehicle/handle_vehicle.ts");
const showVehicle = async () => (await vehicle()).showVehicle;
const arrangeVehicle = async () => (await vehicle()).arrangeVehicle;
const forgetVehicle = async () => (await vehicle()).forgetVehicle;
const handleDeepHealth = async () =>
  (await import("./status/handle_deep_health.ts")).handleDeepHealth;
const handleMetrics = async () => (await import("./status/handle_metrics.ts")).handleMetrics;
const handleOpenapi = async () => (await import("./status/handle_openapi.ts")).handleOpenapi;

/** The function's paths: as the platform calls it, and as a gateway forwards the whole address. */
const BASE_PATHS = ["/process-image", "/functions/v1/process-image"];

/**
 * Creates the function's routes.
 *
 * @param deps The parts.
 * @returns The application; its `fetch` answers every request, and never throws.
 */
export function createApp(deps: AppDeps): Hono<Env> {
  const auth = authenticated(deps.auth);
  const { batches, deletions, vehicles, status } = deps;
  const routes = new Hono<Env>();
  routes.post("/", auth, (c) => withProgress(c, (request) => answerPhoto(c, request, deps)));
  routes.post("/batch", auth, part(batches, createBatch));
  routes.get("/batch/:id", auth, part(batches, showBatch));
  routes.delete("/batch/:id", auth, part(batches, cancelBatch));
  routes.post("/batch/:id/requeue", auth, part(batches, requeueBatch));
  routes.post("/delete", auth, part(deletions, erasePhotos));
  routes.get("/vehicles/:id", auth, part(vehicles, showVehicle));
  routes.put("/vehicles/:id", auth, part(vehicles, arrangeVehicle));
  routes.delete("/vehicles/:id", auth, part(vehicles, forgetVehicle));
  routes.post("/work", auth, part(batches, handleWork));
  routes.get("/health", handleHealth, auth, part(status, handleDeepHealth));
  routes.get("/metrics", auth, part(status, handleMetrics));
  routes.get("/openapi.json", part(() => Promise.resolve(deps), handleOpenapi));
  refuseOtherMethods(routes);

  const app = new Hono<Env>();
  app.use(cors({
    origin: deps.allowedOrigins.includes("*") ? "*" : [...deps.allowedOrigins],
    allowMethods: ["GET", "POST", "PUT", "DELETE", "OPTIONS"],
    exposeHeaders: [REQUEST_ID_HEADER, "server-timing", "retry-after", "location", "etag"],
    maxAge: 86_400,
  }));
  app.use(requestScope(deps));
  for (const path of BASE_PATHS) app.route(path, routes);
  app.notFound((c) => {
    const message = "This path does not exist. Send photos to POST /process-image.";
    return refuse(c, new AppError("not_found", message));
  });
  app.onError((thrown, c) => refuse(c, asAppError(thrown, c.req.raw.signal)));
  return app;
}

/** Makes a route of a handler that is imported, and of the parts that it needs: both are loaded at the route's first call. */
function part<Deps>(
  parts: () => Promise<Deps>,
  handler: () => Promise<(c: HttpContext, deps: Deps) => Promise<Result<Response>>>,
) {
  return route(async (c) => (await handler())(c, await parts()));
}

function answerPhoto(
  { var: { caller, requestId, timings } }: HttpContext,
  request: Request,
  deps: PhotoDeps,
) {
  const job = new PhotoJob(requestId, { signal: request.signal, timings });
  return handlePhoto(request, caller, job, deps);
}

/** Answers every other method of a path with 405 and `Allow`. */
function refuseOtherMethods(routes: Hono<Env>): void {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of routes.routes) {
    methods.set(path, (methods.get(path) ?? new Set()).add(method));
  }
  for (const [path, allowed] of methods) {
    const allow = [...allowed].join(", ");
    routes.all(path, (c) => {
      const message = `This path accepts ${allow} only.`;
      const headers = { Allow: `${allow}, OPTIONS` };
      return refuse(c, new AppError("method_not_allowed", message, { headers }));
    });
  }
}

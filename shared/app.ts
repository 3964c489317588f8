import { Hono } from "hono";
import { cors } from "hono/cors";
import { createBatch } from "./batch/create_batch.ts";
import type { BatchDeps } from "./batch/batch_deps.ts";
import { type EraseDeps, erasePhotos } from "./erase/handle_erase.ts";
import { cancelBatch, requeueBatch, showBatch } from "./batch/handle_batch.ts";
import { handleWork, type WorkDeps } from "./batch/handle_work.ts";
import { AppError } from "./errors.ts";
import { asAppError } from "./http/as_app_error.ts";
import { authenticated, type Env, type HttpContext, refuse, route } from "./http/context.ts";
import { withProgress } from "./http/progress.ts";
import { requestScope } from "./http/request_scope.ts";
import { REQUEST_ID_HEADER } from "./http/request_id.ts";
import type { Shutdown } from "./isolate/shutdown.ts";
import { handlePhoto } from "./photo/handle_photo.ts";
import type { PhotoDeps } from "./photo/photo_deps.ts";
import { PhotoJob } from "./photo/photo_job.ts";
import { handleDeepHealth, handleHealth, type HealthDeps } from "./status/handle_health.ts";
import { handleMetrics, type MetricsDeps } from "./status/handle_metrics.ts";
import { handleOpenapi } from "./status/handle_openapi.ts";
import {
  arrangeVehicle,
  forgetVehicle,
  showVehicle,
  type VehicleDeps,
} from "./vehicle/handle_vehicle.ts";
import type { SendSpan } from "./telemetry/trace/request_span.ts";

/** The parts that the routes need. */
export interface AppDeps
  extends PhotoDeps, MetricsDeps, HealthDeps, BatchDeps, WorkDeps, EraseDeps, VehicleDeps {
  /** Origins that may call from a browser; `["*"]` for all. */
  allowedOrigins: readonly string[];
  /** Lets the process end when nothing is in flight. */
  shutdown: Shutdown;
  /** Sends a request's spans; unset without a collector. */
  sendSpan?: SendSpan;
}

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
  const routes = new Hono<Env>();
  routes.post("/", auth, (c) => withProgress(c, (request) => answerPhoto(c, request, deps)));
  routes.post("/batch", auth, route((c) => createBatch(c, deps)));
  routes.get("/batch/:id", auth, route((c) => showBatch(c, deps)));
  routes.delete("/batch/:id", auth, route((c) => cancelBatch(c, deps)));
  routes.post("/batch/:id/requeue", auth, route((c) => requeueBatch(c, deps)));
  routes.post("/delete", auth, route((c) => erasePhotos(c, deps)));
  routes.get("/vehicles/:id", auth, route((c) => showVehicle(c, deps)));
  routes.put("/vehicles/:id", auth, route((c) => arrangeVehicle(c, deps)));
  routes.delete("/vehicles/:id", auth, route((c) => forgetVehicle(c, deps)));
  routes.post("/work", auth, route((c) => handleWork(c, deps)));
  routes.get("/health", handleHealth, auth, route((c) => handleDeepHealth(c, deps)));
  routes.get("/metrics", auth, route((c) => handleMetrics(c, deps)));
  routes.get("/openapi.json", route((c) => handleOpenapi(c, deps)));
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

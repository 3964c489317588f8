import { Hono } from "hono";
import { cors } from "hono/cors";
import { AppError } from "./errors.ts";
import type { Shutdown } from "./isolate/shutdown.ts";
import { afterResponse } from "./telemetry/after_response.ts";
import { inRequest } from "./telemetry/trace/current_request.ts";
import { traceOf } from "./telemetry/trace/trace_context.ts";
import { answerWithProgress, wantsProgress } from "./http/answer_with_progress.ts";
import { asAppError } from "./http/as_app_error.ts";
import { cancelBatch, requeueBatch, showBatch } from "./batch/handle_batch.ts";
import { handleHealth, type HealthDeps } from "./status/handle_health.ts";
import { handleMetrics, type MetricsDeps } from "./status/handle_metrics.ts";
import { handleOpenapi } from "./status/handle_openapi.ts";
import { handlePhoto } from "./photo/handle_photo.ts";
import { handleWork, type WorkDeps } from "./batch/handle_work.ts";
import type { PhotoDeps } from "./photo/photo_deps.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "./http/request_id.ts";
import type { BatchDeps } from "./batch/batch_deps.ts";
import { createBatch } from "./batch/create_batch.ts";
import { logRefusal } from "./http/log_refusal.ts";
import { errorResponse } from "./http/respond.ts";
import { type SendSpan, startRequestSpan } from "./telemetry/trace/request_span.ts";

/** What the routes need. */
export interface AppDeps extends PhotoDeps, MetricsDeps, HealthDeps, BatchDeps, WorkDeps {
  /** Origins that may call from a browser; `["*"]` for all. */
  allowedOrigins: readonly string[];
  /** Lets the process end when nothing is in flight. */
  shutdown: Shutdown;
  /** Sends a request's spans to whoever records them; unset where nobody does. */
  sendSpan?: SendSpan;
}

/** Where the function answers: as the platform calls it, and as a gateway's address that is passed on whole. */
const BASE_PATHS = ["/process-image", "/functions/v1/process-image"];

type Env = {
  Variables: {
    requestId: string;
    /** The status that a streamed answer ends with. */
    ended?: Promise<number>;
  };
  /** What Deno's server tells of a request; other hosts tell less. */
  Bindings: { completed?: Promise<void> } | undefined;
};

/**
 * The function's routes.
 *
 * @param deps What they need.
 * @returns The application; its `fetch` answers every request, and never throws.
 */
export function createApp(deps: AppDeps): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/health", (c) => handleHealth(c.req.raw, c.var.requestId, deps));
  routes.all("/health", () => methodNotAllowed("GET"));
  routes.get("/openapi.json", (c) => handleOpenapi(c.req.raw, deps));
  routes.all("/openapi.json", () => methodNotAllowed("GET"));
  routes.get("/metrics", (c) => handleMetrics(c.req.raw, c.var.requestId, deps));
  routes.all("/metrics", () => methodNotAllowed("GET"));
  routes.post("/batch", (c) => createBatch(c.req.raw, c.var.requestId, deps));
  routes.all("/batch", () => methodNotAllowed("POST"));
  const batch = "/batch/:id";
  routes.get(batch, (c) => showBatch(c.req.raw, c.req.param("id"), c.var.requestId, deps));
  routes.delete(batch, (c) => cancelBatch(c.req.raw, c.req.param("id"), c.var.requestId, deps));
  routes.all(batch, () => methodNotAllowed("GET, DELETE"));
  const requeue = "/batch/:id/requeue";
  routes.post(requeue, (c) => requeueBatch(c.req.raw, c.req.param("id"), c.var.requestId, deps));
  routes.all(requeue, () => methodNotAllowed("POST"));
  routes.post("/work", (c) => handleWork(c.req.raw, c.var.requestId, deps));
  routes.all("/work", () => methodNotAllowed("POST"));
  routes.post("/", async (c) => {
    const { raw } = c.req;
    const { requestId } = c.var;
    if (!wantsProgress(raw)) return await handlePhoto(raw, requestId, deps);
    const { response, ended } = await answerWithProgress(
      raw,
      (request, onStep) => handlePhoto(request, requestId, deps, onStep),
      (thrown) => answerThrown(thrown, raw, requestId),
    );
    c.set("ended", ended);
    return response;
  });
  routes.all("/", () => methodNotAllowed("POST"));

  const app = new Hono<Env>();
  app.use(cors({
    origin: deps.allowedOrigins.includes("*") ? "*" : [...deps.allowedOrigins],
    allowMethods: ["GET", "POST", "DELETE", "OPTIONS"],
    exposeHeaders: [REQUEST_ID_HEADER, "server-timing", "retry-after", "location", "etag"],
    maxAge: 86_400,
  }));
  app.use(async (c, next) => {
    const { headers } = c.req.raw;
    const requestId = requestIdOf(headers);
    c.set("requestId", requestId);
    const request = { requestId, trace: traceOf(headers, deps.sendSpan !== undefined) };
    const tell = deps.sendSpan && startRequestSpan(request, c.req, deps.sendSpan);
    await inRequest(request, () => deps.shutdown.track(next, c.env?.completed));
    c.header(REQUEST_ID_HEADER, requestId);
    const { ended } = c.var;
    if (ended) afterResponse(ended.then(tell));
    else tell?.(c.res.status);
  });
  app.use(async (_, next) => {
    if (!deps.shutdown.begun) return await next();
    const message = "This process is about to end. Send the request again: another will take it.";
    throw new AppError("shutting_down", message, { retryAfterSeconds: 1 });
  });
  for (const path of BASE_PATHS) app.route(path, routes);
  app.notFound((c) => {
    const message = "There is nothing at this path. Photos go to POST /process-image.";
    return errorResponse(new AppError("not_found", message), c.var.requestId);
  });
  app.onError((thrown, c) => answerThrown(thrown, c.req.raw, c.var.requestId));
  return app;
}

function answerThrown(thrown: unknown, request: Request, requestId: string): Response {
  const error = asAppError(thrown, request);
  if (error === thrown) logRefusal(error);
  return errorResponse(error, requestId);
}

function methodNotAllowed(allow: string): never {
  const message = `This path takes ${allow} only.`;
  throw new AppError("method_not_allowed", message, { headers: { Allow: `${allow}, OPTIONS` } });
}

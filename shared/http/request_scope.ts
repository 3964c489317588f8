import type { MiddlewareHandler } from "hono";
import { AppError } from "../errors.ts";
import type { Shutdown } from "../isolate/shutdown.ts";
import { afterResponse } from "../telemetry/after_response.ts";
import { Timings } from "../telemetry/timings.ts";
import { inRequest } from "../telemetry/trace/current_request.ts";
import { type SendSpan, startRequestSpan } from "../telemetry/trace/request_span.ts";
import { traceOf } from "../telemetry/trace/trace_context.ts";
import { type Env, refuse } from "./context.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "./request_id.ts";

/** The dependencies of a request's scope. */
export interface RequestScopeDeps {
  /** Counts the requests in flight, and refuses new ones when the process is about to end. */
  shutdown: Shutdown;
  /** Sends a request's spans; unset without a collector. */
  sendSpan?: SendSpan;
}

/** Middleware that gives every request its id, its timings, its trace, and its place among the requests in flight. */
export function requestScope({ shutdown, sendSpan }: RequestScopeDeps): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { headers } = c.req.raw;
    const requestId = requestIdOf(headers);
    const timings = new Timings();
    c.set("requestId", requestId);
    c.set("timings", timings);
    const trace = traceOf(headers, sendSpan !== undefined);
    const request = { requestId, trace, steps: timings };
    const endSpan = sendSpan && startRequestSpan(request, c.req, sendSpan);
    const answer = async () => {
      if (!shutdown.begun) return await next();
      const message = "This isolate is shutting down. Send the request again.";
      c.res = refuse(c, new AppError("shutting_down", message, { retryAfterSeconds: 1 }));
    };
    await inRequest(request, () => shutdown.track(answer, c.env?.completed));
    c.header(REQUEST_ID_HEADER, requestId);
    const { ended } = c.var;
    if (ended) afterResponse(ended.then(endSpan));
    else endSpan?.(c.res.status);
  };
}

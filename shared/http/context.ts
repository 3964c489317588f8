import type { Context, MiddlewareHandler } from "hono";
import type { AppError } from "../errors.ts";
import type { Result } from "../lib/result.ts";
import type { Timings } from "../telemetry/timings.ts";
import { type AuthDeps, authenticate } from "./auth/authenticate.ts";
import type { Caller } from "./auth/caller.ts";
import { errorResponse } from "./error_response.ts";
import { logRefusal } from "./log_refusal.ts";

/** The state of a request that middleware and routes share. */
export type Env = {
  Variables: {
    requestId: string;
    /** Wall times of the request's steps. */
    timings: Timings;
    /** The authenticated caller; set behind {@linkcode authenticated} only. */
    caller: Caller;
    /** The status with which a streamed answer ends. */
    ended?: Promise<number>;
  };
  /** Deno's server tells when an answer has been sent; other hosts do not. */
  Bindings: { completed?: Promise<void> } | undefined;
};

/** A request in the routes. */
export type HttpContext = Context<Env>;

/** Makes a route of a handler that returns a result. */
export function route(handle: (c: HttpContext) => Promise<Result<Response>>) {
  return async (c: HttpContext): Promise<Response> => {
    const answer = await handle(c);
    return answer.ok ? answer.value : refuse(c, answer.error);
  };
}

/** Logs an error and answers it. */
export function refuse({ var: { requestId, timings } }: HttpContext, error: AppError): Response {
  logRefusal(error);
  return errorResponse(error, requestId, timings);
}

/** Middleware that lets authenticated callers through and refuses all others. */
export function authenticated(deps: AuthDeps): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { headers } = c.req.raw;
    const caller = await c.var.timings.measure("auth", () => authenticate(headers, deps));
    if (!caller.ok) return refuse(c, caller.error);
    c.set("caller", caller.value);
    await next();
  };
}

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
    /** The wall times of the request's steps. */
    timings: Timings;
    /** The authenticated caller; set only after {@linkcode authenticated}. */
    caller: Caller;
    /** The final status of a streamed response. */
    ended?: Promise<number>;
  };
  /** Deno's server resolves `completed` when a response has been sent; other hosts have none. */
  Bindings: { completed?: Promise<void> } | undefined;
};

/** The context of a request in a route. */
export type HttpContext = Context<Env>;

/** Makes a route of a handler that returns a result. */
export function route(handle: (c: HttpContext) => Promise<Result<Response>>) {
  return async (c: HttpContext): Promise<Response> => {
    const answer = await handle(c);
    return answer.ok ? answer.value : refuse(c, answer.error);
  };
}

/** Logs an error and makes its response. */
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

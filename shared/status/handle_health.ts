import type { Next } from "hono";
import type { HttpContext } from "../http/context.ts";
import { isFromSelf, SELF_HEADER } from "../isolate/self_probe.ts";

/** Answers `GET /process-image/health` at once, without authentication, unless the query has `deep=1`. */
export async function handleHealth(c: HttpContext, next: Next): Promise<Response | void> {
  if (c.req.query("deep") === "1") return await next();
  const headers = isFromSelf(c.req.raw.headers) ? SELF_HEADER : {};
  return c.json({ status: "healthy", request_id: c.var.requestId }, { headers });
}

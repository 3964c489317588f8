import type { HttpContext } from "../http/context.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { isolateBusy } from "../isolate/isolate_busy.ts";
import { sha256 } from "../lib/sha256.ts";
import type { PhotoDeps } from "../photo/photo_deps.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

/** The parts of the services that the answer needs. */
export interface OpenapiDeps {
  process: Pick<PhotoDeps["process"], "admission">;
}

/** The document as it is sent. */
interface Sent {
  json: string;
  etag: string;
}

let sent: Promise<Sent> | undefined;

/**
 * Answers `GET /process-image/openapi.json`, without authentication: the function's interface as OpenAPI 3.1.
 *
 * @returns The answer, or `isolate_busy`.
 */
export async function handleOpenapi(
  { req: { raw: { headers } } }: HttpContext,
  { process: { admission } }: OpenapiDeps,
): Promise<Result<Response>> {
  using visit = admission.permit(sent ? TASK_MS.openapi.later : TASK_MS.openapi.first);
  if (!visit) return fail(isolateBusy());
  const { json, etag } = await (sent ??= readDocument());
  const caching = { etag, "cache-control": "public, max-age=3600" };
  const known = headers.get("if-none-match")?.split(",").map((one) => one.trim().replace("W/", ""));
  if (known?.some((one) => one === etag || one === "*")) {
    return ok(new Response(null, { status: 304, headers: caching }));
  }
  return ok(
    new Response(json, { headers: { ...caching, "content-type": "application/json" } }),
  );
}

/** Reads the file that `deno task openapi` builds. The import is dynamic, so that the file costs nothing at boot. */
async function readDocument(): Promise<Sent> {
  const { default: document } = await import("../../docs/openapi.json", { with: { type: "json" } });
  const json = JSON.stringify(document);
  return { json, etag: `"${await sha256(new TextEncoder().encode(json))}"` };
}

import { isolateBusy } from "../admission/isolate_busy.ts";
import { sha256 } from "../photo_hash.ts";
import type { PhotoDeps } from "./photo_deps.ts";

/** The parts of the services that the answer needs. */
export interface OpenapiDeps {
  process: Pick<PhotoDeps["process"], "admission">;
}

/** CPU time of an answer in milliseconds, measured on Deno 2.1.4. The first one includes the import, most of which is Deno's loader. */
const ANSWER_MS = { first: 15, later: 2 };

/** The document as it is sent. */
interface Sent {
  json: string;
  etag: string;
}

let sent: Promise<Sent> | undefined;

/**
 * Answers `GET /process-image/openapi.json`, without authentication: the function's interface as OpenAPI 3.1.
 *
 * @param request The request.
 * @param deps The parts of the services that it needs.
 * @throws {AppError} `isolate_busy`
 */
export async function handleOpenapi(
  { headers }: Request,
  { process: { admission } }: OpenapiDeps,
): Promise<Response> {
  using visit = admission.visit(sent ? ANSWER_MS.later : ANSWER_MS.first);
  if (!visit) throw isolateBusy();
  const { json, etag } = await (sent ??= readDocument());
  const caching = { etag, "cache-control": "public, max-age=3600" };
  const known = headers.get("if-none-match")?.split(",").map((one) => one.trim().replace("W/", ""));
  if (known?.some((one) => one === etag || one === "*")) {
    return new Response(null, { status: 304, headers: caching });
  }
  return new Response(json, { headers: { ...caching, "content-type": "application/json" } });
}

/** Reads the file that `deno task openapi` builds. The import is dynamic, so that the file costs nothing at boot. */
async function readDocument(): Promise<Sent> {
  const { default: document } = await import("../../docs/openapi.json", { with: { type: "json" } });
  const json = JSON.stringify(document);
  return { json, etag: `"${await sha256(new TextEncoder().encode(json))}"` };
}

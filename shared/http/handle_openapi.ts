import { isolateBusy } from "../admission/isolate_busy.ts";
import { sha256 } from "../photo_hash.ts";
import type { PhotoDeps } from "./photo_deps.ts";

/** What answering for the interface needs. */
export interface OpenapiDeps {
  process: Pick<PhotoDeps["process"], "admission">;
}

/** CPU of an answer, as measured on Deno 2.1.4: the first time, when the document is made, and later; in milliseconds. */
const ANSWER_MS = { first: 30, later: 2 };

/** The document as it is sent. */
interface Sent {
  json: string;
  etag: string;
}

let sent: Promise<Sent> | undefined;

/**
 * Answers `GET /process-image/openapi.json`, to anybody: the function's interface as OpenAPI 3.1.
 *
 * @param request The request.
 * @param deps What it needs.
 * @throws {AppError} `isolate_busy`
 */
export async function handleOpenapi(
  { headers }: Request,
  { process: { admission } }: OpenapiDeps,
): Promise<Response> {
  using visit = admission.visit(sent ? ANSWER_MS.later : ANSWER_MS.first);
  if (!visit) throw isolateBusy();
  const { json, etag } = await (sent ??= makeDocument());
  const caching = { etag, "cache-control": "public, max-age=3600" };
  const known = headers.get("if-none-match")?.split(",").map((one) => one.trim().replace("W/", ""));
  if (known?.some((one) => one === etag || one === "*")) {
    return new Response(null, { status: 304, headers: caching });
  }
  return new Response(json, { headers: { ...caching, "content-type": "application/json" } });
}

/** What makes it is loaded now: no photo needs it. */
async function makeDocument(): Promise<Sent> {
  const { openapiDocument } = await import("./openapi/document.ts");
  const json = JSON.stringify(openapiDocument());
  return { json, etag: `"${await sha256(new TextEncoder().encode(json))}"` };
}

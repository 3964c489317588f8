import { readConfig } from "../../shared/config.ts";
import { createApp } from "../../shared/app.ts";
import { createServices } from "../../shared/services.ts";
import type { RawRequest } from "./mutate_request.ts";

const KEY = "sb_secret_fuzz";

/** The settings of a standalone function: no background removal, and Storage at a closed port. */
export const ALONE = {
  SUPABASE_URL: "http://127.0.0.1:9",
  SUPABASE_SECRET_KEY: KEY,
  SUPABASE_JWKS: '{"keys":[]}',
};

/** A request for `fetch`, from an authorized caller. */
export function requestTo(base: string, { query, contentType, body }: RawRequest): Request {
  return new Request(`${base}/process-image?${query}`, {
    method: "POST",
    headers: { apikey: KEY, "content-type": contentType },
    body,
  });
}

/** The whole function in this process, with its routes but without its log. */
export function inProcess(): (request: RawRequest) => Promise<Response> {
  for (const name of ["info", "warn", "error"] as const) console[name] = () => {};
  const app = createApp(createServices(readConfig(ALONE)));
  return async (request) => await app.fetch(requestTo("http://localhost", request));
}

/**
 * The function as it is deployed, except that its engines get no more memory during a request that says so, or, with
 * `DENY_MEMORY` set, ever.
 *
 * @module
 */
import entry from "../../functions/process-image/index.ts";
import { DeniedMemory } from "./deny_memory.ts";

if (Deno.env.has("DENY_MEMORY")) new DeniedMemory();

async function fetch(request: Request): Promise<Response> {
  if (!request.headers.has("x-deny-memory")) return await entry.fetch(request);
  using _ = new DeniedMemory();
  return await entry.fetch(request);
}

export default { fetch };

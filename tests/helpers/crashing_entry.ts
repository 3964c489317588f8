/**
 * The deployed function, except that its engines get no more memory during a request that asks for it, or at any
 * time if `DENY_MEMORY` is set.
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

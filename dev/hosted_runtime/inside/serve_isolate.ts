/**
 * The module that `deno serve` runs in an isolate's process: the function with an isolate's globals.
 *
 * @module
 */
import { readLines } from "../../deno_child.ts";
import { entrypoint, send } from "./channel.ts";
import { dispatchBeforeUnload, setEdgeGlobals, workDone } from "./edge_globals.ts";
import { reportMemory, withMemoryReports } from "./memory_reports.ts";

interface ServedModule {
  default: { fetch(request: Request): Response | Promise<Response> };
}

setEdgeGlobals();
const begins = new URL("evaluation_begins.ts", import.meta.url).href;
// One module imports both, so that both are loaded before they are evaluated in order.
const code = `import ${JSON.stringify(begins)};
export { default } from ${JSON.stringify(entrypoint)};`;
const served: ServedModule = await import(`data:text/javascript,${encodeURIComponent(code)}`);
reportMemory();

/** Dispatches `beforeunload`, and waits for the work of `EdgeRuntime.waitUntil`. */
async function unload(reason: string): Promise<void> {
  if (reason === "early_drop") await workDone();
  dispatchBeforeUnload(reason);
  send(`unloaded ${reason}`);
}
// An isolate ignores signals: those of a terminal are for the runtime, which may let the isolate finish. It ends with the
// runtime.
for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, () => {});
readLines(Deno.stdin.readable, unload).then(() => Deno.exit());

export default {
  fetch: (request: Request): Promise<Response> =>
    withMemoryReports(() => served.default.fetch(request)),
};

/**
 * What `deno serve` runs in an isolate's process: the function, in an isolate's surroundings.
 *
 * @module
 */
import { readLines } from "../../deno_child.ts";
import { entrypoint, tell } from "./channel.ts";
import { dispatchBeforeUnload, setEdgeGlobals, workDone } from "./edge_globals.ts";
import { reportMemory, withMemoryReports } from "./memory_reports.ts";

interface ServedModule {
  default: { fetch(request: Request): Response | Promise<Response> };
}

setEdgeGlobals();
const begins = new URL("evaluation_begins.ts", import.meta.url).href;
// One module that imports both: the two are loaded, and only then evaluated, one after the other.
const code = `import ${JSON.stringify(begins)};
export { default } from ${JSON.stringify(entrypoint)};`;
const served: ServedModule = await import(`data:text/javascript,${encodeURIComponent(code)}`);
reportMemory();

/** Nothing is dropped while work goes on that was handed to `EdgeRuntime.waitUntil`. */
async function unload(reason: string): Promise<void> {
  if (reason === "early_drop") await workDone();
  dispatchBeforeUnload(reason);
  tell(`unloaded ${reason}`);
}
// An isolate hears no signals: those of a terminal are for the runtime, which may have it finish what it does. It goes with
// the runtime, however that ends.
for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, () => {});
readLines(Deno.stdin.readable, unload).then(() => Deno.exit());

export default {
  fetch: (request: Request): Promise<Response> =>
    withMemoryReports(() => served.default.fetch(request)),
};

import { fileURLToPath } from "node:url";
import { SOURCES } from "./files.ts";

/** Quiet time after a change in milliseconds, as editors write a file in several steps. */
const SETTLE_MS = 150;

/**
 * Watches the page's sources.
 *
 * @param onChange Called after each change.
 */
export function watchSources(onChange: () => void): { close(): void } {
  const watcher = Deno.watchFs(SOURCES.map((place) => fileURLToPath(place)));
  let settling: ReturnType<typeof setTimeout> | undefined;
  const watch = async (): Promise<void> => {
    for await (const { kind } of watcher) {
      if (kind === "access") continue;
      clearTimeout(settling);
      settling = setTimeout(onChange, SETTLE_MS);
    }
  };
  void watch();
  return {
    close: () => {
      clearTimeout(settling);
      watcher.close();
    },
  };
}

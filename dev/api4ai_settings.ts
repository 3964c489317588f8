import { LocalCutouts } from "./cutouts/local_cutouts.ts";
import { drawProgress } from "./cutouts/progress_bar.ts";
import type { StackOptions } from "./stack.ts";

/** Settings that the commands pass from their environment to the function. */
const PASSED_ON = [
  "API4AI_KEY",
  "API4AI_URL",
  "API4AI_PROVIDER",
  "API4AI_MODE",
  "API4AI_TIMEOUT_MS",
];

/** Time for a photo, in milliseconds, that suffices for the model's download on a slow line. */
const TIMEOUT_WITH_DOWNLOAD_MS = 130_000;

/**
 * Chooses who cuts out the photos of a command's local stack: the service at `API4AI_URL`, or API4.ai itself if there is an
 * `API4AI_KEY`; otherwise the simulator, with a local model for photos that are no fixture.
 */
export function api4aiSettings(
  read: (name: string) => string | undefined = (name) => Deno.env.get(name),
): Pick<StackOptions, "api4ai" | "env" | "cutouts"> {
  const env = Object.fromEntries(PASSED_ON.flatMap((name) => {
    const value = read(name);
    return value ? [[name, value]] : [];
  }));
  if (env.API4AI_KEY || env.API4AI_URL) return { api4ai: "real", env };
  return {
    api4ai: "simulator",
    env: { API4AI_TIMEOUT_MS: String(TIMEOUT_WITH_DOWNLOAD_MS) },
    cutouts: new LocalCutouts({
      say: (sentence) => console.log(sentence),
      onProgress: drawProgress(),
    }),
  };
}

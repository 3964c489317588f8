/** Settings that the commands pass from their environment to the function. */
const PASSED_ON = ["API4AI_KEY", "API4AI_URL", "API4AI_MODE", "API4AI_TIMEOUT_MS"];

/** The local stack's API4.ai, and the function's settings for it. */
export interface Api4aiSettings {
  api4ai: "simulator" | "real";
  env: Record<string, string>;
}

/** Chooses the real service if `API4AI_KEY` is in the environment, otherwise the simulator. */
export function api4aiSettings(): Api4aiSettings {
  if (!Deno.env.get("API4AI_KEY")) return { api4ai: "simulator", env: {} };
  const env = PASSED_ON.flatMap((name) => {
    const value = Deno.env.get(name);
    return value ? [[name, value]] : [];
  });
  return { api4ai: "real", env: Object.fromEntries(env) };
}

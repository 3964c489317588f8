/** Settings of the function that the commands take over from their own environment. */
const PASSED_ON = ["API4AI_KEY", "API4AI_URL", "API4AI_MODE", "API4AI_TIMEOUT_MS"];

/** Which API4.ai the local stack uses, and what the function is told about it. */
export interface Api4aiSettings {
  api4ai: "simulator" | "real";
  env: Record<string, string>;
}

/** With `API4AI_KEY` in the environment the real service is asked, otherwise the simulator. */
export function api4aiSettings(): Api4aiSettings {
  if (!Deno.env.get("API4AI_KEY")) return { api4ai: "simulator", env: {} };
  const env = PASSED_ON.flatMap((name) => {
    const value = Deno.env.get(name);
    return value ? [[name, value]] : [];
  });
  return { api4ai: "real", env: Object.fromEntries(env) };
}

import type { Stack } from "./stack.ts";

/** Returns the text of `.env.local`: the addresses, keys and an admin's token of a local stack. */
export function envFileOf(stack: Stack): string {
  const values = {
    SUPABASE_URL: stack.url,
    FUNCTION_URL: stack.functionUrl,
    ADMIN_TOKEN: stack.adminToken,
    ADMIN_EMAIL: stack.users.admin.email,
    ADMIN_PASSWORD: stack.users.admin.password,
    SUPABASE_PUBLISHABLE_KEY: stack.publishableKey,
    SUPABASE_SECRET_KEY: stack.secretKey,
    ...(stack.simulator && { API4AI_SIMULATOR_URL: new URL(stack.simulator.url).origin }),
  };
  return Object.entries(values).map(([name, value]) => `${name}=${value}\n`).join("");
}

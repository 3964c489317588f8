import { z } from "zod";
import { type SmokeClient, SmokeFailure } from "./client.ts";
import { readAnswer } from "./read_answer.ts";

const health = z.object({ status: z.literal("healthy") });
const deepHealth = z.object({
  status: z.enum(["healthy", "unhealthy"]),
  checks: z.array(z.object({
    name: z.string(),
    ok: z.boolean(),
    ms: z.number(),
    needed: z.boolean(),
    error: z.string().optional(),
  })),
});

/** Checks without a credential that the function is up. */
export async function checkHealth(client: SmokeClient): Promise<string> {
  return readAnswer(await client.call("/health"), 200, health).status;
}

/**
 * Checks the function's dependencies.
 *
 * @throws {SmokeFailure} If a required one fails.
 */
export async function checkDeepHealth(client: SmokeClient): Promise<string> {
  const answer = await client.call("/health?deep=1", { headers: client.credential });
  const { status, checks } = readAnswer(answer, answer.status === 503 ? 503 : 200, deepHealth);
  const seen = checks.map(({ name, ok, ms, needed, error }) =>
    ok ? `${name} ${Math.round(ms)} ms` : `${name}${needed ? "" : " (not needed)"}: ${error}`
  ).join(", ");
  if (status !== "healthy") throw new SmokeFailure(seen);
  return seen;
}

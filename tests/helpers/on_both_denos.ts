import type { DenoVersion } from "../../dev/deno_binary.ts";
import { type Stack, type StackOptions, startStack } from "../../dev/stack.ts";

/** The version for development, and the one that hosted Supabase is compatible with. */
const VERSIONS: DenoVersion[] = ["2.9.6", "2.1.4"];

/**
 * Registers a test that runs against the function in a process of its own, once on each version of Deno, with a
 * real local Supabase and the API4.ai simulator.
 *
 * @param name The test's name, as a sentence.
 * @param env Settings of the function, besides those of the stack.
 * @param run The test.
 * @param options Further options of the stack.
 */
export function onBothDenos(
  name: string,
  env: Record<string, string>,
  run: (t: Deno.TestContext, stack: Stack) => Promise<void>,
  options: StackOptions = {},
): void {
  for (const deno of VERSIONS) {
    Deno.test(`${name} (Deno ${deno})`, async (t) => {
      const stack = await startStack({ ...options, deno, env });
      try {
        await run(t, stack);
      } finally {
        await stack.close();
      }
    });
  }
}

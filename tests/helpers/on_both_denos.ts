import { type Stack, type StackOptions, startStack } from "../../dev/stack.ts";
import { bothDenos, denosOfForm } from "./test_form.ts";

/** Options of the stack, and of the choice of versions. */
export interface BothDenosOptions extends StackOptions {
  /** Whether the short form also runs the test on both versions, as its behaviour may differ between them. @default false */
  core?: boolean;
}

/**
 * Registers a test that runs against the function in a process of its own, with a real local Supabase and the API4.ai simulator,
 * on both versions of Deno. The short form runs it only on the hosted version, unless it is a core test.
 *
 * @param name The test's name, as a sentence.
 * @param env Settings of the function, besides those of the stack.
 * @param run The test.
 */
export function onBothDenos(
  name: string,
  env: Record<string, string>,
  run: (t: Deno.TestContext, stack: Stack) => Promise<void>,
  { core = false, ...options }: BothDenosOptions = {},
): void {
  for (const deno of core ? bothDenos() : denosOfForm()) {
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

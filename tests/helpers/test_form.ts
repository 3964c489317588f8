import type { DenoVersion } from "../../dev/deno_binary.ts";

/**
 * Whether the tests run in their long form: `deno task test-all` sets `TEST_FORM`. This is the only place that reads it. The short
 * form, of `deno task test`, shows each behaviour once: on one version of Deno, with fewer random inputs.
 */
export const isLongForm = Deno.env.get("TEST_FORM") === "long";

/** The version for development, and the one that hosted Supabase is compatible with. */
const BOTH: readonly DenoVersion[] = ["2.9.6", "2.1.4"];

/** Returns the versions of Deno for tests of behaviour that may differ between versions: connections, bodies, signals, rendering. */
export function bothDenos(): readonly DenoVersion[] {
  return BOTH;
}

/** Returns the versions of Deno for other tests: both in the long form, the hosted one in the short form. */
export function denosOfForm(): readonly DenoVersion[] {
  return isLongForm ? BOTH : ["2.1.4"];
}

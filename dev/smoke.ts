/**
 * Checks a deployed function: `SMOKE_KEY=KEY deno task smoke --url URL`, after each deployment.
 *
 * KEY is a secret key or the token of an admin. The exit status is 1 if a check fails. The option `--key` works too, but lists
 * of processes and the shell's history show it.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { runSmoke, type SmokeRow } from "./smoke/run_smoke.ts";
import { DENO_TASK } from "./deno_task.ts";

const USAGE =
  `SMOKE_KEY=SECRET_KEY_OR_ADMIN_TOKEN ${DENO_TASK} smoke --url https://REF.supabase.co`;

/** Formats a row: check, result, milliseconds, details. */
function line(check: string, result: string, ms: string | number, seen: string): string {
  return `${check.padEnd(30)}${result.padEnd(8)}${String(ms).padStart(6)}  ${seen}`;
}

function print({ check, ok, ms, seen }: SmokeRow): void {
  console.log(line(check, ok ? "ok" : "FAILED", ms, seen));
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { url: { type: "string" }, key: { type: "string" } } });
  const key = values.key ?? Deno.env.get("SMOKE_KEY");
  if (!values.url || !URL.canParse(values.url) || !key) {
    console.error(`Expected ${USAGE}`);
    return 2;
  }
  if (values.key) {
    console.error(
      "--key shows the key in process lists: set SMOKE_KEY in the environment instead.",
    );
  }
  console.log(line("check", "result", "ms", "seen"));
  const rows = await runSmoke(values.url, key, print);
  const failed = rows.filter(({ ok }) => !ok).length;
  console.log(failed === 0 ? "\nAll is well." : `\n${failed} of ${rows.length} checks failed.`);
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());

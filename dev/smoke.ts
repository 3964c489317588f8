/**
 * Looks whether a deployed function does what it promises: `deno task smoke --url URL --key KEY`, after each deployment.
 *
 * KEY is a secret key or the token of an admin; it can also be given as `SMOKE_KEY` in the environment, where no list of
 * processes shows it. Ends with status 1 if a check fails.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { runSmoke, type SmokeRow } from "./smoke/run_smoke.ts";

const USAGE = "deno task smoke --url https://REF.supabase.co --key SECRET_KEY_OR_ADMIN_TOKEN";

/** A row as it is printed: check, result, milliseconds, what was seen. */
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
  console.log(line("check", "result", "ms", "seen"));
  const rows = await runSmoke(values.url, key, print);
  const failed = rows.filter(({ ok }) => !ok).length;
  console.log(failed === 0 ? "\nAll is well." : `\n${failed} of ${rows.length} checks failed.`);
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());

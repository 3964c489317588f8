/**
 * Load test: many photos at once under the hosted runtime's limits. `deno task load`, 10 to 20 minutes (Linux).
 *
 * Prints a table with one row per scenario, and writes it to `bench/LOAD.md`. Shorter runs that write nothing:
 * `deno task load --scenario 5-cold`, `deno task load --scenario 200 --uploads 20`.
 *
 * @module
 */
import { exitAfter } from "./exit_after.ts";
import { parseArgs } from "node:util";
import { loadTable } from "./load/load_table.ts";
import { runScenario, type ScenarioResult } from "./load/run_scenario.ts";
import { type Scenario, SCENARIOS } from "./load/scenario.ts";
import { describeProcessor } from "./machine.ts";
import { markdown } from "./table.ts";

const REPORT = new URL("LOAD.md", import.meta.url);
const MAX_FAULTS_SHOWN = 5;

/** Returns the chosen scenarios. @throws Error if the scenario does not exist, or the number is invalid */
function chosen(name: string | undefined, uploads: string | undefined): Scenario[] {
  const scenarios = SCENARIOS.filter((one) => name === undefined || one.name === name);
  if (scenarios.length === 0) {
    const names = SCENARIOS.map((one) => one.name).join(", ");
    throw new Error(`--scenario: expected one of ${names} but received "${name}".`);
  }
  if (uploads === undefined) return scenarios;
  const count = Number(uploads);
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`--uploads: expected an integer of 1 or more but received "${uploads}".`);
  }
  return scenarios.map((one) => ({ ...one, uploads: count, atOnce: Math.min(one.atOnce, count) }));
}

/** Prints a scenario's faults and its row at once, so that an aborted run keeps its earlier results. */
function print(result: ScenarioResult): void {
  const { scenario, uploads, faults } = result;
  const complaints = uploads.flatMap(({ complaint }) => complaint ?? []);
  for (const line of [...complaints, ...faults].slice(0, MAX_FAULTS_SHOWN)) {
    console.log(`${scenario.name}: ${line}`);
  }
  console.log(markdown({ ...loadTable([result]), note: undefined }));
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: { scenario: { type: "string" }, uploads: { type: "string" } },
  });
  const results: ScenarioResult[] = [];
  for (const scenario of chosen(values.scenario, values.uploads)) {
    console.log(`${scenario.name} ...`);
    const result = await runScenario(scenario);
    print(result);
    results.push(result);
  }
  const table = markdown(loadTable(results));
  console.log(table);
  if (values.scenario === undefined && values.uploads === undefined) {
    await Deno.writeTextFile(
      REPORT,
      `# Load\n\nWritten by \`deno task load\`.\n\n${await describeProcessor()}\n\n${table}`,
    );
  }
}

if (import.meta.main) await exitAfter(run);

/**
 * Many photos at once, under the hosted runtime's limits: `deno task load`, 10 to 20 minutes (Linux).
 *
 * Prints a table, one row a scenario, and writes it to `bench/LOAD.md`. For a short look, which writes nothing:
 * `deno task load --scenario 5-cold`, `deno task load --scenario 200 --uploads 20`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { loadTable } from "./load/load_table.ts";
import { runScenario, type ScenarioResult } from "./load/run_scenario.ts";
import { type Scenario, SCENARIOS } from "./load/scenario.ts";
import { describeProcessor } from "./machine.ts";
import { markdown } from "./table.ts";

const REPORT = new URL("LOAD.md", import.meta.url);
const MAX_FAULTS_SHOWN = 5;

/** @throws Error when there is no such scenario, or the number is none */
function chosen(name: string | undefined, uploads: string | undefined): Scenario[] {
  const scenarios = SCENARIOS.filter((one) => name === undefined || one.name === name);
  if (scenarios.length === 0) {
    const names = SCENARIOS.map((one) => one.name).join(", ");
    throw new Error(`--scenario: expected one of ${names} but received "${name}".`);
  }
  if (uploads === undefined) return scenarios;
  const count = Number(uploads);
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`--uploads: expected a whole number from 1 but received "${uploads}".`);
  }
  return scenarios.map((one) => ({ ...one, uploads: count, atOnce: Math.min(one.atOnce, count) }));
}

/** What went wrong, and the row: a long run that is broken off should not have been for nothing. */
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

if (import.meta.main) {
  try {
    await run();
    Deno.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}

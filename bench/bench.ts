/**
 * The benchmarks: `deno task bench [PART...] [--runs=N]`, parts are `job`, `looks`, `inputs`, `repeat`, `memory`, `quality`, `choices` and `sizes`.
 *
 * One run measures everything on one machine, including the same job done by sharp and by Pillow. A run of all parts
 * writes its output to `bench/RESULTS.md`. Linux only: CPU times come from `/proc`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Backend, startBackend } from "./backend.ts";
import { describeMachine } from "./machine.ts";
import { benchChoices } from "./parts/choices.ts";
import { benchInputs } from "./parts/inputs.ts";
import { benchJob } from "./parts/job.ts";
import { benchLooks } from "./parts/looks.ts";
import { benchMemory } from "./parts/memory.ts";
import { benchQuality } from "./parts/quality.ts";
import { benchRepeat } from "./parts/repeat.ts";
import { benchWorkingSize } from "./parts/working_size.ts";
import { installPeers } from "./peers.ts";
import { markdown, type Table } from "./table.ts";

type Part = (backend: Backend, runs: number) => Promise<Table[]>;

const PARTS = new Map<string, Part>([
  ["job", benchJob],
  ["looks", benchLooks],
  ["inputs", benchInputs],
  ["repeat", benchRepeat],
  ["memory", benchMemory],
  ["quality", benchQuality],
  ["choices", benchChoices],
  ["sizes", benchWorkingSize],
]);
const RESULTS = new URL("./RESULTS.md", import.meta.url);
const USAGE = `Usage: deno task bench [${[...PARTS.keys()].join(" | ")} ...] [--runs=N]

  --runs=N  processes that the job is measured in (default 5)`;

async function bench(names: string[], runs: number): Promise<void> {
  await installPeers();
  const sections = [`# Results\n\n${await describeMachine()}\n`];
  console.log(sections[0]);
  await using backend = await startBackend();
  for (const [name, part] of PARTS) {
    if (names.length > 0 && !names.includes(name)) continue;
    for (const table of await part(backend, runs)) {
      sections.push(markdown(table));
      console.log(sections.at(-1));
    }
  }
  if (names.length === 0) await Deno.writeTextFile(RESULTS, sections.join("\n"));
}

/** Parses the command line; `null` if it is invalid. */
function readArguments(args: string[]): { names: string[]; runs: number } | null {
  try {
    const { values, positionals: names } = parseArgs({
      args,
      allowPositionals: true,
      options: { runs: { type: "string", default: "5" } },
    });
    const runs = Number(values.runs);
    const isSound = Number.isInteger(runs) && runs > 0 && names.every((name) => PARTS.has(name));
    return isSound ? { names, runs } : null;
  } catch {
    return null; // unknown option
  }
}

if (Deno.build.os !== "linux") {
  console.error("The benchmarks need Linux: they read CPU times from /proc.");
  Deno.exit(1);
}
const request = readArguments(Deno.args);
if (request === null) {
  console.error(USAGE);
  Deno.exit(2);
}
try {
  await bench(request.names, request.runs);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}

/**
 * `deno task fuzz --seed S --runs N [--kind jpeg] [--from 0]`: mutated images of every type, and mutated requests.
 *
 * `deno task fuzz --search --runs N [--kind jpeg]`: searches for images that cost more than their estimate; see
 * `search_cost.ts`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { MAX_OF_ESTIMATE } from "./cost_meter.ts";
import { type Kind, KINDS } from "./fuzz.ts";
import { searchCost } from "./search_cost.ts";
import { fuzzKinds, SLOWEST_FIRST } from "./fuzz_kinds.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    runs: { type: "string", default: "10000" },
    kind: { type: "string" },
    from: { type: "string", default: "0" },
    search: { type: "boolean", default: false },
  },
});
const [seed, runs, from] = [values.seed, values.runs, values.from].map(Number);
if (values.kind !== undefined && !KINDS.includes(values.kind as Kind)) {
  console.error(`--kind: expected one of ${KINDS.join(", ")}.`);
  Deno.exit(2);
}
const kinds = values.kind ? [values.kind as Kind] : SLOWEST_FIRST;
if (values.search) {
  const formats = kinds.filter((kind) => kind !== "requests");
  let worst = 0;
  for (const format of formats) {
    const [found] = await searchCost(format, runs, seed);
    worst = Math.max(worst, found?.ratio ?? 0);
    const size = `${found?.file.length ?? 0} bytes`;
    console.log(
      `${format}: ${found?.ratio.toFixed(2)} of the estimate, ${found?.ms.toFixed(1)} ms, ${size}`,
    );
  }
  Deno.exit(worst > MAX_OF_ESTIMATE ? 1 : 0);
}
console.log(`Seed ${seed}, ${runs} runs of each of ${kinds.join(", ")}.`);

let failed = false;
await fuzzKinds(kinds, { seed, runs, from }, (kind, outcome) => {
  if ("failure" in outcome) {
    failed = true;
    console.error(`${kind}: ${outcome.failure}`);
  } else {
    const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
    const { heapBytes, wasmBytes, tally, costliest } = outcome;
    console.log(`${kind}: heap ${megabytes(heapBytes)}, engine ${megabytes(wasmBytes)}`, tally);
    for (const { run, ms, boundMs } of costliest) {
      console.log(
        `  run ${run} cost ${ms.toFixed(1)} ms of CPU, of at most ${boundMs.toFixed(1)} ms`,
      );
    }
  }
});
Deno.exit(failed ? 1 : 0);

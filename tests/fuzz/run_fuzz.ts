/**
 * `deno task fuzz --seed S --runs N [--kind jpeg] [--from 0]`: mutated images of every type, and mutated requests.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Kind, KINDS } from "./fuzz.ts";
import { fuzzKinds, SLOWEST_FIRST } from "./fuzz_kinds.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    runs: { type: "string", default: "10000" },
    kind: { type: "string" },
    from: { type: "string", default: "0" },
  },
});
const [seed, runs, from] = [values.seed, values.runs, values.from].map(Number);
if (values.kind !== undefined && !KINDS.includes(values.kind as Kind)) {
  console.error(`--kind: expected one of ${KINDS.join(", ")}.`);
  Deno.exit(2);
}
const kinds = values.kind ? [values.kind as Kind] : SLOWEST_FIRST;
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

/**
 * Load test of a batch under the hosted runtime's limits: `deno task load-batch [--items 500] [--photo small.jpg] [--latency 0]` (Linux).
 *
 * Prints the result, and exits with status 1 if there are faults. `bench/BATCH.md` has figures of earlier runs.
 *
 * @module
 */
import { exitAfter } from "./exit_after.ts";
import { parseArgs } from "node:util";
import { isKilled } from "./load/load_table.ts";
import { type BatchResult, runBatch } from "./load/run_batch.ts";
import { fixturePath } from "./photos.ts";

const MAX_FAULTS_SHOWN = 5;

function printResult({ batch, wallMs, calls, isolates, objects, faults }: BatchResult): boolean {
  const { counts, items } = batch;
  const killed = isolates.filter(isKilled);
  const seconds = wallMs / 1_000;
  const max = (figures: number[]) => Math.max(...figures).toFixed();
  console.log(`counts            ${JSON.stringify(counts)}`);
  console.log(`at the first try  ${items.filter(({ tries }) => tries === 1).length}`);
  console.log(`wall              ${seconds.toFixed(1)} s`);
  console.log(`throughput        ${(counts.total / seconds * 60).toFixed(1)} photos a minute`);
  console.log(`calls of API4.ai  ${calls}`);
  console.log(`isolates          ${isolates.length}, killed ${killed.length}`);
  console.log(`max CPU           ${max(isolates.map(({ cpuMs }) => cpuMs))} ms`);
  console.log(`max memory        ${max(isolates.map((one) => one.peakMemoryBytes / 2 ** 20))} MB`);
  console.log(`objects           ${objects}`);
  console.log(`faults            ${faults.length}`);
  for (const fault of faults.slice(0, MAX_FAULTS_SHOWN)) console.log(`  ${fault}`);
  return killed.length === 0 && faults.length === 0 && counts.succeeded === counts.total;
}

async function run(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      items: { type: "string", default: "500" },
      photo: { type: "string", default: "small.jpg" },
      latency: { type: "string", default: "0" },
    },
  });
  let printedTenths = -1;
  const result = await runBatch({
    items: Number(values.items),
    photo: await Deno.readFile(fixturePath(values.photo)),
    latencyMs: Number(values.latency),
    onProgress: ({ succeeded, total }) => {
      const tenths = Math.floor(10 * succeeded / total);
      if (tenths > printedTenths) console.log(`${succeeded} of ${total}`);
      printedTenths = Math.max(printedTenths, tenths);
    },
  });
  return printResult(result);
}

if (import.meta.main) await exitAfter(run);

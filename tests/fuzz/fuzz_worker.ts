/**
 * Fuzzes the function in a worker of its own, so that two run at a time.
 *
 * @module
 */
import { engineBytes } from "../helpers/in_process_photo.ts";
import { type Costliest, costLog, fuzz, type Kind, type Tally } from "./fuzz.ts";
import { inProcess } from "./in_process.ts";

/** A message to a worker. */
export interface FuzzJob {
  kind: Kind;
  seed: number;
  runs: number;
  from: number;
}

/** A worker's answer: a tally and the memory use, or an error. The first message says that it is ready. */
export type FuzzOutcome =
  | { tally: Tally; costliest: Costliest; heapBytes: number; wasmBytes: number }
  | { failure: string };

const worker = self as unknown as {
  onmessage: (event: MessageEvent<FuzzJob>) => void;
  postMessage(outcome: FuzzOutcome | "ready"): void;
};
const send = inProcess();

worker.onmessage = async ({ data: { kind, seed, runs, from } }) => {
  try {
    const costs = costLog();
    const tally = await fuzz(send, kind, seed, runs, from, costs);
    const heapBytes = Deno.memoryUsage().heapUsed;
    const costliest = costs?.costliest ?? [];
    worker.postMessage({ tally, costliest, heapBytes, wasmBytes: engineBytes() });
  } catch (error) {
    const { stack, cause } = error as Error;
    worker.postMessage({
      failure: `${stack}\n${cause instanceof Error ? cause.stack : cause ?? ""}`,
    });
  }
};
worker.postMessage("ready");

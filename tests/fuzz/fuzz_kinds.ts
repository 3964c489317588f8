import { type Kind, KINDS } from "./fuzz.ts";
import type { FuzzJob, FuzzOutcome } from "./fuzz_worker.ts";

/** Workers at a time: the machines that run the tests have two cores. */
const WORKERS = 2;

/**
 * Fuzzes several kinds, some at a time.
 *
 * @param kinds What is mutated.
 * @param job Seed and runs of each kind.
 * @param done Hears of each kind when it is through.
 */
export async function fuzzKinds(
  kinds: readonly Kind[],
  job: Omit<FuzzJob, "kind">,
  done: (kind: Kind, outcome: FuzzOutcome) => void,
): Promise<void> {
  const left = [...kinds];
  await Promise.all(Array.from({ length: WORKERS }, async () => {
    const worker = new Worker(import.meta.resolve("./fuzz_worker.ts"), { type: "module" });
    try {
      await answerOf(worker); // what is sent before it listens is lost
      for (let kind = left.shift(); kind; kind = left.shift()) {
        done(kind, await ask(worker, { kind, ...job }));
      }
    } finally {
      worker.terminate();
    }
  }));
}

function ask(worker: Worker, job: FuzzJob): Promise<FuzzOutcome> {
  const answer = answerOf(worker);
  worker.postMessage(job);
  return answer;
}

function answerOf(worker: Worker): Promise<FuzzOutcome> {
  return new Promise((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<FuzzOutcome>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve({ failure: `The worker died: ${event.message}` });
    };
  });
}

/** Kinds in the order in which they are best begun: the slowest first. */
export const SLOWEST_FIRST: readonly Kind[] = [
  "heic",
  "jpeg",
  "gif",
  "requests",
  ...KINDS.filter((kind) => !["heic", "jpeg", "gif", "requests"].includes(kind)),
];

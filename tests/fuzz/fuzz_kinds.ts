import { type Kind, KINDS } from "./fuzz.ts";
import type { FuzzJob, FuzzOutcome } from "./fuzz_worker.ts";

/** Maximum number of simultaneous workers: the test machines have two cores. */
const WORKERS = 2;

/**
 * Fuzzes several kinds, some of them at a time.
 *
 * @param kinds The kinds to mutate.
 * @param job The seed and the number of runs of each kind.
 * @param done Called with each kind when it is done.
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
      await answerOf(worker); // messages that are sent before it listens are lost
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

/** The kinds in the best order to start them: the slowest first. */
export const SLOWEST_FIRST: readonly Kind[] = [
  "heic",
  "jpeg",
  "gif",
  "requests",
  ...KINDS.filter((kind) => !["heic", "jpeg", "gif", "requests"].includes(kind)),
];

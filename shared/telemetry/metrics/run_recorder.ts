import { afterResponse } from "../after_response.ts";
import { firstLine, log } from "../log.ts";
import type { Observer, Run } from "./run.ts";
import { pause } from "../../lib/pause.ts";
import type { IdentifiedRun, RunStore } from "./run_store.ts";

/** Time during which runs gather for one write, in milliseconds: a call costs CPU, and many runs may be refused at once. */
const GATHER_MS = 100;

/** Bound on the runs that wait to be written, so that a database that is down fills no memory. */
const MAX_WAITING = 50;

/**
 * Records each run after its answer: the caller waits for nothing and sees no failure.
 *
 * While one write is pending, runs gather for the next one. A write that fails is tried once more, as the isolate may end
 * before its next run. Runs that could not be written are written with the next run.
 */
export class RunRecorder {
  readonly #store: Pick<RunStore, "record">;
  #waiting: IdentifiedRun[] = [];
  /** Whether a waiting run has not been tried yet. */
  #isNew = false;
  #isWriting = false;
  #isLogged = false;

  /** @param store Stores runs; it bounds its calls. */
  constructor(store: Pick<RunStore, "record">) {
    this.#store = store;
  }

  /** Takes a run, to be recorded soon. */
  readonly observe: Observer = (run: Run) => {
    this.#keep([...this.#waiting, { ...run, id: crypto.randomUUID() }]);
    this.#isNew = true;
    if (!this.#isWriting) afterResponse(this.#write());
  };

  async #write(): Promise<void> {
    this.#isWriting = true;
    let isRetry = false;
    while (this.#isNew || isRetry) {
      isRetry = !this.#isNew;
      await pause(GATHER_MS);
      const runs = this.#waiting;
      this.#waiting = [];
      this.#isNew = false;
      try {
        await this.#store.record(runs);
        isRetry = false;
      } catch (error) {
        isRetry = !isRetry;
        this.#keep([...runs, ...this.#waiting]);
        this.#logOnce(error);
      }
    }
    this.#isWriting = false;
  }

  #keep(runs: IdentifiedRun[]): void {
    this.#waiting = runs.slice(-MAX_WAITING);
  }

  /** Logs once in an isolate's life: a database that is down has louder symptoms. */
  #logOnce(error: unknown): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    log("warn", "runs_not_recorded", { cause: firstLine(error) });
  }
}

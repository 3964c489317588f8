import { afterResponse } from "../after_response.ts";
import { firstLine, log } from "../log.ts";
import type { Observer, Run } from "./run.ts";
import { pause } from "../../lib/pause.ts";
import type { IdentifiedRun, RunStore } from "./run_store.ts";

/** How long runs are gathered for one write, in milliseconds: a call costs CPU, and many may be refused at once. */
const GATHER_MS = 100;

/** Runs that wait to be written, at most: those of a database that is down are not kept for ever. */
const MAX_WAITING = 50;

/**
 * Has each run recorded after its answer: the caller does not wait for it, and hears of no failure.
 *
 * While one write is under way, runs gather for the next. What could not be written goes along with the next run's write.
 */
export class RunRecorder {
  readonly #store: Pick<RunStore, "record">;
  #waiting: IdentifiedRun[] = [];
  /** Whether one of them has not been tried yet. */
  #isNew = false;
  #isWriting = false;
  #told = false;

  /** @param store Where runs are recorded; it bounds its calls. */
  constructor(store: Pick<RunStore, "record">) {
    this.#store = store;
  }

  /** Notes a run, to be recorded soon. */
  readonly observe: Observer = (run: Run) => {
    this.#keep([...this.#waiting, { ...run, id: crypto.randomUUID() }]);
    this.#isNew = true;
    if (!this.#isWriting) afterResponse(this.#write());
  };

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#isNew) {
      await pause(GATHER_MS);
      const runs = this.#waiting;
      this.#waiting = [];
      this.#isNew = false;
      try {
        await this.#store.record(runs);
      } catch (error) {
        this.#keep([...runs, ...this.#waiting]);
        this.#tell(error);
      }
    }
    this.#isWriting = false;
  }

  #keep(runs: IdentifiedRun[]): void {
    this.#waiting = runs.slice(-MAX_WAITING);
  }

  /** Once in the life of an isolate: the log of a project whose database is down is read for other things. */
  #tell(error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    log("warn", "runs_not_recorded", { cause: firstLine(error) });
  }
}

import { Fence } from "./fence.ts";

/** An isolate, as far as the pool cares. */
export interface PoolMember {
  readonly retired: boolean;
  /** Fires when it has ended. */
  readonly ended: AbortController;
}

/** What a pool is made of. */
export interface PoolOptions<Isolate extends PoolMember> {
  /** Isolates that may be up, or starting, at once; retired ones do not count. */
  parallelism: number;
  /** How long a request waits for an isolate, in milliseconds. */
  waitMs: number;
  /** Starts an isolate; undefined where it does not come up. */
  boot: () => Promise<Isolate | undefined>;
  /** Brings an isolate's state up to date. */
  look: (isolate: Isolate) => void;
}

/**
 * Finds an isolate for each request, by the rules of edge-runtime's `worker/pool.rs`: round robin over those that are up;
 * where there is none, a new one; where there is no place for one, a wait.
 */
export class Pool<Isolate extends PoolMember> {
  readonly #options: PoolOptions<Isolate>;
  readonly #up: Isolate[] = [];
  readonly #fence = new Fence();
  #next = 0;
  #freePlaces: number;
  #isClosed = false;

  constructor(options: PoolOptions<Isolate>) {
    this.#options = options;
    this.#freePlaces = options.parallelism;
  }

  /** Finds or starts an isolate; undefined where none came up in time. */
  async acquire(): Promise<Isolate | undefined> {
    while (!this.#isClosed) {
      const isolate = this.#pick();
      if (isolate) return isolate;
      if (this.#freePlaces > 0) {
        this.#freePlaces--;
        return await this.#boot();
      }
      const woken = await this.#fence.wait(this.#options.waitMs);
      if (woken === "start") return await this.#boot();
      if (woken === "give_up") return undefined;
    }
    return undefined;
  }

  /** A request has ended on an isolate: if that is not retired, one of those who wait looks again. */
  requestEnded(isolate: Isolate): void {
    if (!isolate.retired) this.#fence.wakeOne("look");
  }

  /** Sends those who wait away, and starts no more isolates. */
  close(): void {
    this.#isClosed = true;
    this.#fence.close();
  }

  /** As there, that an isolate has retired is noticed when one is looked for, or when it ends. */
  #pick(): Isolate | undefined {
    while (this.#up.length > 0) {
      const index = this.#next < this.#up.length ? this.#next : 0;
      const isolate = this.#up[index];
      this.#options.look(isolate);
      if (!isolate.retired) {
        this.#next = index + 1;
        return isolate;
      }
      this.#remove(isolate);
    }
    return undefined;
  }

  async #boot(): Promise<Isolate | undefined> {
    const isolate = await this.#options.boot();
    if (!isolate) {
      this.#freePlace();
      return undefined;
    }
    this.#up.push(isolate);
    const { signal } = isolate.ended;
    signal.addEventListener("abort", () => this.#remove(isolate));
    if (signal.aborted) this.#remove(isolate);
    return isolate;
  }

  #remove(isolate: Isolate): void {
    const index = this.#up.indexOf(isolate);
    if (index < 0) return;
    this.#up.splice(index, 1);
    this.#freePlace();
  }

  /** All who wait compete for the place; one gets it. */
  #freePlace(): void {
    if (!this.#fence.wakeOne("start")) this.#freePlaces++;
  }
}

import { Fence } from "./fence.ts";

/** The part of an isolate that the pool uses. */
export interface PoolMember {
  readonly retired: boolean;
  /** Aborts when the isolate has ended. */
  readonly ended: AbortController;
}

/** Options of a pool. */
export interface PoolOptions<Isolate extends PoolMember> {
  /** Bound on running and starting isolates; retired ones do not count. */
  parallelism: number;
  /** Bound on a request's wait for an isolate, in milliseconds. */
  waitMs: number;
  /** Starts an isolate; `undefined` if it does not start. */
  boot: () => Promise<Isolate | undefined>;
  /** Updates an isolate's state. */
  check: (isolate: Isolate) => void;
}

/**
 * Finds an isolate for each request, by the rules of edge-runtime's `worker/pool.rs`: round robin over the running ones;
 * without one, it starts a new one; without a free place, the request waits.
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

  /** Finds or starts an isolate; `undefined` if none is up in time. */
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

  /** Reports the end of a request on an isolate. If the isolate is not retired, one waiter looks again. */
  requestEnded(isolate: Isolate): void {
    if (!isolate.retired) this.#fence.wakeOne("look");
  }

  /** Makes all waiters give up, and starts no more isolates. */
  close(): void {
    this.#isClosed = true;
    this.#fence.close();
  }

  /** Picks an isolate. As in edge-runtime, a retirement is noticed at a pick or at the isolate's end. */
  #pick(): Isolate | undefined {
    while (this.#up.length > 0) {
      const index = this.#next < this.#up.length ? this.#next : 0;
      const isolate = this.#up[index];
      this.#options.check(isolate);
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

  /** Frees a place; all waiters compete for it, and one gets it. */
  #freePlace(): void {
    if (!this.#fence.wakeOne("start")) this.#freePlaces++;
  }
}

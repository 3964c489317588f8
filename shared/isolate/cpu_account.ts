/**
 * Account of the CPU that an isolate has used of its CPU budget, in milliseconds.
 *
 * A function cannot read its own CPU time on hosted Supabase. Computing is counted by wall time, less the time of other
 * processes (see `cpu_slot.ts`). Other work that the host counts (sockets, bodies, garbage collection) is added as an
 * estimate. The host's behaviour corrects the account: an isolate that gets requests is not retired.
 */
export class CpuAccount {
  #usedMs: number;

  /** @param usedMs CPU of the start, in milliseconds. */
  constructor(usedMs: number) {
    this.#usedMs = usedMs;
  }

  /** CPU used so far, in milliseconds. */
  get usedMs(): number {
    return this.#usedMs;
  }

  /** Adds used CPU, in milliseconds. */
  add(ms: number): void {
    this.#usedMs += ms;
  }

  /** Raises the account to a known lower bound of the use, in milliseconds. */
  raise(ms: number): void {
    this.#usedMs = Math.max(this.#usedMs, ms);
  }

  /** Lowers the account to a known upper bound of the use, in milliseconds. */
  cap(ms: number): void {
    this.#usedMs = Math.min(this.#usedMs, ms);
  }
}

/**
 * What an isolate has used of the CPU that it may spend in its life, in milliseconds.
 *
 * A function can not read its own CPU time on hosted Supabase. What computes is counted by its wall time, as far as
 * that is not others' (see `turn.ts`); what else the host counts (sockets, bodies, garbage) is added as an estimate; and
 * what the host does tells more: an isolate that is sent requests is not retired.
 */
export class CpuAccount {
  #usedMs: number;

  /** @param usedMs What starting has used. */
  constructor(usedMs: number) {
    this.#usedMs = usedMs;
  }

  /** CPU used so far, in milliseconds. */
  get usedMs(): number {
    return this.#usedMs;
  }

  /** Adds what was used. */
  add(ms: number): void {
    this.#usedMs += ms;
  }

  /** Corrects the account where it is known from elsewhere that at least so much has been used. */
  raise(ms: number): void {
    this.#usedMs = Math.max(this.#usedMs, ms);
  }

  /** Corrects the account where it is known from elsewhere that no more has been used. */
  cap(ms: number): void {
    this.#usedMs = Math.min(this.#usedMs, ms);
  }
}

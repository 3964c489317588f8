import { afterResponse } from "../after_response.ts";
import { orAborted } from "../or_aborted.ts";
import type { CutoutFile } from "./cutout.ts";
import type { Flight, SharedCutout, Waiter } from "./shared_cutout.ts";

/** A place at a shared cutout: it is there as long as somebody holds it. */
export interface HeldCutout {
  cutout: SharedCutout;
  /** Takes another place. */
  hold(): void;
  /** Gives a place up. */
  letGo(): void;
}

/** One photo's way to its cutout: ask, check what comes, and say what came of that. */
export class Inquiry implements Disposable, Waiter {
  source: Waiter["source"] = "none";
  readonly #begin: () => Promise<HeldCutout>;
  #held: HeldCutout | undefined;
  #last: { flight: Flight; file: CutoutFile } | undefined;

  /** Made by `CachedRemover.inquire()` only: `begin` takes its place. */
  constructor(begin: () => Promise<HeldCutout>) {
    this.#begin = begin;
  }

  /**
   * Looks for the cutout in the cache, and asks the remover if it is not there. Waits for the network mostly.
   *
   * @param signal Gives up; a call goes on as long as somebody else waits for it.
   * @throws {BackgroundError} If there is no cutout.
   * @throws what the signal was aborted with
   */
  async ask(signal?: AbortSignal): Promise<CutoutFile> {
    const { cutout } = this.#held ??= await this.#begin();
    signal?.throwIfAborted();
    const flight = cutout.join(this);
    try {
      const file = await orAborted(flight.answer, signal);
      if (this.source === "none") this.source = "cached";
      this.#last = { flight, file };
      return file;
    } finally {
      flight.waiters.delete(this);
      if (signal?.aborted && flight.waiters.size === 0) cutout.leave(flight, signal.reason);
    }
  }

  /** What was asked for last is a cutout that can be used. It is kept from now on, beside all else. */
  accept(): void {
    const { cutout, hold, letGo } = this.#held!;
    const { flight, file } = this.#last!;
    const kept = cutout.accept(flight, file);
    if (!kept) return;
    // Until it is there, those who want it find it here.
    hold();
    afterResponse(kept.finally(letGo));
  }

  /**
   * What was asked for last can not be used. It is not kept.
   *
   * @returns Whether it came out of the cache, so that asking again is worth it.
   */
  reject(): boolean {
    const { flight } = this.#last!;
    this.#held!.cutout.reject(flight);
    if (this.source === "cached") this.source = "none";
    return flight.wasKept;
  }

  [Symbol.dispose](): void {
    this.#held?.letGo();
    this.#held = undefined;
  }
}

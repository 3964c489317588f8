import { afterResponse } from "../telemetry/after_response.ts";
import { firstLine, log } from "../telemetry/log.ts";
import { BackgroundError } from "./background_error.ts";
import type { BackgroundRemover, CutoutFile } from "./cutout.ts";
import type { CutoutCache } from "./cutout_cache.ts";
import { withTimeout } from "../lib/with_timeout.ts";

/** Bound on a look into the cache, in milliseconds: it is there to save time, too. */
const CACHE_WAIT_MS = 2_000;

/** Who waits for a cutout. */
export interface Waiter {
  /** What it took to have it: a call of the remover for this one, or none. */
  source: "called" | "cached" | "none";
}

/** A look into the cache, and a call of the remover if need be: under way, or over and answered. */
export interface Flight {
  readonly answer: Promise<CutoutFile>;
  /** Those who have not been answered yet. */
  readonly waiters: Set<Waiter>;
  readonly abort: AbortController;
  /** Whether it has been answered, or has failed. */
  isOver: boolean;
  /** Whether the answer came out of the cache. */
  wasKept: boolean;
}

/** One photo's cutout, for all who want it at the same moment: they share a look into the cache, and a call. */
export class SharedCutout {
  readonly #remover: BackgroundRemover;
  readonly #cache: CutoutCache | undefined;
  readonly #path: string;
  readonly #photo: Uint8Array<ArrayBuffer>;
  #flight: Flight | undefined;
  #isKeeping = false;
  /** What the cache has turned out to be of no use. */
  #isStale = false;

  /**
   * @param remover Who is asked for what is not in the cache.
   * @param cache Where cutouts are kept; unset where they are not.
   * @param path Where this one is.
   * @param photo The JPEG that is sent.
   */
  constructor(
    remover: BackgroundRemover,
    cache: CutoutCache | undefined,
    path: string,
    photo: Uint8Array<ArrayBuffer>,
  ) {
    this.#remover = remover;
    this.#cache = cache;
    this.#path = path;
    this.#photo = photo;
  }

  /** The flight that is under way or has been answered, or else a new one, in the name of `first`. */
  join(first: Waiter): Flight {
    if (this.#flight) {
      this.#flight.waiters.add(first);
      return this.#flight;
    }
    const { promise: answer, resolve } = Promise.withResolvers<CutoutFile>();
    const flight: Flight = {
      answer,
      waiters: new Set([first]),
      abort: new AbortController(),
      isOver: false,
      wasKept: false,
    };
    this.#flight = flight;
    resolve(this.#fly(flight));
    // After a failure, whoever comes next asks anew.
    answer.catch(() => this.#forget(flight)).finally(() => flight.isOver = true);
    return flight;
  }

  /** Nobody waits for a flight any more: it ends, and nobody joins it. What its end has to report is seen through. */
  leave(flight: Flight, reason: unknown): void {
    if (flight.isOver) return;
    this.#forget(flight);
    flight.abort.abort(reason);
    afterResponse(flight.answer.then(() => {}, () => {}));
  }

  /**
   * The answer is what it should be: keeps it, once.
   *
   * @returns When it is kept or could not be; `null` where that is nothing to wait for.
   */
  accept(flight: Flight, { bytes }: CutoutFile): Promise<void> | null {
    if (!this.#cache || this.#isKeeping || flight.wasKept) return null;
    this.#isKeeping = true;
    return this.#cache.keep(this.#path, bytes).catch((error) => tell("keep", error));
  }

  /** The answer is of no use: nobody else is to have it. */
  reject(flight: Flight): void {
    if (this.#flight !== flight) return;
    this.#flight = undefined;
    this.#isStale ||= flight.wasKept;
  }

  #forget(flight: Flight): void {
    if (this.#flight === flight) this.#flight = undefined;
  }

  async #fly(flight: Flight): Promise<CutoutFile> {
    const kept = await this.#lookUp();
    if (kept) {
      flight.wasKept = true;
      return { kind: this.#remover.kind, bytes: kept };
    }
    const { signal } = flight.abort;
    signal.throwIfAborted();
    // A call counts once, for one who waits for it still.
    const [caller] = flight.waiters;
    caller.source = "called";
    try {
      return await this.#remover.remove(this.#photo, signal);
    } catch (error) {
      const isPaused = error instanceof BackgroundError &&
        error.code === "background_removal_paused";
      if (isPaused) caller.source = "none";
      throw error;
    }
  }

  /** A cache that is down or slow is as good as an empty one. */
  async #lookUp(): Promise<Uint8Array<ArrayBuffer> | null> {
    const cache = this.#cache;
    if (!cache) return null;
    const given = new AbortController();
    const step = this.#isStale ? "drop" : "find";
    try {
      // Gone before it is asked anew: what is kept then is not dropped by this.
      const looked = this.#isStale
        ? cache.drop(this.#path).then(() => null)
        : cache.find(this.#path, given.signal);
      return await withTimeout(CACHE_WAIT_MS, looked);
    } catch (error) {
      tell(step, error);
      return null;
    } finally {
      given.abort();
    }
  }
}

function tell(step: "find" | "keep" | "drop", error: unknown): void {
  const cause = firstLine(error);
  log("warn", "cutout_cache_failed", { step, cause });
}

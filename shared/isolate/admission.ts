import { burnCpu } from "./burn_cpu.ts";
import { CpuAccount } from "./cpu_account.ts";
import { Pace } from "./pace.ts";
import { CpuSlot, type JobCost } from "./cpu_slot.ts";
import { Mutex } from "./mutex.ts";

/** What bounds the jobs of an isolate. */
export interface AdmissionOptions {
  /** CPU that the isolate may spend in its life, in milliseconds; 0 = no limit: every job is admitted. */
  budgetMs: number;
  /** CPU that starting has used, in milliseconds. @default 0 */
  usedMs?: number;
  /**
   * How much slower than estimated this machine is, at least 1, as measured at the start: see `machine_pace.ts`. The
   * work that is done corrects it. @default 1
   */
  pace?: number;
  /**
   * Tells, by a request to the function's own address, whether it comes back to this isolate; `undefined` where that can
   * not be told. Asked when the isolate may be retired: the host then starts another before somebody waits for it.
   * @default it can not be told
   */
  reachesSelf?: () => Promise<boolean | undefined>;
  /**
   * Uses CPU for something that the jobs which have begun profit from, about {@linkcode WARM_UP_MS} of it: preferred to
   * burning it for nothing. @default there is nothing
   */
  warmUp?: () => Promise<void>;
  /** A clock, in milliseconds. @default performance.now */
  now?: () => number;
}

/** A request that was let into an isolate; to be disposed of when it is answered. */
export interface Permit extends Disposable {
  /** Lets the request wait for something that needs none of this isolate's CPU: it takes nobody's place meanwhile. */
  suspend<T>(work: () => Promise<T>): Promise<T>;
}

/** Share of the budget that jobs may fill: what is begun has to end, on a harder photo too. */
const SAFE_SHARE = 0.88;

/** Share of the budget up to which requests are read and handed on: little work each, but there may be many. */
const FULL_SHARE = 0.92;

/**
 * Share of the budget within which a job must end that has begun: one that could not is stopped, so that those beside it
 * are not killed with it.
 */
const STOP_SHARE = 0.92;

/** Share of the budget at which the host retires an isolate: no new requests for it, those in it go on. */
const RETIRED_SHARE = 0.5;

/** Share of the budget that is used up when the host tells that it is about to be (`beforeunload`). */
const NEARLY_ALL = 0.9;

/**
 * Requests that may be in an isolate without having begun: reading them and handing them over costs CPU too, which would
 * be missing for those that have begun.
 */
const MAX_WAITING = 8;

/** CPU that is burned at a time to be retired, in milliseconds. */
const BURN_MS = 50;

/** Requests that have to go elsewhere, one after the other, until an isolate takes itself for retired. */
const PROBES = 3;

/** CPU of warming up, in milliseconds. */
const WARM_UP_MS = 150;

/** After this many burns an isolate that is still sent requests is not on a host that retires by CPU. */
const MAX_BURNS = 24;

/**
 * Decides which jobs an isolate takes, and lets one of them compute at a time.
 *
 * Hosted Supabase counts the CPU of an isolate over its whole life, retires it at half of the budget and kills it at the
 * whole, with every request in it. So a job is admitted only if it can be finished together with those that have begun;
 * any other has to go to another isolate, which the host provides once this one is retired.
 *
 * While a job waits for the network, another computes.
 */
export class Admission {
  readonly #budgetMs: number;
  readonly #pace: Pace;
  readonly #reachesSelf: () => Promise<boolean | undefined>;
  #warmUp: (() => Promise<void>) | undefined;
  readonly #now: () => number;
  readonly #account: CpuAccount;
  readonly #startMs: number;
  readonly #turns = new Mutex();
  /** CPU that jobs which have begun still need, as estimated: what they were granted and have not used. */
  readonly #open = new Set<CpuSlot>();
  #visits = 0;
  #retiring: Promise<boolean> | undefined;
  #begun = false;
  #isCalling = false;
  #isRetired = false;
  #closed = false;

  /** @param options What bounds the jobs. */
  constructor(
    {
      budgetMs,
      usedMs = 0,
      pace = 1,
      reachesSelf = () => Promise.resolve(undefined),
      warmUp,
      now = () => performance.now(),
    }: AdmissionOptions,
  ) {
    this.#reachesSelf = reachesSelf;
    this.#warmUp = warmUp;
    this.#pace = new Pace(pace);
    this.#budgetMs = budgetMs === 0 ? Infinity : budgetMs;
    this.#now = now;
    this.#startMs = usedMs;
    this.#account = new CpuAccount(usedMs);
  }

  /** CPU used so far as this isolate accounts it, in milliseconds. */
  get usedMs(): number {
    return this.#account.usedMs;
  }

  /** Whether nothing is in this isolate. */
  get idle(): boolean {
    return this.#visits === 0 && this.#open.size === 0;
  }

  /**
   * Waits for the CPU and takes a job on, if it can be finished.
   *
   * @param costOf The job's cost; `first` tells whether the isolate has done none before, so that code is still cold.
   * @param signal Gives up waiting.
   * @returns The job's turn, which computes until it is away or ended, or `null`: this isolate can not take the job.
   * @throws what the signal was aborted with
   */
  async enter(costOf: (first: boolean) => JobCost, signal?: AbortSignal): Promise<CpuSlot | null> {
    await this.#turns.take(signal);
    const isFirst = !this.#begun;
    const cost = costOf(isFirst);
    // What a fresh isolate could not do has been refused before: this one takes whatever comes first.
    if (this.#closed || (this.#begun && !this.#fits(cost))) {
      this.#turns.give();
      return null;
    }
    this.#begun = true;
    const turn: CpuSlot = new CpuSlot(this.#account, this.#turns, cost, isFirst, {
      pace: () => this.#pace.value,
      startMs: () => this.#startMs * this.#pace.value,
      // The start was slow too, as was not known then.
      onMeasured: (pace) => this.#account.add(this.#startMs * this.#pace.correct(pace)),
      roomMs: (own) => this.#roomMs(own),
      onPause: () => this.#callSuccessor(),
      onEnd: () => this.#open.delete(turn),
      now: this.#now,
    });
    this.#open.add(turn);
    return turn;
  }

  /**
   * Lets a request in, to be read and to wait: see {@linkcode enter}.
   *
   * @param ms CPU of taking it in, in milliseconds.
   * @returns Its visit, or `null`: there are too many already.
   */
  permit(ms: number): Permit | null {
    if (this.idle) {
      // An isolate that is sent requests is not retired, so that it has used less than what it is retired at.
      this.#isRetired = false;
      this.#account.cap(this.#budgetMs * RETIRED_SHARE);
    }
    const full = this.#budgetMs !== Infinity && this.#visits - this.#open.size >= MAX_WAITING;
    if (full || !this.charge(ms)) return null;
    this.#visits++;
    return {
      suspend: async (work) => {
        this.#visits--;
        return await work().finally(() => this.#visits++);
      },
      [Symbol.dispose]: () => void this.#visits--,
    };
  }

  /**
   * Takes on work that is small but adds up, such as reading a body or handing a request on.
   *
   * @param ms Its CPU, in milliseconds.
   * @returns Whether there is room for it; it is accounted then.
   */
  charge(ms: number): boolean {
    if (this.#account.usedMs + this.#openMs() + ms > this.#budgetMs * FULL_SHARE) return false;
    this.#account.add(ms);
    return true;
  }

  /**
   * Sees to it that the host sends new requests elsewhere: burns CPU, a little at a time, until it does. An isolate that
   * has no room for a job but is not retired would otherwise be sent the same job again, for ever.
   *
   * @returns Whether new requests go elsewhere, as far as is known.
   */
  retire(): Promise<boolean> {
    return this.#retiring ??= this.#retire().finally(() => this.#retiring = undefined);
  }

  /**
   * Takes no more jobs: the isolate is about to end. Those that have begun go on.
   *
   * @param spent Whether it ends because it has used nearly all of its CPU. @default false
   */
  close(spent = false): void {
    this.#closed = true;
    if (spent) this.#account.raise(this.#budgetMs * NEARLY_ALL);
  }

  async #retire(): Promise<boolean> {
    const retiredMs = this.#budgetMs * RETIRED_SHARE;
    for (let burns = 0; burns < MAX_BURNS && !this.#isRetired; burns++) {
      // The account is seldom below what was used: an isolate that has not reached the limit by it is not retired yet.
      const back = this.#account.usedMs < retiredMs ? true : await this.#isSentRequests();
      if (back === false) continue;
      this.#account.cap(retiredMs);
      if (!await this.#burn()) return false;
      // Whoever is refused next burns on, if anyone still comes.
      if (back === undefined) return false;
    }
    // The host counts otherwise than it says it does: what was used is forgotten, or nothing would ever be taken.
    if (!this.#isRetired) this.#account.cap(0);
    return this.#isRetired;
  }

  /** Uses up a little CPU. @returns Whether there was any to use. */
  async #burn(): Promise<boolean> {
    const warmUp = this.#warmUp;
    const isRoom = this.#account.usedMs + WARM_UP_MS <= this.#budgetMs * RETIRED_SHARE;
    const useful = warmUp !== undefined && isRoom && this.#open.size > 0;
    if (!this.charge(useful ? WARM_UP_MS : BURN_MS)) return false;
    await this.#turns.take();
    try {
      if (useful) {
        this.#warmUp = undefined; // once is enough
        await warmUp();
      } else {
        burnCpu(BURN_MS, this.#now);
      }
    } finally {
      this.#turns.give();
    }
    return true;
  }

  /** Whether this isolate is still given requests: one that goes elsewhere shows little, while there are several isolates. */
  async #isSentRequests(): Promise<boolean | undefined> {
    for (let probe = 0; probe < PROBES; probe++) {
      const back = await this.#reachesSelf();
      if (back !== false) return back;
    }
    this.#isRetired = true;
    this.#account.raise(this.#budgetMs * RETIRED_SHARE);
    return false;
  }

  /** Asks for another isolate, once this one may be retired and nobody has asked yet. */
  async #callSuccessor(): Promise<void> {
    const isDue = this.#account.usedMs >= this.#budgetMs * RETIRED_SHARE;
    if (!isDue || this.#isRetired || this.#isCalling) return;
    this.#isCalling = true;
    await this.#isSentRequests();
    this.#isCalling = false;
  }

  /** What a job may use in all from now on, its own rest included. */
  #roomMs(own: CpuSlot): number {
    const othersMs = this.#openMs() - own.leftMs;
    return this.#budgetMs * STOP_SHARE - this.#account.usedMs - othersMs;
  }

  #fits(cost: JobCost): boolean {
    const prepareMs = cost.prepareMs * this.#pace.value;
    const finishMs = cost.finishMs * this.#pace.value;
    const openMs = this.#openMs();
    const safeMs = this.#budgetMs * SAFE_SHARE;
    // Whoever comes when there is no more room makes this isolate be retired at once, which uses up half of the budget:
    // what has begun must fit into the rest.
    const onceRetiredMs = this.#budgetMs * RETIRED_SHARE + BURN_MS + openMs + finishMs;
    return this.#account.usedMs + openMs + prepareMs + finishMs <= safeMs &&
      (openMs === 0 || onceRetiredMs <= safeMs);
  }

  #openMs(): number {
    return [...this.#open].reduce((sum, turn) => sum + turn.leftMs, 0);
  }
}

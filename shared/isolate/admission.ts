import type { AdmissionOptions } from "./admission_options.ts";
import { burnCpu } from "./burn_cpu.ts";
import { CpuAccount } from "./cpu_account.ts";
import { Pace } from "./pace.ts";
import { CpuSlot, type JobCost } from "./cpu_slot.ts";
import { Mutex } from "../lib/mutex.ts";
import { CPU_SHARE, TASK_MS } from "./cpu_costs.ts";

/** A request's permit to be in an isolate. Dispose of it when the request is answered. */
export interface Permit extends Disposable {
  /** Waits for work that needs no CPU of this isolate. The request does not count as waiting in the meantime. */
  suspend<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Bound on the requests that wait in an isolate. Reading them and handing them over costs CPU that the running jobs
 * need.
 */
const MAX_WAITING = 8;

/** Probes in a row that have to reach another isolate before this one counts as retired. */
const PROBES = 3;

/** Bound on the burns. An isolate that still gets requests after them is on a host that does not retire by CPU. */
const MAX_BURNS = 24;

/**
 * Admits jobs to an isolate and lets one of them compute at a time.
 *
 * Hosted Supabase counts the CPU of an isolate over its whole life. It retires the isolate at half of the budget and kills
 * it, with every request in it, at the full budget. So a job is admitted only if the isolate can finish it and all running
 * jobs. Other jobs go to another isolate, which the host starts once this one is retired.
 *
 * While one job waits for the network, another one computes.
 */
export class Admission {
  readonly #budgetMs: number;
  readonly #pace: Pace;
  readonly #reachesSelf: () => Promise<boolean | undefined>;
  #warmUp: (() => Promise<void>) | undefined;
  readonly #now: () => number;
  readonly #account: CpuAccount;
  /** Work that the account has at the guessed pace: the start, and small work before the first measurement. */
  #guessedMs: number;
  #isMeasured = false;
  readonly #mutex = new Mutex();
  /** The running jobs: their `leftMs` is the CPU that they still need, as estimated. */
  readonly #open = new Set<CpuSlot>();
  #permits = 0;
  #retiring: Promise<boolean> | undefined;
  #begun = false;
  #isCalling = false;
  #isRetired = false;
  /** Whether a job has filled the isolate's memory. The host drops such an isolate once it is idle. */
  #isFull = false;
  /** Whether the host has been found not to limit isolates: there is no fresh one to wait for. */
  #isUnlimited = false;
  #closed = false;

  /** @param options Bounds on the jobs. */
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
    this.#guessedMs = usedMs;
    this.#account = new CpuAccount(usedMs * pace);
  }

  /** CPU that the isolate's account records as used, in milliseconds. */
  get usedMs(): number {
    return this.#account.usedMs;
  }

  /** Whether a job has filled the isolate's memory: there is none for copies of other requests' bodies. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Whether the isolate has neither requests nor jobs. */
  get idle(): boolean {
    return this.#permits === 0 && this.#open.size === 0;
  }

  /**
   * Waits for the CPU and admits a job if the isolate can finish it.
   *
   * @param costOf Returns the job's cost; `first` is true for the isolate's first job, which runs cold code.
   * @param signal Aborts the wait.
   * @returns The job's CPU slot, which computes until it is suspended or ended; `null` if the isolate cannot take the job.
   * @throws {unknown} The signal's reason, once it is aborted.
   */
  async enter(costOf: (first: boolean) => JobCost, signal?: AbortSignal): Promise<CpuSlot | null> {
    await this.#mutex.acquire(signal);
    const isFirst = !this.#begun;
    const cost = costOf(isFirst);
    // An isolate always takes its first job: a job too large for a fresh isolate was refused earlier.
    if (this.#closed || this.#isFull || (this.#begun && !this.#fits(cost))) {
      this.#mutex.release();
      return null;
    }
    this.#begun = true;
    this.#isFull = cost.fillsMemory ?? false;
    const slot: CpuSlot = new CpuSlot(this.#account, this.#mutex, cost, isFirst, {
      pace: () => this.#pace.value,
      startMs: () => this.#guessedMs * this.#pace.value,
      onMeasured: (pace) => {
        this.#isMeasured = true;
        // The earlier work ran at the same slow pace: add its difference to the account.
        this.#account.add(this.#guessedMs * this.#pace.correct(pace));
      },
      roomMs: (own) => this.#roomMs(own),
      onPause: () => this.#callSuccessor(),
      onEnd: () => this.#open.delete(slot),
      now: this.#now,
    });
    this.#open.add(slot);
    return slot;
  }

  /**
   * Admits a request, which is then read and waits for its job: see {@linkcode enter}.
   *
   * @param ms CPU of receiving it, in milliseconds.
   * @returns Its permit; `null` if too many requests wait or there is no CPU left.
   */
  permit(ms: number): Permit | null {
    if (this.idle) {
      // An isolate that gets requests is not retired, so it has used less than the retirement share.
      this.#isRetired = false;
      this.#isFull = false;
      this.#account.cap(this.#budgetMs * CPU_SHARE.retired);
    }
    const full = this.#budgetMs !== Infinity && this.#permits - this.#open.size >= MAX_WAITING;
    if (full || !this.charge(ms)) return null;
    this.#permits++;
    return {
      suspend: async (work) => {
        this.#permits--;
        return await work().finally(() => this.#permits++);
      },
      [Symbol.dispose]: () => void this.#permits--,
    };
  }

  /**
   * Charges small work that adds up, such as reading a body or handing over a request.
   *
   * @param ms Its CPU on the reference machine, in milliseconds; a slower one needs more, by its pace.
   * @returns Whether there is room for it; only then is it added to the account.
   */
  charge(ms: number): boolean {
    const hasRoom = this.#chargeExactly(ms * this.#pace.value);
    if (hasRoom && !this.#isMeasured) this.#guessedMs += ms;
    return hasRoom;
  }

  /** @param ms CPU on this machine, in milliseconds. */
  #chargeExactly(ms: number): boolean {
    if (this.#account.usedMs + this.#openMs() + ms > this.#budgetMs * CPU_SHARE.requests) {
      return false;
    }
    this.#account.add(ms);
    return true;
  }

  /**
   * Burns CPU in small steps until the host retires this isolate. An isolate that is full but not retired would otherwise
   * get the same job again and again.
   *
   * @returns Whether new requests are known to reach other isolates.
   */
  retire(): Promise<boolean> {
    return this.#retiring ??= this.#retire().finally(() => this.#retiring = undefined);
  }

  /**
   * Stops admitting jobs because the isolate is about to end. Running jobs go on.
   *
   * @param spent Whether the isolate ends because its CPU budget is nearly used up. @default false
   */
  close(spent = false): void {
    this.#closed = true;
    if (spent) this.#account.raise(this.#budgetMs * CPU_SHARE.warned);
  }

  async #retire(): Promise<boolean> {
    const retiredMs = this.#budgetMs * CPU_SHARE.retired;
    for (let burns = 0; burns < MAX_BURNS && !this.#isRetired; burns++) {
      // The account is seldom lower than the real use: below the retirement share, the isolate is not retired yet.
      const beforeMs = this.#account.usedMs;
      const isReached = beforeMs < retiredMs ? true : await this.#isSentRequests();
      if (isReached === false) continue;
      // The isolate was not retired when the host passed the probe on. Its work since then counts as well.
      if (isReached) this.#account.cap(retiredMs + this.#account.usedMs - beforeMs);
      if (!await this.#burn()) return false;
      // The next refused request, if there is one, continues the burns.
      if (isReached === undefined) return false;
    }
    // The host does not retire by CPU: reset the account, or the isolate would refuse every job from now on.
    if (!this.#isRetired) {
      this.#isUnlimited = true;
      this.#account.cap(0);
    }
    return this.#isRetired;
  }

  /** Burns a little CPU, or warms up. @returns Whether the budget had room for it. */
  async #burn(): Promise<boolean> {
    const warmUp = this.#warmUp;
    const warmUpMs = TASK_MS.warmUp * this.#pace.value;
    const isRoom = this.#account.usedMs + warmUpMs <= this.#budgetMs * CPU_SHARE.retired;
    const useful = warmUp !== undefined && isRoom && this.#open.size > 0;
    const hasRoom = useful ? this.charge(TASK_MS.warmUp) : this.#chargeExactly(TASK_MS.burn);
    if (!hasRoom) return false;
    await this.#mutex.acquire();
    try {
      if (useful) {
        this.#warmUp = undefined; // once is enough
        await warmUp();
      } else {
        burnCpu(TASK_MS.burn, this.#now);
      }
    } finally {
      this.#mutex.release();
    }
    return true;
  }

  /** Probes whether this isolate still gets requests. One miss proves little while there are several isolates. */
  async #isSentRequests(): Promise<boolean | undefined> {
    for (let probe = 0; probe < PROBES; probe++) {
      const isReached = await this.#reachesSelf();
      if (isReached !== false) return isReached;
    }
    this.#isRetired = true;
    this.#account.raise(this.#budgetMs * CPU_SHARE.retired);
    return false;
  }

  /** Makes the host start another isolate, once this one may be retired and no probe has run yet. */
  async #callSuccessor(): Promise<void> {
    const isDue = this.#account.usedMs >= this.#budgetMs * CPU_SHARE.retired;
    if (!isDue || this.#isRetired || this.#isCalling) return;
    this.#isCalling = true;
    await this.#isSentRequests();
    this.#isCalling = false;
  }

  /** CPU that a job may still use, in milliseconds: the budget less the account and the other jobs' needs. */
  #roomMs(own: { readonly leftMs: number }): number {
    const othersMs = this.#openMs() - own.leftMs;
    return this.#budgetMs * CPU_SHARE.stop - this.#account.usedMs - othersMs;
  }

  #fits(cost: JobCost): boolean {
    if (cost.fillsMemory && (!this.#isUnlimited || this.#open.size > 0)) return false;
    const prepareMs = cost.prepareMs * this.#pace.value;
    const finishMs = cost.finishMs * this.#pace.value;
    const openMs = this.#openMs();
    const safeMs = this.#budgetMs * CPU_SHARE.jobs;
    // The first request without room retires this isolate at once, which uses half of the budget: the running jobs must
    // fit into the rest.
    const onceRetiredMs = this.#budgetMs * CPU_SHARE.retired + TASK_MS.burn + openMs + finishMs;
    return this.#account.usedMs + openMs + prepareMs + finishMs <= safeMs &&
      (openMs === 0 || onceRetiredMs <= safeMs);
  }

  #openMs(): number {
    return [...this.#open].reduce((sum, slot) => sum + slot.leftMs, 0);
  }
}

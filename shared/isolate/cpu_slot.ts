import type { CpuAccount } from "./cpu_account.ts";
import { StepClock } from "./step_clock.ts";
import type { CpuSlotHooks } from "./cpu_slot_hooks.ts";
import type { Mutex } from "../lib/mutex.ts";

/** A job's estimated cost, in milliseconds of CPU on the reference machine of the estimates. */
export interface JobCost {
  /** CPU before the job waits for the background remover. */
  prepareMs: number;
  /** CPU after that. */
  finishMs: number;
  /** Whether the job takes the memory of a whole isolate: it runs in a fresh one, and no other job after it. @default false */
  fillsMemory?: boolean;
}

/** Error of an estimate, as a factor, on a machine of the known pace. Work that takes longer shows a slower machine. */
export const ESTIMATE_TOLERANCE = 1.3;

/**
 * Bound on the time that counts for a part without steps, as a multiple of its estimate. On a busy machine most of the
 * time beyond it belongs to other processes.
 */
const MAX_OF_ESTIMATE = ESTIMATE_TOLERANCE;

/** The same for a relay's parts, whose time corrects the start's guess of the pace. The guess can be as far from the truth. */
const MAX_AT_GUESSED_PACE = 3;

/**
 * Share of its estimate up to which the time of a part counts in full: what an ordinary photo takes. Medians of six series of
 * load tests: 0.72 to 0.82; first and last tenth 0.63 and 0.93 (`bench/COLD.md`).
 */
const ORDINARY = 0.77;

/** Weight of other processes' share of the time, as the steps show it: the share varies between the steps and the rest. */
const OTHERS_WEIGHT = 2;

/**
 * A job is tight if this multiple of its estimate does not fit into the budget. The machine's pace is measured before such a job
 * begins: below 2, a PNG on a machine that was twice too slow was stopped only just before the host's limit.
 */
const TIGHT = 2;

/** Shortest usual time of steps that can measure the machine's pace, in milliseconds. */
const MIN_MEASURED_MS = 8;

/** A job's right to compute: held from {@linkcode Admission.enter} until it ends. Only one job computes at a time. */
export class CpuSlot {
  readonly #account: CpuAccount;
  readonly #mutex: Mutex;
  #cost: JobCost;
  readonly #isFirst: boolean;
  readonly #hooks: CpuSlotHooks;
  #stop: (() => void) | undefined;
  #isPrepared = false;
  /** Whether the time of the current part counts in full, as its pace is not measured. */
  #countsInFull = false;
  /** CPU of the current part, in milliseconds. */
  #spentMs = 0;
  /** CPU of the current part's steps, and the time of the part beside them, in milliseconds. */
  #partStepsMs = 0;
  #partWallMs = 0;
  /** Time of all steps so far, in milliseconds, of which `#stepsMs` was CPU. */
  #stepsWallMs = 0;
  #usedMs = 0;
  /** The steps of the current section. */
  #steps = new StepClock();
  /** CPU for these steps and the rest of the job, as it was at the first step. */
  #roomMs: number | undefined;
  /** CPU of the steps of earlier sections, and of all steps that were used to measure the pace. */
  #stepsMs = 0;
  #measuredMs = 0;
  #ended = false;

  /** Only {@linkcode Admission.enter} creates slots, while it holds the mutex. */
  constructor(
    account: CpuAccount,
    mutex: Mutex,
    cost: JobCost,
    isFirst: boolean,
    hooks: CpuSlotHooks,
  ) {
    this.#account = account;
    this.#mutex = mutex;
    this.#cost = cost;
    this.#isFirst = isFirst;
    this.#hooks = hooks;
    this.#start();
  }

  /** CPU that the account records for the job, in milliseconds. */
  get usedMs(): number {
    return this.#usedMs;
  }

  /** CPU that the job still needs, as estimated, in milliseconds. */
  get leftMs(): number {
    return this.#isPrepared
      ? Math.max(0, this.#finishMs - this.#spentMs)
      : Math.max(0, this.#prepareMs - this.#spentMs) + this.#finishMs;
  }

  /** Whether this is the isolate's first job: no other isolate has more room for it. */
  get isFirst(): boolean {
    return this.#isFirst;
  }

  /** CPU that the isolate has for the rest of this job, in milliseconds. */
  get roomMs(): number {
    return this.#hooks.roomMs(this);
  }

  /** The machine's pace: its time relative to the estimates, 1 or more. */
  get pace(): number {
    return this.#hooks.pace();
  }

  /** Whether the isolate has CPU for the rest of the job at the known pace. */
  get canFinish(): boolean {
    return this.leftMs <= this.#hooks.roomMs(this);
  }

  /**
   * Whether to go on with a job once its first part is done. A job that is not the isolate's first one has to fit by its
   * estimate, which is a bound. For the first one there is no better isolate, so an ordinary photo's share of it is enough.
   */
  get mayGoOn(): boolean {
    return this.canFinish || (this.#isFirst && this.leftMs * ORDINARY <= this.roomMs);
  }

  /** Whether the job would not finish on a machine that is {@linkcode TIGHT} times slower than the known pace. */
  get isTight(): boolean {
    return this.leftMs * TIGHT > this.#hooks.roomMs(this);
  }

  /**
   * Counts a step of work that reports its steps. Steps count in full; other work only up to a multiple of its estimate.
   *
   * @returns Whether the work may go on: `false` once there is not enough CPU to finish the job.
   */
  readonly step = (): boolean => {
    this.#roomMs ??= this.#hooks.roomMs(this);
    this.#steps.step(this.#hooks.now());
    const { usedMs } = this.#steps;
    const partMs = this.#isPrepared ? this.#finishMs : this.#prepareMs;
    // Steps beyond the tolerance show a slow machine: the start and the rest of the job are slow by the same factor.
    const slowness = usedMs > partMs * ESTIMATE_TOLERANCE ? usedMs / partMs : 1;
    const restMs = (this.#isPrepared ? 0 : this.#finishMs) * slowness;
    const startMs = this.#hooks.startMs() * (slowness - 1);
    return usedMs + restMs + startMs <= this.#roomMs;
  };

  /**
   * Measures the machine's pace by the steps since the last call.
   *
   * @param usualMs What these steps usually take, in milliseconds; less than {@linkcode MIN_MEASURED_MS} is ignored. A bound on
   * their cost in its place makes every machine look fast.
   */
  measured(usualMs: number): void {
    const ms = this.#stepsMs + this.#steps.usedMs - this.#measuredMs;
    this.#measuredMs += ms;
    if (usualMs >= MIN_MEASURED_MS && ms > 0) this.#hooks.onMeasured(ms / usualMs);
  }

  /**
   * Corrects the machine's pace by all CPU of a part, for work most of which reports no steps.
   *
   * @param ms The part's CPU, in milliseconds.
   * @param usualMs What it usually takes, in milliseconds.
   */
  measuredPart(ms: number, usualMs: number): void {
    this.#hooks.onMeasured(ms / usualMs);
  }

  /**
   * Replaces the estimate of what is left, for a job that decides on its way how much of it this isolate does. A new part of
   * the job begins. Its time counts in full: such a job can end early, and most of its work reports no steps that would show the
   * machine's pace and the time of other processes.
   *
   * @param left The rest of the job.
   */
  revise(left: JobCost): void {
    this.#stop?.();
    this.#cost = left;
    this.#countsInFull = true;
    this.#spentMs = this.#partStepsMs = this.#partWallMs = 0;
    this.#start();
  }

  /** Adds work of some milliseconds to the estimate of the first part. @returns Whether to go on, see {@linkcode mayGoOn}. */
  expect(ms: number): boolean {
    this.#cost = { ...this.#cost, prepareMs: this.#cost.prepareMs + ms };
    return this.mayGoOn;
  }

  /** Marks the first part of the job as done. */
  prepared(): void {
    if (this.#isPrepared) return;
    this.#stop?.();
    this.#isPrepared = true;
    this.#countsInFull = false;
    this.#spentMs = this.#partStepsMs = this.#partWallMs = 0;
    this.#start();
  }

  /**
   * Lets other jobs compute while this job waits.
   *
   * @param wait Starts the wait.
   * @param signal Aborts the wait for the CPU afterwards.
   * @returns The value of `wait`, once this job has the CPU again.
   * @throws {unknown} The error of `wait`, or the signal's reason.
   */
  async suspend<T>(wait: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#pause();
    try {
      return await wait();
    } finally {
      await this.#mutex.acquire(signal);
      this.#start();
    }
  }

  /**
   * Lets the event loop handle pending events, such as the caller's abort. The job keeps the CPU.
   *
   * @throws {unknown} The signal's reason, once it is aborted.
   */
  async yield(signal?: AbortSignal): Promise<void> {
    if (this.#ended) return;
    this.#stop?.();
    await new Promise((resolve) => setTimeout(resolve));
    this.#start();
    signal?.throwIfAborted();
  }

  /** Ends the job and releases the CPU. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pause();
    this.#hooks.onEnd();
  }

  [Symbol.dispose](): void {
    this.end();
  }

  #pause(): void {
    if (!this.#stop) return;
    this.#stop();
    this.#mutex.release();
  }

  get #prepareMs(): number {
    return this.#cost.prepareMs * this.#hooks.pace();
  }

  get #finishMs(): number {
    return this.#cost.finishMs * this.#hooks.pace();
  }

  /**
   * CPU of the current part, in milliseconds: its steps, and its other time up to an ordinary photo's. Of the time beyond that,
   * the steps show how much belongs to other processes.
   */
  get #partUsedMs(): number {
    const stepsMs = this.#partStepsMs;
    const estimatedMs = this.#isPrepared ? this.#finishMs : this.#prepareMs;
    const othersShare = this.#stepsWallMs > 0 ? 1 - this.#stepsMs / this.#stepsWallMs : 0;
    const ownMs = this.#partWallMs * Math.max(0, 1 - OTHERS_WEIGHT * othersShare);
    const [certain, most] = this.#countsInFull
      ? [MAX_OF_ESTIMATE, MAX_AT_GUESSED_PACE]
      : [ORDINARY, MAX_OF_ESTIMATE];
    const ordinaryMs = Math.min(this.#partWallMs, estimatedMs * certain - stepsMs);
    return stepsMs +
      Math.max(0, Math.min(Math.max(ordinaryMs, ownMs), estimatedMs * most - stepsMs));
  }

  /** Begins a computing section, which `#stop` ends. */
  #start(): void {
    const from = this.#hooks.now();
    this.#stop = () => {
      this.#stop = undefined;
      const { usedMs: stepsMs, wallMs } = this.#steps;
      this.#steps = new StepClock();
      this.#roomMs = undefined;
      this.#stepsMs += stepsMs;
      this.#stepsWallMs += wallMs;
      this.#partStepsMs += stepsMs;
      this.#partWallMs += this.#hooks.now() - from - wallMs;
      const ms = Math.max(0, this.#partUsedMs - this.#spentMs);
      this.#spentMs += ms;
      this.#usedMs += ms;
      this.#account.add(ms);
      this.#hooks.onPause();
    };
  }
}

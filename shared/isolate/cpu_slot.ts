import type { CpuAccount } from "./cpu_account.ts";
import { StepClock } from "./step_clock.ts";
import type { Mutex } from "./mutex.ts";

/** What a job will take, in milliseconds of CPU, on the machine on which costs were estimated. */
export interface JobCost {
  /** Until it waits for the background remover. */
  prepareMs: number;
  /** From then on. */
  finishMs: number;
}

/**
 * An estimate may fall short by this factor on a machine of the estimated pace. Beyond it, the machine is slower.
 */
export const ESTIMATE_TOLERANCE = 1.3;

/**
 * The time of a part of a job that reports no steps counts up to this many times its estimate: on a busy machine most of
 * what it takes beyond that is others' use of the processor.
 */
const MAX_OF_ESTIMATE = ESTIMATE_TOLERANCE;

/** A job is tight if it could not be finished where it takes this many times its estimate. */
const TIGHT = 1.6;

/** Steps that were estimated to take less than this say nothing of the machine, in milliseconds. */
const MIN_MEASURED_MS = 8;

/** What a turn needs of whoever gave it. */
export interface CpuSlotHooks {
  /** How much slower than estimated this machine is, as far as is known now. */
  pace(): number;
  /** Hears how much slower than estimated a part of the job was. */
  onMeasured(pace: number): void;
  /** CPU of the isolate's start at that pace, in milliseconds. */
  startMs(): number;
  /** CPU that this job may still use, in milliseconds: what is left of the budget without the other jobs' share. */
  roomMs(turn: CpuSlot): number;
  /** Told when the job stops computing, for a while or for good. */
  onPause(): void;
  /** Told when the job is done. */
  onEnd(): void;
  /** A clock, in milliseconds. */
  now(): number;
}

/** A job's right to compute: held from {@linkcode Admission.enter} until it ends. Only one job computes at a time. */
export class CpuSlot {
  readonly #account: CpuAccount;
  readonly #turns: Mutex;
  readonly #cost: JobCost;
  readonly #isFirst: boolean;
  readonly #hooks: CpuSlotHooks;
  #stop: (() => void) | undefined;
  #isPrepared = false;
  /** Of the part that is under way. */
  #spentMs = 0;
  #usedMs = 0;
  /** The steps of the section that computes now. */
  #steps = new StepClock();
  /** CPU that there is for these steps and the rest of the job, as it was at the first of them. */
  #roomMs: number | undefined;
  /** CPU of the steps of earlier sections, and of all steps that the pace was measured by. */
  #stepsMs = 0;
  #measuredMs = 0;
  #ended = false;

  /** Made by {@linkcode Admission.enter} only, whose turn it is. */
  constructor(
    account: CpuAccount,
    turns: Mutex,
    cost: JobCost,
    isFirst: boolean,
    hooks: CpuSlotHooks,
  ) {
    this.#account = account;
    this.#turns = turns;
    this.#cost = cost;
    this.#isFirst = isFirst;
    this.#hooks = hooks;
    this.#start();
  }

  /** CPU that the job has used, as it is accounted, in milliseconds. */
  get usedMs(): number {
    return this.#usedMs;
  }

  /** CPU that the job still needs, as estimated, in milliseconds. */
  get leftMs(): number {
    return this.#isPrepared
      ? Math.max(0, this.#finishMs - this.#spentMs)
      : Math.max(0, this.#prepareMs - this.#spentMs) + this.#finishMs;
  }

  /** Whether this is the first job of its isolate: no other isolate has more room for it. */
  get isFirst(): boolean {
    return this.#isFirst;
  }

  /** Whether the isolate has CPU for the rest of the job, at the pace that is known now. */
  get canFinish(): boolean {
    return this.leftMs <= this.#hooks.roomMs(this);
  }

  /** Whether the job could not be finished on a machine that is a little slower than is known. */
  get isTight(): boolean {
    return this.leftMs * TIGHT > this.#hooks.roomMs(this);
  }

  /**
   * Counts a step of work that reports its steps. Unlike other work it counts in full, however much was estimated.
   *
   * @returns Whether there is CPU for more of it: `false` once the job could not be finished after it.
   */
  readonly step = (): boolean => {
    this.#roomMs ??= this.#hooks.roomMs(this);
    this.#steps.step(this.#hooks.now());
    const { usedMs } = this.#steps;
    const partMs = this.#isPrepared ? this.#finishMs : this.#prepareMs;
    // What takes longer than an estimate may be wrong by is done on a slow machine, and so are the start and the rest.
    const slowness = usedMs > partMs * ESTIMATE_TOLERANCE ? usedMs / partMs : 1;
    const restMs = (this.#isPrepared ? 0 : this.#finishMs) * slowness;
    const startMs = this.#hooks.startMs() * (slowness - 1);
    return usedMs + restMs + startMs <= this.#roomMs;
  };

  /**
   * Learns the machine's pace from the steps since the last call.
   *
   * @param estimatedMs What they were estimated to take; too little says nothing.
   */
  measured(estimatedMs: number): void {
    const ms = this.#stepsMs + this.#steps.usedMs - this.#measuredMs;
    this.#measuredMs += ms;
    if (estimatedMs >= MIN_MEASURED_MS && ms > 0) this.#hooks.onMeasured(ms / estimatedMs);
  }

  /** Tells that the first part of the job is done. */
  prepared(): void {
    if (this.#isPrepared) return;
    this.#stop?.();
    this.#isPrepared = true;
    this.#spentMs = 0;
    this.#start();
  }

  /**
   * Lets others compute while this job waits for something else.
   *
   * @param wait What it waits for.
   * @param signal Gives up waiting for the next turn.
   * @returns What `wait` gives, when it is this job's turn again.
   * @throws what `wait` throws, or what the signal was aborted with
   */
  async suspend<T>(wait: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#pause();
    try {
      return await wait();
    } finally {
      await this.#turns.take(signal);
      this.#start();
    }
  }

  /**
   * Lets what has arrived meanwhile be seen, such as the caller's abort. The turn stays this job's.
   *
   * @throws what the signal was aborted with
   */
  async yield(signal?: AbortSignal): Promise<void> {
    if (this.#ended) return;
    this.#stop?.();
    await new Promise((resolve) => setTimeout(resolve));
    this.#start();
    signal?.throwIfAborted();
  }

  /** Ends the job's computing. */
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
    this.#turns.give();
  }

  get #prepareMs(): number {
    return this.#cost.prepareMs * this.#hooks.pace();
  }

  get #finishMs(): number {
    return this.#cost.finishMs * this.#hooks.pace();
  }

  /** Begins a section that computes; it ends with `#stop`. */
  #start(): void {
    const from = this.#hooks.now();
    this.#stop = () => {
      this.#stop = undefined;
      const { usedMs: stepsMs, wallMs } = this.#steps;
      this.#steps = new StepClock();
      this.#roomMs = undefined;
      this.#stepsMs += stepsMs;
      const partMs = this.#isPrepared ? this.#finishMs : this.#prepareMs;
      const maxMs = Math.max(0, partMs * MAX_OF_ESTIMATE - this.#spentMs - stepsMs);
      const ms = stepsMs + Math.min(this.#hooks.now() - from - wallMs, maxMs);
      this.#spentMs += ms;
      this.#usedMs += ms;
      this.#account.add(ms);
      this.#hooks.onPause();
    };
  }
}

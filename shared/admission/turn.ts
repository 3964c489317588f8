import type { CpuAccount } from "./cpu_account.ts";
import type { Turns } from "./turns.ts";

/** What a job will take, in milliseconds of CPU. */
export interface JobCost {
  /** Until it waits for the background remover. */
  prepareMs: number;
  /** From then on. */
  finishMs: number;
}

/**
 * The time of a part of a job counts up to this many times its estimate: on a busy machine most of what it takes beyond
 * that is others' use of the processor. A photo that truly takes more is covered by what jobs leave free of the budget.
 */
const MOST_OF_ESTIMATE = 1.3;

/** What a turn tells whoever gave it. */
export interface TurnHooks {
  /** Told when the job stops computing, for a while or for good. */
  onPause(): void;
  /** Told when the job is done. */
  onEnd(): void;
  /** A clock, in milliseconds. */
  now(): number;
}

/** A job's right to compute: held from {@linkcode Admission.enter} until it ends. Only one job computes at a time. */
export class Turn {
  readonly #account: CpuAccount;
  readonly #turns: Turns;
  readonly #cost: JobCost;
  readonly #hooks: TurnHooks;
  #stop: (() => void) | undefined;
  #isPrepared = false;
  /** Of the part that is under way. */
  #spentMs = 0;
  #usedMs = 0;
  #ended = false;

  /** Made by {@linkcode Admission.enter} only, whose turn it is. */
  constructor(
    account: CpuAccount,
    turns: Turns,
    cost: JobCost,
    hooks: TurnHooks,
  ) {
    this.#account = account;
    this.#turns = turns;
    this.#cost = cost;
    this.#hooks = hooks;
    this.#start();
  }

  /** CPU that the job has used, as it is accounted, in milliseconds. */
  get usedMs(): number {
    return this.#usedMs;
  }

  /** CPU that the job still needs, as estimated, in milliseconds. */
  get leftMs(): number {
    const { prepareMs, finishMs } = this.#cost;
    return this.#isPrepared
      ? Math.max(0, finishMs - this.#spentMs)
      : Math.max(0, prepareMs - this.#spentMs) + finishMs;
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
  async away<T>(wait: () => Promise<T>, signal?: AbortSignal): Promise<T> {
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
  async rest(signal?: AbortSignal): Promise<void> {
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

  /** Begins a section that computes; it ends with `#stop`. */
  #start(): void {
    const from = this.#hooks.now();
    this.#stop = () => {
      this.#stop = undefined;
      const { prepareMs, finishMs } = this.#cost;
      const mostMs = (this.#isPrepared ? finishMs : prepareMs) * MOST_OF_ESTIMATE;
      const ms = Math.min(this.#hooks.now() - from, mostMs - this.#spentMs);
      this.#spentMs += ms;
      this.#usedMs += ms;
      this.#account.add(ms);
      this.#hooks.onPause();
    };
  }
}

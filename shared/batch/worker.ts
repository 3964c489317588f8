import { firstLine, log } from "../telemetry/log.ts";
import { pause } from "../lib/pause.ts";
import type { ItemOutcome, TakenItem } from "./batch_item.ts";
import type { BatchStore } from "./batch_store.ts";

/** The dependencies of a worker. */
export interface WorkerDeps {
  store: Pick<BatchStore, "take" | "waiting" | "extend" | "giveBack" | "finish" | "fail">;
  /** Processes an item. It does not throw. */
  process(item: TakenItem): Promise<ItemOutcome>;
  /** Returns whether the process is about to end. The worker then begins nothing more and calls no other worker. */
  isEnding(): boolean;
  /** Returns whether this isolate is too old to begin items. Another one then takes the next items. */
  isOld(): boolean;
  /**
   * Calls a worker in another isolate.
   *
   * @param withoutProgress The number of workers in a row that could not begin an item.
   */
  handOn(withoutProgress: number): Promise<void>;
  /** Calls the webhooks that are due. It does not throw. */
  callWebhooks(): Promise<void>;
  /** Wait for room before another isolate is called, in milliseconds. @default 1000 */
  patienceMs?: number;
}

/** Items that a worker processes at once: while one waits for API4.ai or Storage, another computes. */
const AT_ONCE = 3;

/** Items under way in all workers from which a full isolate waits for its own items instead of calling another one. */
const MAX_AT_ONCE = 8;

/** Default wait for room before another isolate is called, in milliseconds. */
const PATIENCE_MS = 1_000;

/** Time for which a taken item is hidden from other workers, in seconds; extended while it is processed. */
const VISIBILITY_SECONDS = 120;

/** Interval of these extensions, in milliseconds. */
const EXTEND_EVERY_MS = 45_000;

/** Wait before an item's second try, in seconds; doubled with each further try. */
const FIRST_DELAY_SECONDS = 10;

/** Waits before the retries of an outcome's report, in milliseconds. */
const REPORT_DELAYS_MS = [300, 1_000, 3_000];

/** Bound on the workers that are called in a row while none of them can begin an item. */
const MAX_WITHOUT_PROGRESS = 3;

/**
 * Processes the queue's items, a few at once, while the isolate has room, then calls a worker in another isolate. An
 * isolate has one worker, no matter how often it is called.
 */
export class Worker {
  readonly #deps: WorkerDeps;
  #isRunning = false;
  #isCalledAgain = false;
  /** State of this run: whether the isolate is full or the database fails, and the items done and under way. */
  #isFull = false;
  #isBroken = false;
  /** Whether this run has kept a part of an item for the next isolate. */
  #hasProgressed = false;
  #done = 0;
  #underWay = 0;
  #handingOn: Promise<void> | undefined;
  /** Resolves when the next item has ended. */
  #ended = Promise.withResolvers<void>();

  /** @param deps The dependencies. */
  constructor(deps: WorkerDeps) {
    this.#deps = deps;
  }

  /** Whether the worker runs and its isolate is full: a new call has to go to another isolate. */
  get isFull(): boolean {
    return this.#isRunning && this.#isFull;
  }

  /**
   * Processes items until the queue is empty or the isolate is full. A call to a running worker makes it check the queue
   * once more before it ends. Items that it cannot process stay in the queue.
   *
   * @param withoutProgress The number of workers in a row before this one that could not begin an item.
   */
  async run(withoutProgress = 0): Promise<void> {
    if (this.#isRunning) {
      this.#isCalledAgain = true;
      return;
    }
    this.#isRunning = true;
    this.#isFull = this.#isBroken = this.#hasProgressed = false;
    this.#done = 0;
    this.#handingOn = undefined;
    try {
      do {
        this.#isCalledAgain = false;
        await Promise.all(Array.from({ length: AT_ONCE }, () => this.#lane(withoutProgress)));
        await this.#handingOn;
        if (!this.#isFull && !this.#isBroken) await this.#deps.callWebhooks();
      } while (this.#isCalledAgain && !this.#isFull && !this.#isBroken);
    } finally {
      this.#isRunning = false;
    }
  }

  /** Takes items one after the other. */
  async #lane(withoutProgress: number): Promise<void> {
    const { isEnding, isOld } = this.#deps;
    try {
      while (!this.#isFull && !this.#isBroken && !isEnding()) {
        if (isOld()) return this.#full(withoutProgress);
        if (!await this.#next(withoutProgress)) return;
      }
    } catch (cause) {
      // The queue shows unfinished items again once their visibility has passed.
      this.#isBroken = true;
      log("warn", "batch_queue_unavailable", { cause: firstLine(cause) });
    }
  }

  /** @returns Whether this lane should look for another item. */
  async #next(withoutProgress: number): Promise<boolean> {
    const { store, process } = this.#deps;
    const item = await store.take(VISIBILITY_SECONDS);
    // An empty answer can also mean that messages were cleared away. A lane with an item under way checks again itself.
    if (!item) return this.#underWay === 0 && (await store.waiting()).visible > 0;
    this.#underWay++;
    const outcome = await this.#kept(item, () => process(item)).finally(() => this.#underWay--);
    if (outcome.kind === "no_room") {
      this.#hasProgressed ||= outcome.hasProgressed;
      await reported(() => store.giveBack(item));
      if (await this.#roomComes()) return true;
      this.#full(withoutProgress);
      return false;
    }
    this.#done++;
    this.#ended.resolve();
    this.#ended = Promise.withResolvers();
    await reported(() => this.#report(item, outcome));
    return true;
  }

  /**
   * Waits until an item under way ends and makes room. If that takes too long, as with a slow API4.ai, another isolate
   * continues, unless all workers together already have many items under way.
   */
  async #roomComes(): Promise<boolean> {
    const { store, patienceMs = PATIENCE_MS } = this.#deps;
    while (this.#underWay > 0 && !this.#isFull) {
      const done = this.#done;
      await Promise.race([this.#ended.promise, pause(patienceMs)]);
      if (this.#done > done) return true;
      if ((await store.waiting()).processing < MAX_AT_ONCE) return false;
    }
    return false;
  }

  /** Calls a worker in another isolate at once; the items in progress here continue. */
  #full(withoutProgress: number): void {
    if (this.#isFull) return;
    this.#isFull = true;
    const stuck = withoutProgress + (this.#underWay > 0 ? 0 : 1);
    const next = this.#done > 0 || this.#hasProgressed ? 0 : stuck;
    // Beyond the bound, workers stop calling each other: the database's clock calls the next one.
    if (next <= MAX_WITHOUT_PROGRESS) this.#handingOn = this.#deps.handOn(next);
  }

  /** Extends an item's visibility while it is processed. */
  async #kept<T>(item: TakenItem, work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => {
      // A failed extension does no harm: the next one makes up for it, or another worker finds the stored result.
      this.#deps.store.extend(item, VISIBILITY_SECONDS).catch(() => {});
    }, EXTEND_EVERY_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  async #report(
    item: TakenItem,
    outcome: Exclude<ItemOutcome, { kind: "no_room" }>,
  ): Promise<void> {
    const { store } = this.#deps;
    if (outcome.kind === "done") return await store.finish(item, outcome.result);
    const delaySeconds = FIRST_DELAY_SECONDS * 2 ** (item.tries - 1);
    await store.fail(item, outcome.error, outcome.retryable, delaySeconds);
  }
}

/** Retries a failed report up to three times. Repeating one is safe: the database counts only the first. */
async function reported(report: () => Promise<void>): Promise<void> {
  for (const delayMs of REPORT_DELAYS_MS) {
    try {
      return await report();
    } catch {
      await pause(delayMs);
    }
  }
  await report();
}

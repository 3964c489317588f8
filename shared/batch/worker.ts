import { firstLine, log } from "../telemetry/log.ts";
import { pause } from "../lib/pause.ts";
import type { ItemOutcome, TakenItem } from "./batch_item.ts";
import type { BatchStore } from "./batch_store.ts";

/** What a worker needs. */
export interface WorkerDeps {
  store: Pick<BatchStore, "take" | "waiting" | "extend" | "giveBack" | "finish" | "fail">;
  /** Processes an item. It does not throw. */
  process(item: TakenItem): Promise<ItemOutcome>;
  /** Whether the process is about to end: nothing more is begun, and whoever works next is called for by others. */
  isEnding(): boolean;
  /** Whether this isolate has not long to live: another one is to begin what comes next. */
  isOld(): boolean;
  /**
   * Has another isolate go on.
   *
   * @param withoutProgress How many workers have been called one after the other that could not begin a single item.
   */
  handOn(withoutProgress: number): Promise<void>;
  /** Calls the webhooks that are due. It does not throw. */
  callWebhooks(): Promise<void>;
  /** How long room is waited for before another isolate goes on, in milliseconds. @default 1000 */
  patienceMs?: number;
}

/** Items under way at once: while one waits for API4.ai or Storage, another computes. */
const AT_ONCE = 3;

/** Items that all workers together may have under way before an isolate that is full waits for its own. */
const MAX_AT_ONCE = 8;

/** How long it waits otherwise, in milliseconds. */
const PATIENCE_MS = 1_000;

/** How long a taken item is nobody else's, in seconds; it is extended while the item is worked on. */
const VISIBILITY_SECONDS = 120;

/** How often that is extended, in milliseconds. */
const EXTEND_EVERY_MS = 45_000;

/** Wait before an item is tried again, in seconds; doubled with each try. */
const FIRST_DELAY_SECONDS = 10;

/** Waits before the outcome of an item is reported again, in milliseconds. */
const REPORT_DELAYS_MS = [300, 1_000, 3_000];

/** Workers that may be called one after the other without one that could begin an item. */
const MAX_WITHOUT_PROGRESS = 3;

/**
 * Works off the queue: takes one item after the other, a few at once, as long as the isolate has room for them, and then hands
 * on. There is one worker an isolate, however often it is called.
 */
export class Worker {
  readonly #deps: WorkerDeps;
  #isRunning = false;
  #isCalledAgain = false;
  /** Of this run: whether the isolate is full or the database fails, and the items done and under way. */
  #isFull = false;
  #isBroken = false;
  #done = 0;
  #underWay = 0;
  #handingOn: Promise<void> | undefined;
  /** Resolves when the next item has ended. */
  #ended = Promise.withResolvers<void>();

  /** @param deps What it needs. */
  constructor(deps: WorkerDeps) {
    this.#deps = deps;
  }

  /** Whether it works and has no room for more: whoever wants something done has to ask another isolate. */
  get isFull(): boolean {
    return this.#isRunning && this.#isFull;
  }

  /**
   * Works until the queue is empty or the isolate is full. A worker that is at work already looks once more before it ends.
   * What it can not do, for whatever reason, stays in the queue.
   *
   * @param withoutProgress How many workers before this one could not begin a single item.
   */
  async run(withoutProgress = 0): Promise<void> {
    if (this.#isRunning) {
      this.#isCalledAgain = true;
      return;
    }
    this.#isRunning = true;
    this.#isFull = this.#isBroken = false;
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
      // What was begun comes back once its visibility has passed.
      this.#isBroken = true;
      log("warn", "batch_queue_unavailable", { cause: firstLine(cause) });
    }
  }

  /** @returns Whether there may be more to do here. */
  async #next(withoutProgress: number): Promise<boolean> {
    const { store, process } = this.#deps;
    const item = await store.take(VISIBILITY_SECONDS);
    // Nothing may also mean that some were cleared away. Whoever is at work looks again by itself.
    if (!item) return this.#underWay === 0 && (await store.waiting()).visible > 0;
    this.#underWay++;
    const outcome = await this.#kept(item, () => process(item)).finally(() => this.#underWay--);
    if (outcome.kind === "no_room") {
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
   * Waits until one of the items that are under way has made room. Where that takes long, as API4.ai may, another isolate
   * goes on, unless API4.ai is being asked for many photos already.
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

  /** Has another isolate go on, at once: what has begun here goes on meanwhile. */
  #full(withoutProgress: number): void {
    if (this.#isFull) return;
    this.#isFull = true;
    const stuck = withoutProgress + (this.#underWay > 0 ? 0 : 1);
    const next = this.#done > 0 ? 0 : stuck;
    // The database's clock calls again; until then nobody is kept busy by workers that call each other.
    if (next <= MAX_WITHOUT_PROGRESS) this.#handingOn = this.#deps.handOn(next);
  }

  /** Keeps an item this worker's while it is worked on. */
  async #kept<T>(item: TakenItem, work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => {
      // One that fails is made up for by the next, or by what is stored already when the item is taken again.
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

/** Reports may be repeated: only the first one counts. */
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

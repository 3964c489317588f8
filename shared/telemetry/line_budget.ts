/** How much a line of the log matters: where there are too many, `info` goes first and `error` last. */
export type LogLevel = "info" | "warn" | "error";

/** How many lines of each level were dropped. */
export type DroppedLines = Partial<Record<LogLevel, number>>;

/** The span over which lines are counted, in milliseconds, and how many the hosted platform takes in it. */
const WINDOW_MS = 10_000;
const MAX_LINES = 100;

/** How many lines there may be in a window when one of a level is to follow. The last is for telling what was dropped. */
const ROOM: Record<LogLevel, number> = { info: 90, warn: 95, error: MAX_LINES - 1 };

/** Bounds how many lines are logged in any 10 s, so that it is decided here which are lost, and not by the platform. */
export class LineBudget {
  readonly #now: () => number;
  /** When the lines of the last window were logged. */
  readonly #times: number[] = [];
  #dropped: DroppedLines | undefined;
  #droppedAt = 0;

  /** @param now A clock that only goes forward, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Asks for a line.
   *
   * @returns Whether it may be logged; it is counted then, and otherwise among those dropped.
   */
  take(level: LogLevel): boolean {
    const now = this.#now();
    const kept = this.#times.findIndex((time) => now - time < WINDOW_MS);
    this.#times.splice(0, kept < 0 ? this.#times.length : kept);
    if (this.#times.length < ROOM[level]) {
      this.#times.push(now);
      return true;
    }
    if (!this.#dropped) this.#droppedAt = now;
    this.#dropped ??= {};
    this.#dropped[level] = (this.#dropped[level] ?? 0) + 1;
    return false;
  }

  /**
   * What was dropped since this was last told, once the window in which it began is over; `undefined` if nothing. What
   * is told gets a line, which is counted.
   */
  takeDropped(): DroppedLines | undefined {
    const now = this.#now();
    const dropped = this.#dropped;
    if (!dropped || now - this.#droppedAt < WINDOW_MS) return undefined;
    this.#dropped = undefined;
    this.#times.push(now);
    return dropped;
  }
}

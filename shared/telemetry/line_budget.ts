/** The importance of a log line. If there are too many lines, `info` is dropped first and `error` last. */
export type LogLevel = "info" | "warn" | "error";

/** The number of dropped lines by level. */
export type DroppedLines = Partial<Record<LogLevel, number>>;

/** The window in which lines are counted, in milliseconds, and the hosted platform's limit in it. */
const WINDOW_MS = 10_000;
const MAX_LINES = 100;

/** The number of lines in a window below which a line of each level is still logged. One is kept for `log_lines_dropped`. */
const ROOM: Record<LogLevel, number> = { info: 90, warn: 95, error: MAX_LINES - 1 };

/** Bounds the lines in any 10 s, so that the least important lines are lost, not those that the platform happens to drop. */
export class LineBudget {
  readonly #now: () => number;
  /** The times of the last window's lines. */
  readonly #times: number[] = [];
  #dropped: DroppedLines | undefined;
  #droppedAt = 0;

  /** @param now A clock that only goes forward, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Asks for a line and counts it, as logged or as dropped.
   *
   * @returns Whether it may be logged.
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
   * Returns the number of dropped lines since the last report, once the window in which they began is over, and counts the
   * line that reports them. Returns `undefined` if there are none.
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

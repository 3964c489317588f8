/** What an isolate is told by `beforeunload`. */
export type UnloadReason = "cpu" | "memory" | "wall_clock" | "early_drop" | "termination";

/** Why an isolate is no more: a limit, idle after its retirement, `close()`, no start, or an error of its own. */
export type EndReason = UnloadReason | "boot" | "error";

/** What can be seen of an isolate, while it lives and after. */
export interface IsolateStatistics {
  /** Counted from 1, in the order of their starts. */
  readonly id: number;
  /** When it was ready for requests; undefined before that. */
  readonly bootedAt?: Date;
  /** How long its start took, in milliseconds. */
  readonly bootMs?: number;
  /** CPU used since its function's module began to be evaluated, in milliseconds. */
  readonly cpuMs: number;
  /** The most of heap and external memory that was seen, in bytes. */
  readonly peakMemoryBytes: number;
  /** How many requests it was given. */
  readonly requests: number;
  /** Whether it is given no more requests. */
  readonly retired: boolean;
  readonly endedBecause?: EndReason;
}

/** Reason of `beforeunload`. */
export type UnloadReason = "cpu" | "memory" | "wall_clock" | "early_drop" | "termination";

/** Reason of an isolate's end: a limit, idle after its retirement, `close()`, a failed start, or its own error. */
export type EndReason = UnloadReason | "boot" | "error";

/** Figures of an isolate, during its life and after. */
export interface IsolateStatistics {
  /** Number from 1, in the order of the starts. */
  readonly id: number;
  /** Time at which it was ready for requests; unset before. */
  readonly bootedAt?: Date;
  /** Duration of its start, in milliseconds. */
  readonly bootMs?: number;
  /** CPU time since the start of the module's evaluation, in milliseconds. */
  readonly cpuMs: number;
  /** Maximum of heap and external memory, in bytes. */
  readonly peakMemoryBytes: number;
  /** Number of its requests. */
  readonly requests: number;
  /** Whether it gets no more requests. */
  readonly retired: boolean;
  readonly endedBecause?: EndReason;
}

/** Callbacks of a CPU slot to the admission that granted it. */
export interface CpuSlotHooks {
  /** Returns the machine's pace as it is known now. */
  pace(): number;
  /** Receives the measured pace of a part of the job. */
  onMeasured(pace: number): void;
  /** Returns the CPU of the isolate's start at that pace, in milliseconds. */
  startMs(): number;
  /** Returns the CPU that this job may still use, in milliseconds: the rest of the budget less the other jobs' needs. */
  roomMs(slot: { readonly leftMs: number }): number;
  /** Runs when the job pauses or ends. */
  onPause(): void;
  /** Runs when the job ends. */
  onEnd(): void;
  /** A clock, in milliseconds. */
  now(): number;
}

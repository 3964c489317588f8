/** Bounds on the jobs of an isolate. */
export interface AdmissionOptions {
  /** The isolate's CPU budget, in milliseconds; 0 = no limit: every job is admitted. */
  budgetMs: number;
  /** CPU that the start has used, in milliseconds. @default 0 */
  usedMs?: number;
  /**
   * The machine's pace as measured at the start: time relative to the estimates, at least 1. See `machine_pace.ts`.
   * Measurements of the jobs correct it. @default 1
   */
  pace?: number;
  /**
   * Sends a request to the function's own address and returns whether it reaches this isolate; `undefined` if this
   * cannot be determined. Runs when the isolate may be retired, so that the host starts another one early.
   * @default always `undefined`
   */
  reachesSelf?: () => Promise<boolean | undefined>;
  /**
   * Spends `TASK_MS.warmUp` of CPU on work that speeds up the running jobs. It replaces one burn.
   * @default none
   */
  warmUp?: () => Promise<void>;
  /** A clock, in milliseconds. @default performance.now */
  now?: () => number;
}

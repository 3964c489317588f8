const MB = 2 ** 20;

/** Limits of an isolate, and timeouts. */
export interface HostedLimits {
  /** Total CPU time at which an isolate gets no more requests, in milliseconds. @default 1000 */
  cpuSoftMs: number;
  /** Total CPU time at which an isolate is killed, in milliseconds. @default 2000 */
  cpuHardMs: number;
  /** Heap and external memory at which an isolate is killed, in bytes. @default 256 MB */
  memoryBytes: number;
  /** Heap and external memory above which an idle isolate is dropped, in bytes. @default 128 MB */
  memoryDropBytes: number;
  /** Lifetime of an isolate, in milliseconds; after half of it, it gets no more requests. @default 400000 */
  wallClockMs: number;
  /** Bound on a start, in milliseconds. @default 10000 */
  bootMs: number;
  /** Bound on a request's wait for an isolate, in milliseconds. @default 10000 */
  waitMs: number;
  /** Bound on the time to an answer's headers, in milliseconds. @default 150000 */
  idleTimeoutMs: number;
  /** Bound on the wait of `close()` for the requests in flight, in milliseconds. @default 5000 */
  shutdownMs: number;
}

/** The limits of a hosted project on a paid plan; on the free plan the lifetime is 150 s. */
export const HOSTED_LIMITS: Readonly<HostedLimits> = {
  cpuSoftMs: 1_000,
  cpuHardMs: 2_000,
  memoryBytes: 256 * MB,
  memoryDropBytes: 128 * MB,
  wallClockMs: 400_000,
  bootMs: 10_000,
  waitMs: 10_000,
  idleTimeoutMs: 150_000,
  shutdownMs: 5_000,
};

/** Share of a limit at which `beforeunload` is dispatched. */
export const WARNING_SHARE = 0.9;

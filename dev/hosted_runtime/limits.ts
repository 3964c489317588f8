const MB = 2 ** 20;

/** What an isolate may use, and how long others wait for one. */
export interface HostedLimits {
  /** CPU over an isolate's life from which it is given no more requests, in milliseconds. @default 1000 */
  cpuSoftMs: number;
  /** CPU over an isolate's life at which it is killed, in milliseconds. @default 2000 */
  cpuHardMs: number;
  /** Heap and external memory at which it is killed, in bytes. @default 256 MB */
  memoryBytes: number;
  /** Heap and external memory from which it is dropped once it is idle, in bytes. @default 128 MB */
  memoryDropBytes: number;
  /** How long an isolate lives, in milliseconds; after half of it, it is given no more requests. @default 400000 */
  wallClockMs: number;
  /** How long a start may take, in milliseconds. @default 10000 */
  bootMs: number;
  /** How long a request waits for an isolate, in milliseconds. @default 10000 */
  waitMs: number;
  /** How long an answer's headers may take, in milliseconds. @default 150000 */
  idleTimeoutMs: number;
  /** How long `close()` leaves the requests in flight, in milliseconds. @default 5000 */
  shutdownMs: number;
}

/** Those of a hosted project on a paid plan; on a free one an isolate lives for 150 s. */
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

/** Share of a limit at which the isolate hears `beforeunload`. */
export const WARNING_SHARE = 0.9;

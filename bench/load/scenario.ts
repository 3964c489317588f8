/** A scenario of the load test. */
export interface Scenario {
  name: string;
  /** Number of photos. */
  uploads: number;
  /** Number of uploads in progress at a time. */
  atOnce: number;
  /** Whether an uncounted photo is sent first. */
  warm: boolean;
  /** API4.ai's latency, in milliseconds. */
  latencyMs: number;
}

const AT_ONCE = 5;
const MANY = 20;
const LONG_RUN = 200;
/** API4.ai states 6 to 8 s. */
const SLOW_MS = 8_000;

/** The scenarios of `deno task load`. */
export const SCENARIOS: readonly Scenario[] = [
  { name: "5-cold", uploads: AT_ONCE, atOnce: AT_ONCE, warm: false, latencyMs: 0 },
  { name: "5-warm", uploads: AT_ONCE, atOnce: AT_ONCE, warm: true, latencyMs: 0 },
  { name: "20-cold", uploads: MANY, atOnce: MANY, warm: false, latencyMs: 0 },
  { name: "20-warm", uploads: MANY, atOnce: MANY, warm: true, latencyMs: 0 },
  { name: "200", uploads: LONG_RUN, atOnce: AT_ONCE, warm: false, latencyMs: 0 },
  { name: "200-slow", uploads: LONG_RUN, atOnce: AT_ONCE, warm: false, latencyMs: SLOW_MS },
];

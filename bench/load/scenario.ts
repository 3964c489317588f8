/** Uploads of one kind. */
export interface Scenario {
  name: string;
  /** Photos in all. */
  uploads: number;
  /** How many of them are under way at a time. */
  atOnce: number;
  /** Whether one photo goes before, which is not counted. */
  warm: boolean;
  /** How long API4.ai takes, in milliseconds. */
  latencyMs: number;
}

const AT_ONCE = 5;
const MANY = 20;
const LONG_RUN = 200;
/** API4.ai's own figure is 6 to 8 s. */
const SLOW_MS = 8_000;

/** What `deno task load` runs. */
export const SCENARIOS: readonly Scenario[] = [
  { name: "5-cold", uploads: AT_ONCE, atOnce: AT_ONCE, warm: false, latencyMs: 0 },
  { name: "5-warm", uploads: AT_ONCE, atOnce: AT_ONCE, warm: true, latencyMs: 0 },
  { name: "20-cold", uploads: MANY, atOnce: MANY, warm: false, latencyMs: 0 },
  { name: "20-warm", uploads: MANY, atOnce: MANY, warm: true, latencyMs: 0 },
  { name: "200", uploads: LONG_RUN, atOnce: AT_ONCE, warm: false, latencyMs: 0 },
  { name: "200-slow", uploads: LONG_RUN, atOnce: AT_ONCE, warm: false, latencyMs: SLOW_MS },
];

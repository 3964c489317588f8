/** The groups that are counted separately: the two processors, and runs that only serve a comparison. */
export const SERVERS = ["new", "legacy", "shadow"] as const;

/** One of {@linkcode SERVERS}. */
export type Server = typeof SERVERS[number];

/** Figures of a set of photo requests. Durations are in seconds. */
export interface Figures {
  requests: number;
  successes: number;
  failures: number;
  /** Failures by error code. */
  failures_by_code: Record<string, number>;
  /** Requests that called API4.ai. */
  api4ai_calls: number;
  /** Requests with a cached cutout. */
  cached_cutouts: number;
  /** Requests for a photo that came as a cutout. */
  own_alpha_cutouts: number;
  /** The sum over all requests. */
  total_processing_time: number;
  /** Share of successes, 0 to 1. This field and all that follow are `null` without requests. */
  success_rate: number | null;
  avg_processing_time: number | null;
  /** Median duration. */
  p50: number | null;
  /** 95th percentile of the durations. */
  p95: number | null;
}

/** Figures by group. `all` does not include `shadow`. */
export type FiguresByServer = Record<Server | "all", Figures>;

/** The counters from which figures are calculated. */
export type Counted = Omit<Figures, "failures" | "success_rate" | "avg_processing_time">;

/** Calculates figures from counters. Without requests there are no rates. */
export function figuresOf(counted: Counted): Figures {
  const { requests, successes, total_processing_time } = counted;
  return {
    requests,
    successes,
    failures: requests - successes,
    failures_by_code: counted.failures_by_code,
    api4ai_calls: counted.api4ai_calls,
    cached_cutouts: counted.cached_cutouts,
    own_alpha_cutouts: counted.own_alpha_cutouts,
    total_processing_time,
    success_rate: requests === 0 ? null : successes / requests,
    avg_processing_time: requests === 0 ? null : total_processing_time / requests,
    p50: counted.p50,
    p95: counted.p95,
  };
}

/** The counters without any request. */
export const NOTHING: Counted = {
  requests: 0,
  successes: 0,
  failures_by_code: {},
  api4ai_calls: 0,
  cached_cutouts: 0,
  own_alpha_cutouts: 0,
  total_processing_time: 0,
  p50: null,
  p95: null,
};

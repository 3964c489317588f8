/** Who is counted apart: who answered, and what was processed for comparison only. */
export const SERVERS = ["new", "legacy", "shadow"] as const;

/** One of them. */
export type Server = typeof SERVERS[number];

/** What is told of some photo requests. Durations are in seconds. */
export interface Figures {
  requests: number;
  successes: number;
  failures: number;
  /** How many failures were answered each error code. */
  failures_by_code: Record<string, number>;
  /** Requests for which API4.ai was asked. */
  api4ai_calls: number;
  /** Requests whose cutout was there already. */
  cached_cutouts: number;
  /** Of all requests together. */
  total_processing_time: number;
  /** Share of successes, 0 to 1; `null` where there was no request, as for all that follow. */
  success_rate: number | null;
  avg_processing_time: number | null;
  /** Half of the requests took no longer. */
  p50: number | null;
  /** 95 of 100 requests took no longer. */
  p95: number | null;
}

/** Figures of each that is counted apart, and of all whose answer a caller had: without `shadow`. */
export type FiguresByServer = Record<Server | "all", Figures>;

/** What figures are made of. */
export type Counted = Omit<Figures, "failures" | "success_rate" | "avg_processing_time">;

/** Figures from what was counted: of nothing, without rates. */
export function figuresOf(counted: Counted): Figures {
  const { requests, successes, total_processing_time } = counted;
  return {
    requests,
    successes,
    failures: requests - successes,
    failures_by_code: counted.failures_by_code,
    api4ai_calls: counted.api4ai_calls,
    cached_cutouts: counted.cached_cutouts,
    total_processing_time,
    success_rate: requests === 0 ? null : successes / requests,
    avg_processing_time: requests === 0 ? null : total_processing_time / requests,
    p50: counted.p50,
    p95: counted.p95,
  };
}

/** What is counted where there was no request. */
export const NOTHING: Counted = {
  requests: 0,
  successes: 0,
  failures_by_code: {},
  api4ai_calls: 0,
  cached_cutouts: 0,
  total_processing_time: 0,
  p50: null,
  p95: null,
};

import type { Run } from "./run.ts";
import type { Server } from "./figures.ts";

/** Upper bounds of the duration buckets, in seconds, up to the host's time limit. */
export const BOUNDS_SECONDS: readonly number[] = [
  ...[0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 30, 60, 150],
];

/** Sums over the runs with the same outcome in the same duration bucket. */
export interface Total {
  served_by: Server;
  /** `null` for successes. */
  error_code: string | null;
  /** Upper bound of the bucket, in seconds; `null` for the last one. */
  le: number | null;
  requests: number;
  api4ai_calls: number;
  cached_cutouts: number;
  own_alpha_cutouts: number;
  seconds: number;
  cpu_seconds: number;
  bytes_in: number;
  bytes_out: number;
}

/** The group that a run is counted in. */
export function serverOf({ isShadow, servedBy }: Run): Server {
  return isShadow ? "shadow" : servedBy;
}

/** A single run's sums. */
export function totalOf(run: Run): Total {
  const seconds = run.totalMs / 1000;
  return {
    served_by: serverOf(run),
    error_code: run.errorCode,
    le: BOUNDS_SECONDS.find((bound) => seconds <= bound) ?? null,
    requests: 1,
    api4ai_calls: run.api4ai === "called" ? 1 : 0,
    cached_cutouts: run.api4ai === "cached" ? 1 : 0,
    own_alpha_cutouts: run.api4ai === "own_alpha" ? 1 : 0,
    seconds,
    cpu_seconds: run.cpuMs / 1000,
    bytes_in: run.bytesIn,
    bytes_out: run.bytesOut,
  };
}

/** Adds sums to others with the same outcome and bucket. */
export function addTotal(to: Total, more: Total): void {
  to.requests += more.requests;
  to.api4ai_calls += more.api4ai_calls;
  to.cached_cutouts += more.cached_cutouts;
  to.own_alpha_cutouts += more.own_alpha_cutouts;
  to.seconds += more.seconds;
  to.cpu_seconds += more.cpu_seconds;
  to.bytes_in += more.bytes_in;
  to.bytes_out += more.bytes_out;
}

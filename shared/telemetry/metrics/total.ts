import type { Run } from "./run.ts";
import type { Server } from "./figures.ts";

/** Upper bounds of the classes of duration, in seconds: from a health check's time to the host's end of patience. */
export const BOUNDS_SECONDS: readonly number[] = [
  ...[0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 30, 60, 150],
];

/** Sums over the runs that ended the same way and took about as long. */
export interface Total {
  served_by: Server;
  /** `null` for successes. */
  error_code: string | null;
  /** Upper bound of their durations, in seconds; `null`: there is none. */
  le: number | null;
  requests: number;
  api4ai_calls: number;
  cached_cutouts: number;
  seconds: number;
  cpu_seconds: number;
  bytes_in: number;
  bytes_out: number;
}

/** Under what a run is counted. */
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
    seconds,
    cpu_seconds: run.cpuMs / 1000,
    bytes_in: run.bytesIn,
    bytes_out: run.bytesOut,
  };
}

/** Adds sums to others of the same way of ending and class of duration. */
export function addTotal(to: Total, more: Total): void {
  to.requests += more.requests;
  to.api4ai_calls += more.api4ai_calls;
  to.cached_cutouts += more.cached_cutouts;
  to.seconds += more.seconds;
  to.cpu_seconds += more.cpu_seconds;
  to.bytes_in += more.bytes_in;
  to.bytes_out += more.bytes_out;
}

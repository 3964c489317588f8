import type { Observer, Run } from "./run.ts";
import {
  type Counted,
  type Figures,
  type FiguresByServer,
  figuresOf,
  NOTHING,
  type Server,
  SERVERS,
} from "./figures.ts";
import { percentile } from "./percentile.ts";
import { addTotal, serverOf, type Total, totalOf } from "./total.ts";

/** The number of latest runs from which percentiles are calculated: a process outside of the hosted runtime may see any number. */
const MAX_DURATIONS = 1_000;

/** Counts the runs of this isolate, in its memory. */
export class IsolateMetrics {
  /** The start of counting. */
  readonly startedAt: Date = new Date();
  readonly #totals = new Map<string, Total>();
  readonly #latest: { server: Server; seconds: number }[] = [];

  /** Counts a run. */
  readonly observe: Observer = (run: Run) => {
    const total = totalOf(run);
    const key = `${total.served_by} ${total.error_code} ${total.le}`;
    const known = this.#totals.get(key);
    if (known) addTotal(known, total);
    else this.#totals.set(key, total);
    this.#latest.push({ server: serverOf(run), seconds: total.seconds });
    if (this.#latest.length > MAX_DURATIONS) this.#latest.shift();
  };

  /** The sums so far. */
  get totals(): readonly Total[] {
    return [...this.#totals.values()];
  }

  /** The figures so far. */
  get figures(): FiguresByServer {
    const figuresFor = (servers: readonly Server[]) => this.#figuresOf(new Set(servers));
    return {
      all: figuresFor(SERVERS.filter((server) => server !== "shadow")),
      new: figuresFor(["new"]),
      legacy: figuresFor(["legacy"]),
      shadow: figuresFor(["shadow"]),
    };
  }

  #figuresOf(servers: Set<Server>): Figures {
    const durations = this.#latest.filter(({ server }) => servers.has(server))
      .map(({ seconds }) => seconds);
    const counted: Counted = {
      ...NOTHING,
      failures_by_code: {},
      p50: percentile(durations, 0.5),
      p95: percentile(durations, 0.95),
    };
    for (const total of this.totals) {
      const { served_by, error_code, requests } = total;
      if (!servers.has(served_by)) continue;
      counted.requests += requests;
      counted.api4ai_calls += total.api4ai_calls;
      counted.cached_cutouts += total.cached_cutouts;
      counted.own_alpha_cutouts += total.own_alpha_cutouts;
      counted.total_processing_time += total.seconds;
      if (error_code === null) counted.successes += requests;
      else {
        counted.failures_by_code[error_code] = (counted.failures_by_code[error_code] ?? 0) +
          requests;
      }
    }
    return figuresOf(counted);
  }
}

import type { PostgrestClient } from "@supabase/postgrest-js";
import { z } from "zod";
import { onFirstUse } from "../../lib/on_first_use.ts";
import type { Run } from "./run.ts";
import { type FiguresByServer, figuresOf, NOTHING, type Server, SERVERS } from "./figures.ts";
import { BOUNDS_SECONDS, type Total } from "./total.ts";

/** Bound on reading statistics, in milliseconds: a caller waits for them. */
const READ_TIMEOUT_MS = 2_000;

/** Bound on a write, in milliseconds: nobody waits for it, but a pending one keeps the isolate alive. */
const WRITE_TIMEOUT_MS = 5_000;

/** Rows of totals, at most: one for each server, outcome and bound that there has been. */
const MAX_TOTALS = 20_000;

/** A run with its id in the database. */
export interface IdentifiedRun extends Run {
  /** A UUID. */
  id: string;
}

/** The recorded runs of all isolates. */
export interface Statistics {
  lastHour: FiguresByServer;
  lastDay: FiguresByServer;
  /** Sums over all runs since the beginning. */
  totals: readonly Total[];
}

/** Returns the schema of the database's answer, created on first use: it takes 2 ms. */
const statisticsSchema = onFirstUse(makeStatistics);

function makeStatistics() {
  const count = z.int().nonnegative();
  const ownAlpha = count.default(0); // absent until the database has the migration
  const amount = z.number().nonnegative();
  const counted = z.object({
    requests: count,
    successes: count,
    failures_by_code: z.record(z.string(), count),
    api4ai_calls: count,
    cached_cutouts: count,
    own_alpha_cutouts: ownAlpha,
    total_processing_time: amount,
    p50: amount,
    p95: amount,
  });
  const window = z.partialRecord(z.enum([...SERVERS, "all"]), counted).default({})
    .transform((known): FiguresByServer => {
      const figuresFor = (server: Server | "all") => figuresOf(known[server] ?? NOTHING);
      return {
        all: figuresFor("all"),
        new: figuresFor("new"),
        legacy: figuresFor("legacy"),
        shadow: figuresFor("shadow"),
      };
    });
  const total = z.object({
    served_by: z.enum(SERVERS),
    error_code: z.string().nullable(),
    le: amount.nullable(),
    requests: count,
    api4ai_calls: count,
    cached_cutouts: count,
    own_alpha_cutouts: ownAlpha,
    seconds: amount,
    cpu_seconds: amount,
    bytes_in: count,
    bytes_out: count,
  });
  return z.object({
    windows: z.object({ last_hour: window, last_day: window }),
    totals: z.array(total).max(MAX_TOTALS),
  }).transform(({ windows: { last_hour, last_day }, totals }): Statistics => ({
    lastHour: last_hour,
    lastDay: last_day,
    totals,
  }));
}

/** Stores runs in Postgres; see `supabase/migrations`. Every method throws if the database does not answer. */
export class RunStore {
  readonly #client: Pick<PostgrestClient, "rpc">;
  readonly #keepDays: number;

  /**
   * @param client A client with the service's key.
   * @param keepDays Retention of runs, in days.
   */
  constructor(client: Pick<PostgrestClient, "rpc">, keepDays: number) {
    this.#client = client;
    this.#keepDays = keepDays;
  }

  /** Records runs, the cutouts of their photos, and the names of stored photos. A run that is already there is not changed. */
  async record(runs: readonly IdentifiedRun[]): Promise<void> {
    const cutouts = runs.flatMap(({ photoHash: photo_hash, cutoutPath: path }) =>
      photo_hash && path ? [{ photo_hash, path }] : []
    );
    const names = runs.flatMap(({ photoHash: photo_hash, filename, errorCode }) =>
      photo_hash && filename && !errorCode ? [{ photo_hash, filename: storable(filename) }] : []
    );
    const batch = { runs: runs.map(rowOf), bounds: BOUNDS_SECONDS, keep_days: this.#keepDays };
    await this.#call(
      "process_image_record",
      { batch: { ...batch, cutouts, names } },
      WRITE_TIMEOUT_MS,
    );
  }

  /** The project's statistics. */
  async statistics(): Promise<Statistics> {
    const answer = await this.#call("processing_runs_statistics", {}, READ_TIMEOUT_MS);
    return statisticsSchema().parse(answer);
  }

  async #call(
    name: string,
    parameters: Record<string, unknown>,
    timeoutMs: number,
  ): Promise<unknown> {
    const { data, error } = await this.#client.rpc(name, parameters)
      .abortSignal(AbortSignal.timeout(timeoutMs));
    if (error) throw new Error(`${name} failed: ${error.code} ${error.message}`);
    return data;
  }
}

function rowOf(run: IdentifiedRun): Record<string, unknown> {
  return {
    id: run.id,
    started_at: run.startedAt.toISOString(),
    request_id: run.requestId,
    error_code: run.errorCode,
    served_by: run.servedBy,
    is_shadow: run.isShadow,
    bytes_in: run.bytesIn,
    width_in: run.sizeIn?.width ?? null,
    height_in: run.sizeIn?.height ?? null,
    bytes_out: run.bytesOut,
    total_ms: tenths(run.totalMs),
    steps_ms: Object.fromEntries(
      Object.entries(run.stepsMs).map(([step, ms]) => [step, tenths(ms)]),
    ),
    cpu_ms: tenths(run.cpuMs),
    api4ai: run.api4ai,
    warnings: run.warnings,
  };
}

/** Replaces what Postgres cannot store in JSON: NUL and lone surrogates. */
function storable(text: string): string {
  return text.replaceAll("\0", "\ufffd").toWellFormed();
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

import type { IsolateStatistics } from "../../dev/hosted_runtime.ts";
import { percentile } from "../statistics.ts";
import { integer, type Table } from "../table.ts";
import type { ScenarioResult } from "./run_scenario.ts";

const COLUMNS = [
  "scenario",
  "uploads",
  "first try",
  "retried",
  "failed",
  "tries by status",
  "kept background",
  "handed over",
  "wall s",
  "p50 s",
  "p95 s",
  "isolates",
  "killed",
  "max CPU ms",
  "max MB",
  "objects",
  "faults",
];

/** Creates the table with one row per scenario. */
export function loadTable(results: readonly ScenarioResult[]): Table {
  return {
    title: "Uploads at once, under the hosted runtime's limits",
    note:
      "Photos of 12 megapixels, each a different file; p50 and p95 are of the successful ones, " +
      "including the waits between their tries. " +
      `An isolate is killed at ${
        integer(results[0].cpuHardMs)
      } ms of CPU: hosted Supabase's 2000 ms, ` +
      "scaled to this machine. " +
      "Faults: objects that cannot be read, or differ from the result of a run without limits.",
    columns: COLUMNS,
    rows: results.map(row),
  };
}

function row(result: ScenarioResult): string[] {
  const { scenario, uploads, statuses, isolates } = result;
  const good = uploads.filter(({ reply }) => reply);
  const first = good.filter(({ statuses }) => statuses.length === 1).length;
  const times = good.map(({ wallMs }) => wallMs);
  const max = (figures: number[]) => Math.max(0, ...figures);
  return [
    scenario.name,
    integer(uploads.length),
    integer(first),
    integer(good.length - first),
    integer(uploads.length - good.length),
    [...statuses].map(([status, count]) => `${count} x ${status || "broken"}`).join(", "),
    integer(good.filter(({ reply }) => !reply!.metadata.background.removed).length),
    integer(result.handOvers),
    seconds(result.wallMs),
    times.length > 0 ? seconds(percentile(times, 0.5)) : "-",
    times.length > 0 ? seconds(percentile(times, 0.95)) : "-",
    integer(isolates.length),
    integer(isolates.filter(isKilled).length),
    integer(max(isolates.map(({ cpuMs }) => cpuMs))),
    integer(max(isolates.map(({ peakMemoryBytes }) => peakMemoryBytes)) / 2 ** 20),
    integer(result.objects),
    integer(result.faults.length),
  ];
}

/** Checks whether the host killed an isolate at one of its limits. */
export function isKilled({ endedBecause }: IsolateStatistics): boolean {
  return endedBecause !== undefined && endedBecause !== "early_drop" &&
    endedBecause !== "termination";
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}

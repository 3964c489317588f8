import { percentile } from "../statistics.ts";
import { type Table, whole } from "../table.ts";
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

/** One row a scenario. */
export function loadTable(results: readonly ScenarioResult[]): Table {
  return {
    title: "Uploads at once, under the hosted runtime's limits",
    note: "Photos of 12 megapixels, each another file; p50 and p95 over those that succeeded, " +
      "with the waits between their tries. " +
      "Faults: objects that can not be read, or are not what a run without limits makes.",
    columns: COLUMNS,
    rows: results.map(row),
  };
}

function row(result: ScenarioResult): string[] {
  const { scenario, uploads, statuses, isolates } = result;
  const good = uploads.filter(({ reply }) => reply);
  const first = good.filter(({ statuses }) => statuses.length === 1).length;
  const times = good.map(({ wallMs }) => wallMs);
  const most = (figures: number[]) => Math.max(0, ...figures);
  return [
    scenario.name,
    whole(uploads.length),
    whole(first),
    whole(good.length - first),
    whole(uploads.length - good.length),
    [...statuses].map(([status, count]) => `${count} x ${status || "broken"}`).join(", "),
    whole(good.filter(({ reply }) => !reply!.metadata.background.removed).length),
    whole(result.handOvers),
    seconds(result.wallMs),
    times.length > 0 ? seconds(percentile(times, 0.5)) : "-",
    times.length > 0 ? seconds(percentile(times, 0.95)) : "-",
    whole(isolates.length),
    whole(isolates.filter(({ endedBecause }) => isKill(endedBecause)).length),
    whole(most(isolates.map(({ cpuMs }) => cpuMs))),
    whole(most(isolates.map(({ peakMemoryBytes }) => peakMemoryBytes)) / 2 ** 20),
    whole(result.objects),
    whole(result.faults.length),
  ];
}

function isKill(reason: ScenarioResult["isolates"][number]["endedBecause"]): boolean {
  return reason !== undefined && reason !== "early_drop" && reason !== "termination";
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}

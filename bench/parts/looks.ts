import { LOOKS } from "../../dev/looks/looks.ts";
import type { Backend } from "../backend.ts";
import { measureProcess, type ProcessCost } from "../measure_process.ts";
import { STREET } from "../photos.ts";
import { medianOf } from "../statistics.ts";
import { atMost, integer, ratio, type Table } from "../table.ts";

const LATER = 5;

/** Bound on a look's additional CPU for a default photo, in milliseconds. */
const MAX_MORE_MS = 60;

/** Measures the job in every look. The looks alternate, so that other load on the machine affects all alike. */
export async function benchLooks(backend: Backend, runs: number): Promise<Table[]> {
  const photo = await Deno.readFile(STREET.path);
  const queries = ["", ...LOOKS.map(({ options }) => `&${queryOf(options)}`)];
  const measured: ProcessCost[][] = queries.map(() => []);
  await measureProcess(backend, { photo, query: "", later: 0 }); // fills all caches of the system
  for (let run = 0; run < runs; run++) {
    for (const [index, query] of queries.entries()) {
      const work = { photo, query: `upload_to_storage=true${query}`, later: LATER };
      measured[index].push(await measureProcess(backend, work));
    }
  }
  const costs = measured.map((processes) => ({
    first: medianOf(processes, ({ first }) => first.mainThreadMs),
    later: medianOf(processes.flatMap(({ later }) => later), (cost) => cost.mainThreadMs),
  }));
  const [usual, ...looks] = costs;
  return [{
    title: "Looks",
    note:
      "street.jpg with three WebP variants in each look: CPU of the main thread in milliseconds, medians, and the " +
      "ratio to the defaults in the same run; goal: at most 60 ms more.",
    columns: ["look", "first", "later", "first / defaults", "later / defaults", "more, first", ""],
    rows: [
      ["defaults", integer(usual.first), integer(usual.later), "", "", "", ""],
      ...looks.map(({ first, later }, index) => [
        LOOKS[index].title,
        integer(first),
        integer(later),
        ratio(first / usual.first),
        ratio(later / usual.later),
        integer(first - usual.first),
        atMost(first - usual.first, MAX_MORE_MS),
      ]),
    ],
  }];
}

/** Writes options as a query; objects are JSON text. */
function queryOf(options: object): string {
  const values = Object.entries(options).map(([name, value]) => [
    name,
    typeof value === "object" ? JSON.stringify(value) : String(value),
  ]);
  return new URLSearchParams(values).toString();
}

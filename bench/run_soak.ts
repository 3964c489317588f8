/**
 * Soak test: many photos through one process. `deno task soak [COUNT]`, by default 1000 photos.
 *
 * Prints the memory every 50 photos. Fails if heap + external grow after the 50th photo, or if RSS grows by over 10 %.
 *
 * @module
 */
import { startBackend } from "./backend.ts";
import { megabytes } from "./memory_report.ts";
import { leaks, soak, type SoakSample } from "./soak.ts";

const EVERY = 50;
const PHOTOS = ["small.jpg", "dark.jpg", "studio.jpg", "street.jpg"];

async function run(count: number): Promise<string[]> {
  const from = performance.now();
  const print = ({ photos, countedBytes, peakBytes, rssBytes }: SoakSample) => {
    const cells = [
      String(photos).padStart(6),
      megabytes(countedBytes).padStart(16),
      megabytes(peakBytes).padStart(8),
      megabytes(rssBytes).padStart(8),
      ((performance.now() - from) / 1_000).toFixed(0).padStart(8),
    ];
    console.log(cells.join(" "));
  };
  await using backend = await startBackend();
  console.log("photos  heap + external  peak MB   RSS MB  seconds");
  return leaks(await soak(backend, { photos: PHOTOS, count, every: EVERY, onSample: print }));
}

const count = Number(Deno.args[0] ?? 1_000);
if (!Number.isInteger(count) || count < 2 * EVERY) {
  console.error(`Usage: deno task soak [COUNT], an integer of ${2 * EVERY} or more.`);
  Deno.exit(2);
}
const found = await run(count);
console.log(found.length === 0 ? "Memory stayed flat." : found.join("\n"));
// PGlite resets `Deno.exitCode` as it closes.
Deno.exit(found.length === 0 ? 0 : 1);

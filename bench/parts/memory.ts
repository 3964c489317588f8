import { type Backend, DENO } from "../backend.ts";
import { MEASURED_ENTRY, MEASURED_ENV, megabytes, readMemory } from "../memory_report.ts";
import { jpegPhotos, otherPhotos, type Photo, STREET } from "../photos.ts";
import { neverSeen, sendPhoto } from "../send_photo.ts";
import { atMost, type Table } from "../table.ts";

/** Bound above which hosted Supabase drops an idle isolate. */
const GOAL_BYTES = 128 << 20;

const AT_ONCE = 5;

/** Measures the memory of a fresh process's first request, by the figure that the hosted runtime limits. */
export async function benchMemory(backend: Backend): Promise<Table[]> {
  const rows: string[][] = [];
  for (const photo of await jpegPhotos()) rows.push(await measure(backend, photo, 1, true));
  rows.push(await measure(backend, STREET, AT_ONCE, false));
  for (const photo of await otherPhotos()) rows.push(await measure(backend, photo, 1, false));
  return [{
    title: "Memory",
    note:
      `heapUsed + external on Deno ${DENO}, in MB of 2^20 bytes: hosted Supabase ends an isolate above 256 and ` +
      "drops one above 128 once it is idle. The peak is the highest figure at the end of any step.",
    columns: ["photo", "after boot", "peak", "after", "and collected", "RSS", "goal (peak)", ""],
    rows,
  }];
}

async function measure(
  backend: Backend,
  photo: Photo,
  count: number,
  isGoal: boolean,
): Promise<string[]> {
  const input = await Deno.readFile(photo.path);
  const served = await backend.start({ entrypoint: MEASURED_ENTRY, env: MEASURED_ENV });
  try {
    const boot = await readMemory(served.url, true);
    await Promise.all(
      Array.from(
        { length: count },
        () => sendPhoto(served.url, backend.headers, neverSeen(input), "upload_to_storage=true"),
      ),
    );
    const after = await readMemory(served.url, false);
    const collected = await readMemory(served.url, true);
    return [
      count === 1 ? photo.name : `${photo.name}, ${count} at once`,
      megabytes(boot.countedBytes),
      megabytes(after.peakBytes),
      megabytes(after.countedBytes),
      megabytes(collected.countedBytes),
      megabytes(after.rssBytes),
      isGoal ? "< 128" : "",
      isGoal ? atMost(after.peakBytes, GOAL_BYTES) : "",
    ];
  } finally {
    await served.close();
  }
}

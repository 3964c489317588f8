import type { Backend } from "../backend.ts";
import { type Cost, measureProcess, type ProcessCost } from "../measure_process.ts";
import { maskOfSize, type PeerCost, runSharp } from "../peers.ts";
import { fixturePath, jpegPhotos, otherPhotos, type Photo, STREET } from "../photos.ts";
import { medianOf } from "../statistics.ts";
import { atMost, integer, ratio, type Table } from "../table.ts";

/** Number of processes: enough for figures without a goal, as slow inputs take seconds. */
const RUNS = 3;

/** Goals for the first request, in milliseconds of the main thread's CPU. */
const GOALS: Record<string, number> = { "JPEG 24 MP": 1_300, "JPEG 48 MP": 1_700 };

/** Measures the job with other photos and another output. */
export async function benchInputs(backend: Backend): Promise<Table[]> {
  const rows: string[][] = [];
  const add = async (photo: Photo, format: "webp" | "png") => {
    const input = await Deno.readFile(photo.path);
    const query = `upload_to_storage=true&format=${format}`;
    const ours: ProcessCost[] = [];
    const sharp: PeerCost[] = [];
    for (let i = 0; i < RUNS; i++) {
      ours.push(await measureProcess(backend, { photo: input, query, warmUps: 1, later: 2 }));
      sharp.push(...await bySharp(backend, photo, format));
    }
    rows.push(row(`${photo.name}, ${sizeOf(input)}`, format, ours, sharp, GOALS[photo.name]));
  };
  for (const photo of await jpegPhotos()) await add(photo, "webp");
  await add(STREET, "png");
  for (const photo of await otherPhotos()) await add(photo, "webp");
  return [{
    title: "Inputs and outputs",
    note:
      `The same job. CPU of the main thread in milliseconds, medians of ${RUNS} processes; decode is the wall time of ` +
      "the first request's step; sharp is the whole process (effort 2), or - if it cannot read the format.",
    columns: ["photo", "output", "first", "decode", "later", "sharp", "first / sharp", "goal", ""],
    rows,
  }];
}

function row(
  name: string,
  format: string,
  ours: ProcessCost[],
  sharp: PeerCost[],
  goal: number | undefined,
): string[] {
  const first = medianOf(ours, (run) => run.first.mainThreadMs);
  const later = medianOf(ours.flatMap((run): Cost[] => run.later), (run) => run.mainThreadMs);
  const peer = sharp.length > 0 ? medianOf(sharp, ({ firstMs }) => firstMs) : undefined;
  return [
    name,
    format,
    integer(first),
    integer(medianOf(ours, (run) => run.first.stepsMs.decode ?? 0)),
    integer(later),
    peer === undefined ? "-" : integer(peer),
    peer === undefined ? "-" : ratio(first / peer),
    goal === undefined ? "" : `<= ${goal}`,
    goal === undefined ? "" : atMost(first, goal),
  ];
}

/** Runs the peer with a mask of the function's working size; `undefined` if it cannot read the photo. */
async function bySharp(
  backend: Backend,
  photo: Photo,
  format: "webp" | "png",
): Promise<PeerCost[]> {
  const { width = 0, height = 0 } = backend.simulator.requests.at(-1) ?? {};
  const mask = await maskOfSize(fixturePath("street.mask.png"), { width, height });
  try {
    return [await runSharp(photo.path, mask, { effort: 2, format })];
  } catch {
    return [];
  }
}

function sizeOf(file: Uint8Array): string {
  return `${(file.length / 1e6).toFixed(1)} MB`;
}

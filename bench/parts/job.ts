import { type Backend, DENO } from "../backend.ts";
import { type Cost, measureProcess, type ProcessCost } from "../measure_process.ts";
import {
  findPillow,
  maskOfSize,
  type PeerCost,
  runPillow,
  runSharp,
  type SharpSettings,
} from "../peers.ts";
import { fixturePath, STREET } from "../photos.ts";
import { median, medianOf } from "../statistics.ts";
import { atMost, integer, ratio, type Table } from "../table.ts";

const PHOTO = STREET.path;
const MASK = fixturePath("street.mask.png");
const QUERY = "upload_to_storage=true";
const LATER = 5;

/** CPU that jobs may use of an isolate's 2000 ms. */
const ISOLATE_MS = 1_760;

/** sharp with the function's setting for large pictures (libwebp's method 2), and with its default. */
const SHARPS = {
  quick: { effort: 2, format: "webp" },
  usual: { effort: 4, format: "webp" },
} as const;

/** Measurements of the job. */
interface Measured {
  ours: ProcessCost[];
  quick: PeerCost[];
  usual: PeerCost[];
  pillow: PeerCost[];
}

/** Measures the job, its peers and its steps. Processes alternate, so that other load on the machine affects all alike. */
export async function benchJob(backend: Backend, runs: number): Promise<Table[]> {
  const photo = await Deno.readFile(PHOTO);
  await measureProcess(backend, { photo, query: QUERY, later: 0 }); // fills all caches of the system
  const { width = 0, height = 0 } = backend.simulator.requests.at(-1) ?? {};
  const mask = await maskOfSize(MASK, { width, height });
  const pillow = await findPillow();
  const measured: Measured = { ours: [], quick: [], usual: [], pillow: [] };
  const sharp = (settings: SharpSettings) => runSharp(PHOTO, mask, settings);
  for (let i = 0; i < runs; i++) {
    measured.ours.push(await measureProcess(backend, { photo, query: QUERY, later: LATER }));
    measured.quick.push(await sharp(SHARPS.quick));
    measured.usual.push(await sharp(SHARPS.usual));
    if (pillow) measured.pillow.push(await runPillow(pillow.python, PHOTO, MASK));
  }
  return [costs(measured), goals(measured), steps(measured.ours)];
}

/**
 * Computes how many photos an isolate finishes within {@linkcode ISOLATE_MS}, boot included: the first, the second, and later ones.
 * The fraction is the share of the next photo.
 */
function photosOf(ours: ProcessCost[]): number {
  const first = medianOf(ours, (run) => run.first.mainThreadMs);
  const second = medianOf(ours.flatMap((run) => run.second ?? []), (run) => run.mainThreadMs);
  const later = medianOf(laterOf(ours), (run) => run.mainThreadMs);
  return 2 + (ISOLATE_MS - first - second) / later;
}

function laterOf(ours: ProcessCost[]): Cost[] {
  return ours.flatMap(({ later }) => later);
}

function costs({ ours, quick, usual, pillow }: Measured): Table {
  const cpu = (name: string, runs: Cost[]) => [
    name,
    integer(medianOf(runs, (run) => run.mainThreadMs)),
    integer(medianOf(runs, (run) => run.allThreadsMs)),
    integer(medianOf(runs, (run) => run.wallMs)),
  ];
  const peer = (name: string, values: number[]) => [name, "", integer(median(values)), ""];
  const sharp = (name: string, runs: PeerCost[]) => [
    peer(`${name}, whole process`, runs.map(({ firstMs }) => firstMs)),
    peer(`${name}, second job of a process`, runs.map(({ secondMs }) => secondMs ?? 0)),
  ];
  return {
    title: "The job",
    note:
      `street.jpg (12 megapixels), API4.ai answering at once, three WebP variants stored, over HTTP, Deno ${DENO}. ` +
      "Milliseconds; medians. Hosted Supabase counts the main thread: 1000 retires an isolate, 2000 kills it.",
    columns: ["", "CPU main thread", "CPU all threads", "wall"],
    rows: [
      [
        "boot, to the first health check",
        integer(medianOf(ours, ({ boot }) => boot.mainThreadMs)),
        integer(medianOf(ours, ({ boot }) => boot.allThreadsMs)),
        "",
      ],
      cpu("first request, boot included", ours.map(({ first }) => first)),
      cpu("second request", ours.flatMap(({ second }) => second ?? [])),
      cpu("later requests", laterOf(ours)),
      [`photos in ${ISOLATE_MS} ms, back to back`, photosOf(ours).toFixed(1), "", ""],
      ...sharp("sharp, effort 2 (as ours)", quick),
      ...sharp("sharp, effort 4 (its default)", usual),
      pillow.length > 0
        ? peer("Pillow, whole process", pillow.map(({ firstMs }) => firstMs))
        : ["Pillow (not installed: python3-pil)", "", "-", ""],
    ],
  };
}

function goals({ ours, quick, usual, pillow }: Measured): Table {
  const first = medianOf(ours, (run) => run.first.mainThreadMs);
  const later = medianOf(laterOf(ours), (run) => run.mainThreadMs);
  const against = (
    value: number,
    peer: PeerCost[],
    goal: number,
    name: string,
    msOf = ({ firstMs }: PeerCost) => firstMs,
  ) => {
    const share = value / medianOf(peer, msOf);
    return [name, ratio(share), `<= ${ratio(goal)}`, atMost(share, goal)];
  };
  const ms = (value: number, goal: number, stretch: number, name: string) => [
    name,
    `${integer(value)} ms`,
    `<= ${goal} ms (${stretch})`,
    value <= stretch ? "ok, and the stretch" : atMost(value, goal),
  ];
  return {
    title: "The job's goals",
    note: "CPU of our main thread against CPU of a peer's whole process, or of its second job.",
    columns: ["", "measured", "goal (stretch)", ""],
    rows: [
      ms(first, 1000, 800, "first request"),
      against(first, quick, 0.85, "first request / sharp, effort 2"),
      against(first, usual, 0.8, "first request / sharp, effort 4"),
      ms(later, 500, 400, "later requests"),
      against(
        later,
        quick,
        0.6,
        "later requests / sharp, effort 2, second job",
        ({ secondMs }) => secondMs ?? Infinity,
      ),
      against(later, usual, 0.45, "later requests / sharp, effort 4"),
      ...(pillow.length > 0
        ? [
          against(first, pillow, 0.1, "first request / Pillow"),
          against(later, pillow, 0.1, "later requests / Pillow"),
        ]
        : []),
    ],
  };
}

function steps(ours: ProcessCost[]): Table {
  const later = laterOf(ours);
  const ofStep = (runs: Cost[], step: string) =>
    integer(medianOf(runs, ({ stepsMs }) => stepsMs[step] ?? 0));
  return {
    title: "The job by step",
    note:
      "Wall time by the function's `timings_ms`, in milliseconds; medians. `background` and `store` wait for other services.",
    columns: ["step", "first request", "later requests"],
    rows: Object.keys(later[0].stepsMs).map((step) => [
      step,
      ofStep(ours.map(({ first }) => first), step),
      ofStep(later, step),
    ]),
  };
}

/**
 * Sends phones' photos, one and five at once, to cold isolates under the hosted runtime's limits. `deno task phones`, about
 * 20 minutes (Linux).
 *
 * Prints a table with one row per photo, and writes it to `bench/PHONES.md`. A shorter run that writes nothing:
 * `deno task phones --photo HEIC`, with a part of the photos' names.
 *
 * @module
 */
import { exitAfter } from "./exit_after.ts";
import { parseArgs } from "node:util";
import { HOSTED_LIMITS } from "../dev/hosted_runtime/limits.ts";
import { isKilled } from "./load/load_table.ts";
import { runScenario, type ScenarioResult } from "./load/run_scenario.ts";
import { describeProcessor } from "./machine.ts";
import { phonePhotos, type Photo } from "./photos.ts";
import { installPeers } from "./peers.ts";
import { integer, markdown, type Table } from "./table.ts";

const REPORT = new URL("PHONES.md", import.meta.url);
const AT_ONCE = 5;

/** All photos are allowed, so that the table shows what the isolates' limits refuse. */
const ENV = { CUTOUT_BUCKET: "car-cutouts", MAX_IMAGE_PIXELS: "200000000" };

const COLUMNS = [
  "photo",
  "MB",
  "answer",
  "isolates",
  "CPU of each",
  "largest MB",
  `${AT_ONCE} at once`,
  "refused meanwhile",
  "isolates",
  "killed",
  "largest CPU",
  "largest MB",
];

async function row({ name, path }: Photo): Promise<string[]> {
  const { size } = await Deno.stat(path);
  const run = (uploads: number) =>
    runScenario(
      { name, uploads, atOnce: uploads, warm: false, latencyMs: 0 },
      { photoPath: path, compare: false, env: ENV },
    );
  const alone = await run(1);
  const fails = alone.uploads[0].complaint !== undefined;
  const many = fails ? null : await run(AT_ONCE);
  return [name, (size / 1e6).toFixed(1), answerOf(alone), ...isolatesOf(alone), ...atOnce(many)];
}

/** The answer to a photo: 200, or the status and the error's code. */
function answerOf({ uploads: [{ statuses, complaint }] }: ScenarioResult): string {
  const code = complaint?.match(/"code":"(\w+)"/)?.[1];
  return [statuses.at(-1), code].filter((part) => part !== undefined).join(" ");
}

function isolatesOf({ isolates, cpuHardMs }: ScenarioResult): string[] {
  const used = isolates.filter(({ requests }) => requests > 0);
  const cpu = used.map(({ cpuMs }) => integer(cpuMs / slowdown(cpuHardMs)));
  return [integer(used.length), cpu.join(", "), megabytes(used.map((one) => one.peakMemoryBytes))];
}

function atOnce(result: ScenarioResult | null): string[] {
  if (result === null) return ["-", "-", "-", "-", "-", "-"];
  const { uploads, statuses, isolates, cpuHardMs, faults } = result;
  const good = uploads.filter(({ reply }) => reply).length;
  const refused = [...statuses].filter(([status]) => status !== 200)
    .map(([status, count]) => `${count} x ${status || "broken"}`);
  return [
    faults.length > 0 ? `${good}, faults: ${faults.length}` : integer(good),
    refused.join(", ") || "-",
    integer(isolates.length),
    integer(isolates.filter(isKilled).length),
    integer(Math.max(...isolates.map(({ cpuMs }) => cpuMs)) / slowdown(cpuHardMs)),
    megabytes(isolates.map((one) => one.peakMemoryBytes)),
  ];
}

function slowdown(cpuHardMs: number): number {
  return cpuHardMs / HOSTED_LIMITS.cpuHardMs;
}

function megabytes(bytes: number[]): string {
  return integer(Math.max(...bytes) / 2 ** 20);
}

function tableOf(rows: string[][]): Table {
  return {
    title: "Phones' photos, under the hosted runtime's limits",
    note:
      `Alone and ${AT_ONCE} at once, in cold isolates of Deno 2.1.4; one run each. CPU in milliseconds of the ` +
      "isolate's thread, divided by the machine's slowdown, with its start and the work that makes the host retire it: " +
      "the host kills an isolate at 2000. Memory is heap and external memory in MB of 2^20 bytes: the host kills at 256. " +
      "`MAX_IMAGE_PIXELS` is 200000000. Refused meanwhile: answers that made the caller send its photo again.",
    columns: COLUMNS,
    rows,
  };
}

async function run(): Promise<void> {
  const { values } = parseArgs({ args: Deno.args, options: { photo: { type: "string" } } });
  await installPeers();
  const photos = await phonePhotos(values.photo ?? "");
  if (photos.length === 0) throw new Error(`--photo: no photo's name contains "${values.photo}".`);
  const rows: string[][] = [];
  for (const photo of photos) {
    console.log(`${photo.name} ...`);
    rows.push(await row(photo));
    console.log(rows.at(-1)!.join(" | "));
  }
  const table = markdown(tableOf(rows));
  console.log(table);
  if (values.photo !== undefined) return;
  await Deno.writeTextFile(
    REPORT,
    `# Phones' photos\n\nWritten by \`deno task phones\`.\n\n${await describeProcessor()}\n\n${table}`,
  );
}

if (import.meta.main) await exitAfter(run);

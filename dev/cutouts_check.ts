/**
 * Compares a model's cutouts with true masks: `deno task cutouts-check [--model u2netp|small|medium] [PHOTO...]`.
 *
 * It uses the fixtures, and photos with a `NAME.mask.png` or `NAME.cutout.png` beside them. It prints a table in Markdown; the exit
 * status is 1 if a mask has an IoU below 0.98.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { decodeGrey, decodeRgb, startImageMagick } from "./api4ai/image_files.ts";
import { compareMasks } from "./cutouts/check/compare_masks.ts";
import { readReferences, type Reference } from "./cutouts/check/references.ts";
import { type CoarseMask, Segmenter } from "./cutouts/inference/segmenter.ts";
import { enlargeMask, placeMask } from "./cutouts/mask/refine_mask.ts";
import { DEFAULT_MODEL, type ModelName, MODELS } from "./cutouts/model/catalogue.ts";
import { fetchModel } from "./cutouts/model/fetch_model.ts";
import { ModelProcess } from "./cutouts/process/model_process.ts";
import { drawProgress } from "./cutouts/progress_bar.ts";
import { readCpuTimes } from "./linux_cpu.ts";

const GOAL_IOU = 0.98;

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: { model: { type: "string", default: DEFAULT_MODEL } },
});
if (!Object.hasOwn(MODELS, values.model)) {
  console.error(`Expected one of ${Object.keys(MODELS).join(", ")} for --model.`);
  Deno.exit(2);
}
const model = MODELS[values.model as ModelName];
const file = await fetchModel(model, { say: console.error, onProgress: drawProgress() });
await startImageMagick();
const references = await readReferences(positionals);

const serving = new ModelProcess({ file, input: model, onLog: console.error });
await serving.start();
const refined = [];
for (const { photo } of references) {
  const startedAt = performance.now();
  const cpuBefore = await cpuSeconds(serving.pid!);
  const cut = await serving.cut(photo, "fg-mask");
  if (cut === null || cut === "too big") throw new Error("A photo was refused.");
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpu = await cpuSeconds(serving.pid!) - cpuBefore;
  refined.push({ mask: decodeGrey(cut.png), seconds, cpu });
}
const peak = await peakMemory(serving.pid!);
await serving.close();

const segmenter = await Segmenter.load(file, model);
console.log(
  `${model.title}, ${navigator.hardwareConcurrency} cores, peak memory of its process: ${peak}

| photo | IoU before | after | soft IoU before | after | edge error before | after | seconds | of CPU |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |`,
);
let allReached = true;
for (const [i, { name, photo, truth }] of references.entries()) {
  const before = compareMasks(placed(await segmenter.segment(decodeRgb(photo)!), truth), truth);
  const { mask, seconds, cpu } = refined[i];
  const after = compareMasks(mask, truth);
  allReached &&= after.iou >= GOAL_IOU;
  const cells = [
    `${name}, ${truth.width} x ${truth.height}`,
    ...[before.iou, after.iou, before.softIou, after.softIou].map((share) => share.toFixed(3)),
    ...[before.edgePx, after.edgePx].map((px) => `${px.toFixed(2)} px`),
    ...[seconds, cpu].map((value) => value.toFixed(1)),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
Deno.exit(allReached ? 0 : 1);

function placed(coarse: CoarseMask, size: Reference["truth"]): Reference["truth"] {
  return placeMask(enlargeMask(coarse), size);
}

/** Reads the CPU time of all threads of a process (Linux; elsewhere NaN), in seconds. */
async function cpuSeconds(pid: number): Promise<number> {
  const times = await readCpuTimes(pid).catch(() => undefined);
  return times ? times.allThreadsMs / 1_000 : NaN;
}

/** Reads a process's peak resident memory (Linux). */
async function peakMemory(pid: number): Promise<string> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes ? `${Math.round(Number(kilobytes) / 1_000)} MB` : "unknown";
}

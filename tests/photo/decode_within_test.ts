// Proves that a photo that takes more CPU than its job may use is stopped, on slow machines too, and that the account
// learns their pace.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { Admission } from "../../shared/isolate/admission.ts";
import type { CpuSlot } from "../../shared/isolate/cpu_slot.ts";
import type { PhotoHeader } from "../../shared/image/decode/inspect_photo.ts";
import { tryEngine } from "../../shared/image/engine/try_engine.ts";
import { decodeWithin } from "../../shared/photo/decode_within.ts";
import { estimateJob } from "../../shared/photo/estimate_cpu.ts";
import { estimateStepsMs } from "../../shared/photo/estimate_decode.ts";
import { fixture } from "../helpers/fixtures.ts";
import { jpegOfValues } from "../helpers/plain_jpegs.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { pngOf } from "../helpers/png_files.ts";
import { ManualClock } from "../helpers/manual_clock.ts";
import { JOB_MS, STEPS_SHARE, TASK_MS } from "../../shared/isolate/cpu_costs.ts";

const BUDGET_MS = 2_000;

/** Share of its estimate that rendering an ordinary photo takes. */
const RENDERING_SHARE = 0.77;
const small = await rasterOf(await fixture("small.jpg"), (image) => image.resize(320, 240));
const PLAIN = { width: 4_000, height: 3_000 };
const NO_LOAD = { alpha: false, profile: false, ink: false, grey: false, scans: 1 };
/** A picture of 50 rows of units, each with a restart, which the pixel loops decode at half of its size. */
const FLAT_JPEG = jpegOfValues({
  ...{ width: 3_600, height: 800, sampling: "4:2:0", interval: 225, divisor: () => 9 },
  block: () => [9, 3, ...new Array(62).fill(0)],
});
const FILES = {
  jpeg: await fileOf(small, MagickFormat.Jpeg),
  /** A PNG with a palette, which the engine reads. */
  png: await fileOf(small, MagickFormat.Png8),
  bmp: await fileOf(small, MagickFormat.Bmp),
  heic: await fixture("formats/small.heic"),
  "plain jpeg": FLAT_JPEG,
  "plain png": pngOf({
    ...PLAIN,
    rows: new Uint8Array(PLAIN.height * (1 + 3 * PLAIN.width)),
    colorType: 2,
  }),
};
type Format = keyof typeof FILES;
let trialSteps = 0;
await tryEngine(() => ++trialSteps > 0);

/**
 * Creates the header of a photo of this size; its file is a small one, whose steps take the large one's time. A PNG that is read
 * row by row has the size of its header.
 */
function headerOf(format: Format, megapixels: number): PhotoHeader {
  const side = Math.sqrt(megapixels * 1e6 / 12);
  const size = { width: Math.floor(4 * side), height: Math.floor(3 * side) };
  if (format === "plain png") return { format: "png", ...PLAIN };
  if (format === "plain jpeg") {
    const load = { ...NO_LOAD, bytes: 0.18e6 * megapixels, plain: true };
    return { format: "jpeg", ...size, load };
  }
  return format === "png"
    ? { format, ...size, load: { ...NO_LOAD, bytes: 1.5e6 * megapixels } }
    : { format, ...size };
}

/** An isolate on a machine that is slower than the estimates by a factor, as its clock and the host see it. */
class SlowIsolate {
  readonly clock = new ManualClock();
  readonly admission: Admission;
  readonly #slowness: number;
  trials = 0;

  constructor(slowness: number, budgetMs = BUDGET_MS) {
    this.#slowness = slowness;
    const { now } = this.clock;
    this.admission = new Admission({ budgetMs, usedMs: TASK_MS.start, now });
  }

  /** CPU as the host counts it. */
  get cpuMs(): number {
    return TASK_MS.start * this.#slowness + this.clock.now();
  }

  compute(estimatedMs: number): void {
    this.clock.advance(estimatedMs * this.#slowness);
  }

  /** Processes a photo, whose decoding takes `hardness` times what an ordinary one takes, and returns the outcome. */
  async process(format: Format, megapixels: number, hardness = 1): Promise<string> {
    const header = headerOf(format, megapixels);
    const steps = await rowsOf(format);
    const turn = await this.admission.enter((first) => estimateJob(header, "webp", first));
    if (!turn) return "isolate_busy";
    const { finishMs } = estimateJob(header, "webp", turn.isFirst);
    if (turn.isFirst && format !== "plain jpeg") this.compute(60); // the engine's start
    const share = STEPS_SHARE[format === "plain jpeg" ? "plainJpeg" : "others"];
    const usual = turn.isFirst ? share.first : share.later;
    this.#slowDown(turn, hardness * usual * estimateStepsMs(header) / steps);
    const decoded = await decodeWithin(FILES[format], header, turn);
    if (!decoded.ok) {
      turn.end();
      return decoded.error.code;
    }
    decoded.value[Symbol.dispose]();
    turn.prepared();
    this.compute(finishMs * RENDERING_SHARE);
    turn.end();
    return "done";
  }

  /** Delays each of the engine's steps. */
  #slowDown(turn: CpuSlot, rowMs: number): void {
    const { step } = turn;
    let calls = 0;
    const isTried = () => calls++ < trialSteps && this.trials > 0;
    Object.assign(turn, {
      step: () => {
        this.compute(isTried() ? JOB_MS.trial / trialSteps : rowMs);
        return step();
      },
    });
    const { isTight } = turn;
    if (isTight) this.trials++;
  }
}

const rows = new Map<Format, number>();
async function rowsOf(format: Format): Promise<number> {
  if (!rows.has(format)) {
    let count = 0;
    const turn =
      (await new Admission({ budgetMs: 0 }).enter(() => ({ prepareMs: 1, finishMs: 1 })))!;
    Object.assign(turn, { step: () => ++count > 0 });
    const decoded = await decodeWithin(FILES[format], headerOf(format, 1), turn);
    if (decoded.ok) decoded.value[Symbol.dispose]();
    rows.set(format, Math.max(1, count));
  }
  return rows.get(format)!;
}

const CASES: [Format, number][] = [
  ["png", 3],
  ["png", 5.4],
  ["plain png", 12],
  ["bmp", 13],
  ["jpeg", 12],
  ["jpeg", 48],
  ["plain jpeg", 12],
  ["plain jpeg", 48],
];
for (const [format, megapixels] of CASES) {
  Deno.test(`a ${format} of ${megapixels} megapixels ends within the budget, or is stopped within it, however slow the machine is`, async () => {
    for (const slowness of [1, 1.3, 1.6, 2, 3, 5]) {
      for (const hardness of [1, 1.3, 3]) {
        const isolate = new SlowIsolate(slowness);
        const outcome = await isolate.process(format, megapixels, hardness);
        const told = `slowness ${slowness}, hardness ${hardness}: ${outcome}, ${isolate.cpuMs} ms`;
        assert.ok(isolate.cpuMs <= BUDGET_MS, told);
        const stopped = format.endsWith("jpeg") && outcome === "isolate_busy" ||
          outcome === "image_too_costly";
        assert.ok(outcome === "done" || stopped, told);
        if (slowness === 1 && hardness === 1) assert.equal(outcome, "done", told);
      }
    }
  });
}

Deno.test("an ordinary JPEG of 108 megapixels is decoded on a machine at which its bound would not fit", async () => {
  const isolate = new SlowIsolate(1.2);
  assert.equal(await isolate.process("jpeg", 108), "done");
  assert.equal(isolate.trials, 1);
  assert.ok(isolate.cpuMs <= BUDGET_MS, `${isolate.cpuMs}`);
});

Deno.test("a HEIC of 5 megapixels, which cannot be stopped, does not begin at half speed", async () => {
  const isolate = new SlowIsolate(2);
  assert.equal(await isolate.process("heic", 5), "image_too_costly");
  assert.equal(isolate.trials, 1);
  assert.ok(isolate.cpuMs < BUDGET_MS / 2, `${isolate.cpuMs}`);
});

Deno.test("a photo that is stopped beside other jobs goes to another isolate, and leaves them their CPU", async () => {
  const isolate = new SlowIsolate(1);
  const other = (await isolate.admission.enter(() => ({ prepareMs: 100, finishMs: 300 })))!;
  isolate.compute(100);
  other.prepared();
  const answer = Promise.withResolvers<void>();
  const waiting = other.suspend(() => answer.promise);
  assert.equal(await isolate.process("png", 2, 20), "isolate_busy");
  answer.resolve();
  await waiting;
  isolate.compute(300);
  other.end();
  assert.ok(isolate.cpuMs <= BUDGET_MS, `${isolate.cpuMs}`);
});

Deno.test("the measured pace of a photo decides which photos are admitted after it", async () => {
  const taken = async (slowness: number) => {
    const isolate = new SlowIsolate(slowness);
    assert.equal(await isolate.process("png", 0.8), "done");
    return await isolate.process("png", 12);
  };
  assert.equal(await taken(1), "done");
  assert.equal(await taken(1.8), "isolate_busy");
});

for (const slowness of [1, 2, 3]) {
  Deno.test(`the account of three ordinary photos on a machine ${slowness} times as slow as the estimates is within 5 % of the truth`, async () => {
    const isolate = new SlowIsolate(slowness, BUDGET_MS * slowness);
    for (let photo = 0; photo < 3; photo++) assert.equal(await isolate.process("jpeg", 12), "done");
    const ratio = isolate.admission.usedMs / isolate.cpuMs;
    assert.ok(ratio > 0.95 && ratio < 1.05, `${isolate.admission.usedMs} of ${isolate.cpuMs} ms`);
  });
}

Deno.test("a JPEG of 12 megapixels is processed by a fresh isolate that is 2.8 times as slow as the estimates", async () => {
  const isolate = new SlowIsolate(2.8);
  assert.equal(await isolate.process("jpeg", 12), "done");
  assert.ok(isolate.cpuMs <= BUDGET_MS, `${isolate.cpuMs}`);
});

Deno.test("a plain JPEG measures the machine's pace, and a damaged one, which is decoded twice, does not", async () => {
  const paceAfter = async (file: Uint8Array<ArrayBuffer>, stepMs: number) => {
    const clock = new ManualClock();
    const admission = new Admission({ budgetMs: BUDGET_MS, now: clock.now });
    const header = { ...headerOf("plain jpeg", 12), width: 3_600, height: 800 };
    const turn = (await admission.enter((first) => estimateJob(header, "webp", first)))!;
    const { step } = turn;
    Object.assign(turn, { step: () => (clock.advance(stepMs), step()) });
    const decoded = await decodeWithin(file, header, turn);
    if (!decoded.ok) throw decoded.error;
    const { damaged } = decoded.value;
    decoded.value[Symbol.dispose]();
    return { damaged, pace: turn.pace };
  };
  const sound = await paceAfter(FLAT_JPEG, 2);
  assert.equal(sound.damaged, false);
  assert.ok(sound.pace > 1.5, `${sound.pace}`);
  const file = FLAT_JPEG.slice();
  file[file.length >> 1] ^= 0x55;
  assert.deepEqual(await paceAfter(file, 0.25), { damaged: true, pace: 1 });
});

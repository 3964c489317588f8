import { VARIANTS } from "../../shared/image/plan.ts";
import { inside } from "../../tests/helpers/car_geometry.ts";
import { rasterOf } from "../../tests/helpers/magick_files.ts";
import { psnr } from "../../tests/helpers/psnr.ts";
import type { Backend } from "../backend.ts";
import { measureProcess } from "../measure_process.ts";
import { STREET } from "../photos.ts";
import { referenceOf, renderReference } from "../reference.ts";
import { sendPhoto } from "../send_photo.ts";
import { medianOf } from "../statistics.ts";
import { integer, type Table } from "../table.ts";
import { answeredMask, decodeFiles } from "./quality.ts";

const ROOT = new URL("../../", import.meta.url);
const SIDES = ["1_512", "2_048"];
const LINE = /WORKING_SIDE_PX = [\d_]+;/;
const LATER = 5;
const ERODED_PX = 4;

/** Measures the cost of the job at another working size, and the quality of its variants. */
export async function benchWorkingSize(backend: Backend, runs: number): Promise<Table[]> {
  const photo = await Deno.readFile(STREET.path);
  const rows: string[][] = [];
  for (const side of SIDES) {
    const folder = await copyWith(side);
    const entrypoint = `${folder}/functions/process-image/index.ts`;
    const changed: Backend = {
      ...backend,
      start: (options) => backend.start({ ...options, entrypoint }),
    };
    try {
      const costs = [];
      for (let i = 0; i < runs; i++) {
        costs.push(
          await measureProcess(changed, { photo, query: "upload_to_storage=true", later: LATER }),
        );
      }
      const first = medianOf(costs, (cost) => cost.first.mainThreadMs);
      const later = medianOf(costs.flatMap((cost) => cost.later), (cost) => cost.mainThreadMs);
      const width = backend.simulator.requests.at(-1)?.width ?? 0;
      rows.push([`${width} px`, integer(first), integer(later), ...await likeness(changed, photo)]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  return [{
    title: "Working sizes",
    note:
      "The job at two working sizes that the JPEG decoder produces without resampling: CPU of the main thread in " +
      "milliseconds, and PSNR in dB of lossless variants inside the car against a full-quality reference. The car takes " +
      "about 60 % of a phone photo's width, so the smaller size enlarges detail.",
    columns: ["working size", "first", "later", ...VARIANTS],
    rows,
  }];
}

/** Copies the function to a separate folder and changes its working size. */
async function copyWith(side: string): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const name of ["deno.json", "functions", "shared"]) {
    await copy(new URL(name, ROOT), `${folder}/${name}`);
  }
  const plan = `${folder}/shared/image/plan.ts`;
  const source = await Deno.readTextFile(plan);
  if (!LINE.test(source)) throw new Error("shared/image/plan.ts has no working size.");
  await Deno.writeTextFile(plan, source.replace(LINE, `WORKING_SIDE_PX = ${side};`));
  return folder;
}

async function copy(from: URL, to: string): Promise<void> {
  if ((await Deno.stat(from)).isFile) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) {
    await copy(new URL(`${from.href}/${name}`), `${to}/${name}`);
  }
}

async function likeness(
  backend: Backend,
  photo: Uint8Array<ArrayBuffer>,
): Promise<string[]> {
  const served = await backend.start();
  try {
    const { reply } = await sendPhoto(served.url, backend.headers, photo, "format=png");
    const files = decodeFiles(reply);
    const reference = await referenceOf("street", await answeredMask(backend));
    const values: string[] = [];
    for (const variant of VARIANTS) {
      const exact = await rasterOf(files[variant]);
      const ideal = renderReference(reference, variant);
      values.push(psnr(exact, ideal, { mask: inside(exact, ERODED_PX) }).toFixed(1));
    }
    return values;
  } finally {
    await served.close();
  }
}

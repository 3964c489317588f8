import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Size } from "../shared/image/raster.ts";
import { DEFAULT_QUALITY } from "./default_quality.ts";

const FOLDER = fileURLToPath(new URL("./peers/", import.meta.url));

/** Folder of generated photos and masks, kept between runs; git ignores it. */
export const CACHE = fileURLToPath(new URL("../.cache/bench/", import.meta.url));

/** Limits libvips and Node to one background thread. */
const ONE_THREAD = { VIPS_CONCURRENCY: "1", UV_THREADPOOL_SIZE: "1" };

/** Pillow belongs to the system's Python, which is not always the first one on the path. */
const PYTHONS = ["python3", "/usr/bin/python3"];

const costSchema = z.object({
  firstMs: z.number(),
  secondMs: z.number().optional(),
  bytes: z.array(z.number()),
});

/** CPU of all threads of a peer's process, user and system, in milliseconds. */
export type PeerCost = z.infer<typeof costSchema>;

/** sharp's settings for the variants. */
export interface SharpSettings {
  /** libwebp's method, 0 to 6. */
  effort: number;
  format: "webp" | "png";
}

/** Installs the packages of `bench/peers/package-lock.json`, if they are missing. */
export async function installPeers(): Promise<void> {
  try {
    await Deno.stat(`${FOLDER}node_modules/sharp`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("Installing sharp (npm ci in bench/peers) ...");
    await run("npm", ["ci", "--no-fund", "--no-audit"]);
  }
  await Deno.mkdir(CACHE, { recursive: true });
}

/** Returns the versions of sharp, libvips and libwebp. */
export async function sharpVersions(): Promise<string> {
  const print = `import s from "sharp"; const { sharp, vips, webp } = s.versions; console.log(` +
    "`sharp ${sharp} (libvips ${vips}, libwebp ${webp}), Node ${process.versions.node}`)";
  return (await run("node", ["--input-type=module", "-e", print])).trim();
}

/** Runs the job with sharp: measures the process up to the end of the first job, and a second job. */
export async function runSharp(
  photo: string,
  mask: string,
  { effort, format }: SharpSettings,
): Promise<PeerCost> {
  const settings = [format, String(DEFAULT_QUALITY), String(effort)];
  return costOf(await run("node", ["sharp_job.mjs", photo, mask, ...settings]));
}

/** Runs the job as the Python service did it; `python` comes from {@linkcode findPillow}. */
export async function runPillow(python: string, photo: string, mask: string): Promise<PeerCost> {
  return costOf(await run(python, ["pillow_job.py", photo, mask]));
}

/** Finds a Python with Pillow, and Pillow's version; `undefined` if there is none. */
export async function findPillow(): Promise<{ python: string; version: string } | undefined> {
  const print = "import platform, PIL; print(f'Pillow {PIL.__version__}, Python', " +
    "platform.python_version())";
  for (const python of PYTHONS) {
    try {
      return { python, version: (await run(python, ["-c", print])).trim() };
    } catch {
      continue; // no such Python, or no Pillow
    }
  }
  return undefined;
}

/** Creates the mask of a fixture at a size, as a grey PNG like API4.ai's, and caches it. */
export async function maskOfSize(fixture: string, { width, height }: Size): Promise<string> {
  const path = `${CACHE}mask-${width}x${height}.png`;
  await run("node", ["make_mask.mjs", fixture, path, String(width), String(height)]);
  return path;
}

/** Runs a command in `bench/peers`. @throws Error with the command's error output if it fails or does not exist */
export async function run(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd: FOLDER,
    env: ONE_THREAD,
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

function costOf(output: string): PeerCost {
  return costSchema.parse(JSON.parse(output));
}

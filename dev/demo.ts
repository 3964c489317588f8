/**
 * Demonstrates the complete processing: `deno task demo [PHOTO...]`.
 *
 * Starts the local stack and the function, processes the photos as a signed-in admin, and saves the stored variants under
 * `out/`. With `API4AI_KEY` or `API4AI_URL` set, it uses that service.
 *
 * @module
 */
import { basename, extname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { page, type ShownPhoto } from "./demo/page.ts";
import { PhotoError, type ProcessedPhoto, processPhoto, signIn } from "./demo/process_photo.ts";
import { removalOf, report } from "./demo/report.ts";
import { api4aiSettings } from "./api4ai_settings.ts";
import { type Stack, startStack } from "./stack.ts";
import { DENO_TASK } from "./deno_task.ts";

const FIXTURE = fileURLToPath(new URL("../fixtures/street.jpg", import.meta.url));
const OUT = new URL("../out/", import.meta.url);

async function main(photos: string[]): Promise<boolean> {
  const found = await Promise.all(photos.map((photo) => Deno.stat(photo).catch(() => null)));
  if (found.every((file) => file === null)) {
    throw new Error(`${photos.join(", ")}: There is no such file.`);
  }
  const settings = api4aiSettings();
  console.log(
    `Starting Supabase (embedded), ${
      settings.api4ai === "real" ? "" : "the API4.ai simulator "
    }and the function ...`,
  );
  const stack = await startStack(settings);
  try {
    return await processAll(stack, photos);
  } finally {
    await stack.close();
  }
}

async function processAll(stack: Stack, photos: string[]): Promise<boolean> {
  const admin = signIn(stack);
  const shown: ShownPhoto[] = [];
  const taken = new Set<string>();
  let allWell = true;
  await Deno.mkdir(OUT, { recursive: true });
  for (const photo of photos) {
    try {
      const requests = stack.simulator?.requests ?? [];
      const { length: earlier } = requests;
      const processed = await processPhoto(admin, photo);
      const cutBy = requests.slice(earlier).at(-1)?.cutBy;
      const files = await save(processed, nameFor(photo, taken));
      const removal = removalOf(processed.background, cutBy);
      const named = { ...processed, photo: relative(Deno.cwd(), photo) };
      console.log(`\n${report(named, files.map((file) => `out/${file}`), removal)}`);
      shown.push({ title: basename(photo), removal, files });
    } catch (error) {
      if (!(error instanceof PhotoError)) throw error;
      console.error(`\n${photo}: ${error.message}`);
      allWell = false;
    }
  }
  if (shown.length > 0) {
    const index = new URL("index.html", OUT);
    await Deno.writeTextFile(index, page(shown));
    console.log(`
All variants on one page: ${fileURLToPath(index)}
The demo's server has stopped. This command keeps one running, with an admin page: ${DENO_TASK} start`);
  }
  return allWell;
}

/** Returns the photo's name without its extension, with a number if an earlier photo has that name. */
function nameFor(photo: string, taken: Set<string>): string {
  const base = basename(photo, extname(photo));
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
  taken.add(name);
  return name;
}

/** Writes the variants to `out/`. @returns The files' names. */
function save({ variants }: ProcessedPhoto, name: string): Promise<string[]> {
  return Promise.all(variants.map(async ({ name: variant, format, file }) => {
    const fileName = `${name}-${variant}.${format}`;
    await Deno.writeFile(new URL(encodeURIComponent(fileName), OUT), file);
    return fileName;
  }));
}

if (import.meta.main) {
  try {
    const from = performance.now();
    const allWell = await main(Deno.args.length > 0 ? Deno.args : [FIXTURE]);
    console.log(`The demo took ${Math.round((performance.now() - from) / 1_000)} s.`);
    Deno.exit(allWell ? 0 : 1);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}

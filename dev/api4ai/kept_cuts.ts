import { createHash } from "node:crypto";
import { FileCache } from "../file_cache.ts";
import type { Flaw, Mode, Picture } from "./messages.ts";

const ROOT = new URL("../../", import.meta.url);
/** Folders of the code and of the photos that decide a fixture's picture. */
const SOURCES = ["dev/api4ai/", "fixtures/"];
const SOURCE = /\.(ts|jpg|mask\.png)$/;
const MAX_BYTES = 300_000_000;

let sources: Promise<string> | undefined;

/**
 * Pictures of fixtures, in the user's cache: a photo with a side of 2000 px takes some 2 s of CPU to cut out, and many tests
 * send the same ones. Pictures of other photos are not kept.
 */
export class KeptCuts {
  readonly #files: FileCache;

  /** @param folder For tests. @default `cuts` in the project's folder of the user's cache */
  constructor(folder?: string) {
    this.#files = new FileCache("cuts", { maxBytes: MAX_BYTES, folder });
  }

  /** Finds the picture of an encoded photo; `undefined` if it is not kept. */
  async find(photo: Uint8Array, mode: Mode, flaw: Flaw): Promise<Picture | undefined> {
    const file = await this.#files.read(await nameOf(photo, mode, flaw));
    const end = file?.indexOf(0) ?? -1;
    if (!file || end < 0) return undefined;
    const facts = JSON.parse(new TextDecoder().decode(file.subarray(0, end)));
    return { ...facts as Omit<Picture, "png">, png: file.subarray(end + 1) };
  }

  /** Keeps a picture: its facts as JSON, a zero byte, its PNG. */
  async keep(photo: Uint8Array, mode: Mode, flaw: Flaw, picture: Picture): Promise<void> {
    const { png, ...facts } = picture;
    const head = new TextEncoder().encode(`${JSON.stringify(facts)}\0`);
    const file = new Uint8Array(head.length + png.length);
    file.set(head);
    file.set(png, head.length);
    await this.#files.write(await nameOf(photo, mode, flaw), file);
  }
}

/** Returns a hash of all that the picture is made from. */
async function nameOf(photo: Uint8Array, mode: Mode, flaw: Flaw): Promise<string> {
  sources ??= hashSources();
  const hash = createHash("sha256").update(await sources).update(`${mode} ${flaw} `).update(photo);
  return hash.digest("hex");
}

async function hashSources(): Promise<string> {
  // Holds ImageMagick's version.
  const files = [new URL("deno.lock", ROOT)];
  for (const folder of SOURCES) {
    for await (const { name } of Deno.readDir(new URL(folder, ROOT))) {
      if (SOURCE.test(name)) files.push(new URL(folder + name, ROOT));
    }
  }
  const hash = createHash("sha256");
  for (const file of files.sort((a, b) => a.href < b.href ? -1 : 1)) {
    const content = await Deno.readFile(file);
    hash.update(`${file.href.slice(ROOT.href.length)} ${content.length} `).update(content);
  }
  return hash.digest("hex");
}

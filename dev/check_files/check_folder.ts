import { compareReadings, type Verdict } from "./compare.ts";
import type { FileReader, Reading } from "./reading.ts";

/** A file, and how the function's reading of it compares. */
export interface CheckedFile extends Verdict {
  /** Its path below the folder. */
  name: string;
  /** The reader that it is compared with. */
  reader: string;
}

/** Options of a check. */
export interface FolderCheck {
  folder: string;
  /** The function's decoder. */
  ours: FileReader;
  /** Other readers: the first one that reads a file counts. */
  others: readonly FileReader[];
  /** Similarity below which pixels differ, in dB. */
  minPsnr: number;
}

/**
 * Reads every file of a folder, and of the folders below it, with the function's decoder and with other readers, one file after the
 * other. Names that begin with a dot are left out, and so are links.
 *
 * @throws {Deno.errors.NotFound} If there is no such folder; what else listing it throws.
 */
export async function* checkFolder(check: FolderCheck): AsyncGenerator<CheckedFile> {
  for (const name of await namesIn(check.folder)) {
    const path = `${check.folder}/${name}`;
    const ours = await check.ours.read(path);
    const { reader, theirs } = await otherReading(check.others, path, ours);
    yield { name, reader, ...compareReadings(ours, theirs, check.minPsnr) };
  }
}

async function otherReading(
  others: readonly FileReader[],
  path: string,
  ours: Reading,
): Promise<{ reader: string; theirs: Reading }> {
  const size = ours.status === "read" ? ours.image : undefined;
  const target = size && { width: size.width, height: size.height };
  let first: { reader: string; theirs: Reading } | undefined;
  for (const other of others) {
    const theirs = await other.read(path, target);
    if (theirs.status === "read") return { reader: other.name, theirs };
    first ??= { reader: other.name, theirs };
  }
  return first ?? { reader: "none", theirs: { status: "refused", reason: "no reader" } };
}

async function namesIn(folder: string, below = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(`${folder}/${below}`)) {
    if (entry.name.startsWith(".")) continue;
    const name = `${below}${entry.name}`;
    if (entry.isDirectory) names.push(...await namesIn(folder, `${name}/`));
    else if (entry.isFile) names.push(name);
  }
  // By code units: an order that no machine's language changes.
  return names.sort();
}

import { fileURLToPath } from "node:url";
import { AbsentReader, ProcessReader, type ReaderCommand } from "./process_reader.ts";

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A program that reads images, the commands that may start it, and how it is installed. */
interface Program {
  name: string;
  commands: readonly ReaderCommand[];
  install: string;
}

/** Pillow comes with the system's Python, which need not be the first one on the path. */
const PROGRAMS: readonly Program[] = [
  {
    name: "Pillow",
    commands: ["python3", "/usr/bin/python3"].map((python) => [python, script("pillow_reader.py")]),
    install: "apt install python3-pil",
  },
  {
    name: "sharp",
    commands: [["node", script("sharp_reader.mjs")]],
    install: "npm ci in bench/peers",
  },
];

/**
 * Starts the readers that are installed: Pillow first, then sharp, which reads types that Pillow does not.
 *
 * @param timeoutMs Bound on each file.
 * @param programs The readers to start. @default Pillow and sharp
 * @returns The readers, and a sentence for each one that is not installed.
 */
export async function startReaders(
  timeoutMs: number,
  programs = PROGRAMS,
): Promise<{ readers: ProcessReader[]; absent: string[] }> {
  const readers: ProcessReader[] = [];
  const absent: string[] = [];
  for (const { name, commands, install } of programs) {
    const reader = await firstThatStarts(commands, timeoutMs);
    if (reader) readers.push(reader);
    else absent.push(`${name} is not installed (${install}).`);
  }
  return { readers, absent };
}

async function firstThatStarts(
  commands: readonly ReaderCommand[],
  timeoutMs: number,
): Promise<ProcessReader | undefined> {
  for (const command of commands) {
    try {
      return await ProcessReader.start(command, timeoutMs);
    } catch (error) {
      if (!(error instanceof AbsentReader)) throw error;
    }
  }
  return undefined;
}

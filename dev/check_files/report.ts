import type { CheckedFile } from "./check_folder.ts";
import { type Outcome, OUTCOMES } from "./compare.ts";

/** The width of the columns. A longer name keeps its end, which contains the type. */
const WIDTHS = { outcome: 25, psnr: 6, name: 56, reader: 14 };

const HEAD = line("outcome", "dB", "file", "compared with", "detail");

/** The table's head: the columns and a line below them. */
export const TABLE_HEAD = `${HEAD}\n${"-".repeat(HEAD.length)}`;

/** Whether a file has to be looked at: the function reads it otherwise than the other reader. */
export function differs({ outcome }: CheckedFile): boolean {
  return outcome !== "the same" && outcome !== "refused by both";
}

/** A file's line in the table. */
export function tableLine({ outcome, psnr, name, reader, detail }: CheckedFile): string {
  return line(outcome, decibels(psnr), cut(name, WIDTHS.name), cut(reader, WIDTHS.reader), detail);
}

/** Numbers of files by outcome and detail, and by the file's type. */
export function summary(files: readonly CheckedFile[]): string {
  const lines = Object.keys(OUTCOMES).flatMap((outcome) => {
    const those = files.filter((file) => file.outcome === outcome);
    if (those.length === 0) return [];
    const mark = OUTCOMES[outcome as Outcome] ? "!" : " ";
    const types = counted(those.map(({ name }) => typeOf(name)));
    return [
      `${mark} ${outcome.padEnd(WIDTHS.outcome)} ${`${those.length}`.padStart(6)}   ${types}`,
    ];
  });
  const worse = files.filter(({ outcome }) => OUTCOMES[outcome]).length;
  const end = worse === 0
    ? `No file of ${files.length} is read worse than by the other reader.`
    : `${worse} of ${files.length} files are read worse than by the other reader (!).`;
  return [...lines, end].join("\n");
}

/** Whether the function reads a file worse than the other reader. */
export function isWorse({ outcome }: CheckedFile): boolean {
  return OUTCOMES[outcome];
}

function line(outcome: string, psnr: string, name: string, reader: string, detail: string): string {
  return [
    outcome.padEnd(WIDTHS.outcome),
    psnr.padStart(WIDTHS.psnr),
    name.padEnd(WIDTHS.name),
    reader.padEnd(WIDTHS.reader),
    detail,
  ].join("  ").trimEnd();
}

function decibels(psnr: number | undefined): string {
  if (psnr === undefined) return "";
  return psnr === Infinity ? "equal" : psnr.toFixed(1);
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `...${text.slice(3 - width)}`;
}

function typeOf(name: string): string {
  return /\.(\w{1,5})$/.exec(name)?.[1].toLowerCase() ?? "no extension";
}

function counted(types: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([type, n]) => `${type} ${n}`).join(
    ", ",
  );
}

import type { CheckArguments } from "./arguments.ts";
import { type CheckedFile, checkFolder } from "./check_folder.ts";
import type { FileReader } from "./reading.ts";
import { differs, isWorse, summary, TABLE_HEAD, tableLine } from "./report.ts";

/** The readers, and the output of the report. */
export interface CheckParts {
  /** The function's decoder. */
  ours: FileReader;
  /** The readers that it is compared with. */
  others: readonly FileReader[];
  /** A sentence for each reader that is not installed. */
  absent: readonly string[];
  /** Writes a line of the report. */
  print: (line: string) => void;
}

/**
 * Checks a folder and prints the table, a line for each file as soon as it is read, and the summary.
 *
 * @returns The exit status: 0, 1 if the function reads a file worse than the others, 2 if there is no other reader.
 */
export async function runCheck(
  { folder, isAll, minPsnr }: Omit<CheckArguments, "timeoutMs">,
  { ours, others, absent, print }: CheckParts,
): Promise<number> {
  for (const sentence of absent) print(sentence);
  if (others.length === 0) {
    print("There is nothing to compare with. Install one of them.");
    return 2;
  }
  print(`Compared with ${others.map(({ name }) => name).join(" and ")}\n\n${TABLE_HEAD}`);
  const files: CheckedFile[] = [];
  for await (const file of checkFolder({ folder, ours, others, minPsnr })) {
    files.push(file);
    if (isAll || differs(file)) print(tableLine(file));
  }
  print(`\n${summary(files)}`);
  return files.some(isWorse) ? 1 : 0;
}

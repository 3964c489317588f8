/**
 * Compares how the function and other programs read a folder of image files: `deno task check-files FOLDER`.
 *
 * Each file goes through the function's decoder and through Pillow or sharp. The table has the files that they read differently: status,
 * size, orientation, pixels. Ends with status 1 if the function reads one worse than they do, 2 if the arguments are wrong or
 * neither Pillow nor sharp is installed.
 *
 * @module
 */
import { readArguments, USAGE, UsageError } from "./check_files/arguments.ts";
import { FunctionReader } from "./check_files/function_reader.ts";
import { startReaders } from "./check_files/other_readers.ts";
import { runCheck } from "./check_files/run_check.ts";

async function main(): Promise<number> {
  const args = readArguments(Deno.args);
  if (!(await Deno.stat(args.folder)).isDirectory) throw new UsageError("Expected a folder.");
  const { readers, absent } = await startReaders(args.timeoutMs);
  const ours = new FunctionReader(args.timeoutMs);
  try {
    return await runCheck(args, { ours, others: readers, absent, print: console.log });
  } finally {
    await Promise.all([ours, ...readers].map((reader) => reader.close()));
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof Deno.errors.NotFound;
    if (!isUsage) throw error;
    console.error(`${error.message}\nUsage: ${USAGE}`);
    Deno.exit(2);
  }
}

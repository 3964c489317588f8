import { parseArgs } from "node:util";
import { DENO_TASK } from "../deno_task.ts";

/** Usage of the command. */
export const USAGE = `${DENO_TASK} check-files FOLDER [--all] [--min-psnr 30] [--timeout 60]`;

/** A command that was called wrongly. */
export class UsageError extends Error {}

/** The parsed arguments. */
export interface CheckArguments {
  folder: string;
  /** Every file gets a line, not only those that differ. */
  isAll: boolean;
  /** Similarity below which pixels differ, in dB. */
  minPsnr: number;
  /** Bound on the reading of one file. */
  timeoutMs: number;
}

/**
 * Reads the arguments of the command.
 *
 * @throws {UsageError} If they are wrong.
 */
export function readArguments(args: string[]): CheckArguments {
  const { values, positionals } = parsed(args);
  if (positionals.length !== 1) {
    throw new UsageError(`Expected one folder but received ${positionals.length}.`);
  }
  return {
    folder: positionals[0].replace(/(?<=.)\/+$/, ""),
    isAll: values.all,
    minPsnr: number("--min-psnr", values["min-psnr"]),
    timeoutMs: number("--timeout", values.timeout) * 1_000,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        all: { type: "boolean", default: false },
        "min-psnr": { type: "string", default: "30" },
        timeout: { type: "string", default: "60" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function number(name: string, text: string): number {
  const value = /^\d{1,4}(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new UsageError(`Expected a number above 0 for ${name} but received "${text}".`);
}

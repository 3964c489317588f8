import { z } from "zod";

/** The module that serves the function and this report. */
export const MEASURED_ENTRY = "bench/measured_entry.ts";

/** Allows the report to collect garbage, so that it counts only memory in use. */
export const MEASURED_ENV = { DENO_V8_FLAGS: "--expose-gc" };

const reportSchema = z.object({
  countedBytes: z.number(),
  peakBytes: z.number(),
  rssBytes: z.number(),
});

/** Memory of a function's process, in bytes. */
export interface MemoryReport {
  /** `heapUsed + external`, which the hosted runtime limits. */
  countedBytes: number;
  /** The maximum of `countedBytes` at the end of any step. */
  peakBytes: number;
  /** The process's resident memory. */
  rssBytes: number;
}

/**
 * Reads the memory of a process that serves `measured_entry.ts`.
 *
 * @param collect Whether garbage is collected first.
 */
export async function readMemory(url: string, collect: boolean): Promise<MemoryReport> {
  const response = await fetch(`${url}/__memory${collect ? "?collect" : ""}`);
  return reportSchema.parse(await response.json());
}

/** Formats bytes as megabytes of 2^20, the unit of the limits. */
export function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

import { send } from "./channel.ts";

const REPORT_FROM_BYTES = 2 ** 20;
const SAMPLE_EVERY_MS = 50;
const MIN_SAMPLE_INTERVAL_MS = 5;

const now = performance.now.bind(performance);
let reportedBytes = 0;
let sampledAt = -Infinity;
let activeRequests = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/**
 * Samples the memory, and reports it if it has changed. A photo of 12 megapixels has about 20 samples, which take 2 to 5 of
 * its 800 ms of CPU, less than the variation between photos.
 */
function sample(): void {
  sampledAt = now();
  const { heapUsed, external } = Deno.memoryUsage();
  const bytes = heapUsed + external;
  if (Math.abs(bytes - reportedBytes) < REPORT_FROM_BYTES) return;
  reportedBytes = bytes;
  send(`memory ${bytes}`);
}

/**
 * Starts reporting memory during requests.
 *
 * A timer does not fire within synchronous work, so every read of the clock samples the memory too: the function reads the
 * clock at the end of each step, when most of the step's garbage still exists.
 */
export function reportMemory(): void {
  const clock = performance.now.bind(performance); // a test's entry point may have replaced it
  performance.now = () => {
    if (now() - sampledAt >= MIN_SAMPLE_INTERVAL_MS) sample();
    return clock();
  };
  sample();
}

/** Samples the memory before, during and after a request. */
export async function withMemoryReports<T>(work: () => T | Promise<T>): Promise<T> {
  if (activeRequests++ === 0) timer = setInterval(sample, SAMPLE_EVERY_MS);
  try {
    return await work();
  } finally {
    sample();
    if (--activeRequests === 0) clearInterval(timer);
  }
}

import { tell } from "./channel.ts";

const REPORT_FROM_BYTES = 2 ** 20;
const SAMPLE_EVERY_MS = 50;
const SAMPLE_AT_MOST_EVERY_MS = 5;

const now = performance.now.bind(performance);
let reportedBytes = 0;
let sampledAt = -Infinity;
let activeRequests = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/**
 * Looks at the memory, and reports it where it is another. A photo of 12 megapixels has some 20 such looks, which take 2 to 5
 * of its 800 ms of CPU: less than one photo's time differs from the next one's.
 */
function sample(): void {
  sampledAt = now();
  const { heapUsed, external } = Deno.memoryUsage();
  const bytes = heapUsed + external;
  if (Math.abs(bytes - reportedBytes) < REPORT_FROM_BYTES) return;
  reportedBytes = bytes;
  tell(`memory ${bytes}`);
}

/**
 * Has memory reported while requests are worked on.
 *
 * A timer does not fire within synchronous work, so every look at the clock is one at the memory too: the function takes
 * the time at the end of each step, when most of its garbage is still there.
 */
export function reportMemory(): void {
  performance.now = () => {
    const at = now();
    if (at - sampledAt >= SAMPLE_AT_MOST_EVERY_MS) sample();
    return at;
  };
  sample();
}

/** Has memory looked at before, during and after a request. */
export async function withMemoryReports<T>(work: () => T | Promise<T>): Promise<T> {
  if (activeRequests++ === 0) timer = setInterval(sample, SAMPLE_EVERY_MS);
  try {
    return await work();
  } finally {
    sample();
    if (--activeRequests === 0) clearInterval(timer);
  }
}

/**
 * The deployed function with an extra route: `GET /__memory` reports the memory that the hosted runtime counts against its
 * 256 MB, now and at the peak. With `?collect` it collects garbage first (needs `DENO_V8_FLAGS=--expose-gc`).
 *
 * @module
 */
import processImage from "../functions/process-image/index.ts";
import type { MemoryReport } from "./memory_report.ts";

const SAMPLE_EVERY_MS = 5;
const COLLECTIONS = 4;

let peakBytes = 0;

/** Returns JavaScript's heap plus the memory that it holds outside: buffers and WebAssembly memory. */
function countedBytes(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  const counted = heapUsed + external;
  peakBytes = Math.max(peakBytes, counted);
  return counted;
}

// The pipeline reads the clock at the end of every step, when most of the step's garbage still exists.
const now = performance.now.bind(performance);
performance.now = () => {
  countedBytes();
  return now();
};
setInterval(countedBytes, SAMPLE_EVERY_MS);

/** Collects garbage several times: buffers are freed one event-loop turn after the collection of their owners. */
async function collectGarbage(): Promise<void> {
  for (let round = 0; round < COLLECTIONS; round++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
  }
}

async function report(url: URL): Promise<Response> {
  if (url.searchParams.has("collect")) await collectGarbage();
  const { rss } = Deno.memoryUsage();
  const answer: MemoryReport = { countedBytes: countedBytes(), peakBytes, rssBytes: rss };
  return Response.json(answer);
}

export default {
  fetch(request: Request): Response | Promise<Response> {
    const url = new URL(request.url);
    return url.pathname === "/__memory" ? report(url) : processImage.fetch(request);
  },
};

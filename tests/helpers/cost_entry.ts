/**
 * The deployed function with two additional paths: `/__reference` does a fixed job, and `/__peak` returns the peak
 * memory since its last call.
 *
 * @module
 */
import processImage from "../../functions/process-image/index.ts";

const SAMPLE_EVERY_MS = 2;
const STEPS = 30_000_000;

let peakBytes = 0;

/** Samples JavaScript's heap and its external memory, which the hosted runtime counts. */
function sample(): void {
  const { heapUsed, external } = Deno.memoryUsage();
  peakBytes = Math.max(peakBytes, heapUsed + external);
}

// The function reads the time at the end of every step, when most of its garbage is still in memory.
const now = performance.now.bind(performance);
performance.now = () => {
  sample();
  return now();
};
setInterval(sample, SAMPLE_EVERY_MS);

function referenceJob(): number {
  let x = 1;
  for (let step = 0; step < STEPS; step++) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  return x;
}

function takePeak(): number {
  sample();
  const taken = peakBytes;
  peakBytes = 0;
  sample();
  return taken;
}

export default {
  fetch(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/__reference") return Response.json(referenceJob());
    if (pathname === "/__peak") return Response.json(takePeak());
    return processImage.fetch(request);
  },
};

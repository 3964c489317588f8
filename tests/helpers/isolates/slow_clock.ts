/**
 * The function on a machine that becomes slower after startup: from the first request on, its clock runs faster by
 * `CLOCK_FACTOR`. With a CPU limit divided by the same factor, this simulates a slow processor.
 *
 * @module
 */
const factor = Number(Deno.env.get("CLOCK_FACTOR"));
const now = performance.now.bind(performance);
let slowFrom = Infinity;
performance.now = () => {
  const at = now();
  return at + Math.max(0, at - slowFrom) * (factor - 1);
};

const { default: entry } = await import("../../../functions/process-image/index.ts");

export default {
  fetch(request: Request): Response | Promise<Response> {
    slowFrom = Math.min(slowFrom, now());
    return entry.fetch(request);
  },
};

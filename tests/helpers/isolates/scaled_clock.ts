/**
 * The function on a machine that is slower or faster than this one: from the first request on, its clock runs faster by
 * `CLOCK_FACTOR`. With a CPU limit divided by the same factor, this simulates another processor.
 *
 * @module
 */
const factor = Number(Deno.env.get("CLOCK_FACTOR"));
const now = performance.now.bind(performance);
let scaledFrom = Infinity;
performance.now = () => {
  const at = now();
  return at + Math.max(0, at - scaledFrom) * (factor - 1);
};

const { default: entry } = await import("../../../functions/process-image/index.ts");

export default {
  fetch(request: Request): Response | Promise<Response> {
    scaledFrom = Math.min(scaledFrom, now());
    return entry.fetch(request);
  },
};

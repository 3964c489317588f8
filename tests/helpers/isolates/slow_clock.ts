/**
 * The function on a machine that becomes slower once it has started: its clock goes on by a factor (`CLOCK_FACTOR`) from
 * the first request on. With a CPU limit that is divided by the same factor, that is what a slow processor looks like.
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

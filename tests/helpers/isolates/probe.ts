/**
 * A function that does what its path names, for tests of the simulated hosted runtime.
 *
 * @module
 */
import process from "node:process";

declare const EdgeRuntime: { waitUntil(promise: Promise<unknown>): void };

const MB = 2 ** 20;
const kept: Uint8Array[] = [];
const instance = crypto.randomUUID();
const released = Promise.withResolvers<void>();

addEventListener("beforeunload", (event) => {
  console.log(`beforeunload ${(event as CustomEvent<{ reason: string }>).detail.reason}`);
});

/** Uses CPU in slices with turns of the event loop in between, like a function that awaits between its steps. */
async function burn(ms: number): Promise<void> {
  for (let used = 0; used < ms; used += 20) {
    const from = performance.now();
    while (performance.now() - from < 20);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

async function take(mb: number): Promise<void> {
  while (mb-- > 0) {
    kept.push(new Uint8Array(MB).fill(1));
    if (mb % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function outcome(attempt: () => unknown): string {
  try {
    attempt();
    return "done";
  } catch (error) {
    return (error as Error).name;
  }
}

async function perform(request: Request): Promise<unknown> {
  const { pathname, searchParams } = new URL(request.url);
  const amount = Number(searchParams.get("amount"));
  switch (pathname) {
    case "/burn":
      return await burn(amount);
    case "/take":
      return await take(amount);
    case "/echo":
      return await request.text();
    case "/held":
      console.log("held");
      return await released.promise;
    case "/release":
      return released.resolve();
    case "/later":
      return EdgeRuntime.waitUntil(burn(amount).then(() => console.log("worked later")));
    case "/until_aborted":
      console.log("waiting for the caller to go");
      await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
      return console.log("the caller has gone");
    case "/fail":
      return void setTimeout(() => {
        throw new Error("thrown without a handler");
      });
    default:
      return {
        globals: ["Worker", "caches", "EdgeRuntime"].filter((name) => name in globalThis),
        cpuUsage: process.cpuUsage(),
        write: outcome(() => Deno.writeTextFileSync("/tmp/isolate", "x")),
        run: outcome(() => new Deno.Command("true").outputSync()),
        sys: outcome(() => Deno.hostname()),
        read: outcome(() => Deno.readTextFileSync("/etc/hostname")),
        environment: Object.keys(Deno.env.toObject()),
      };
  }
}

export default {
  async fetch(request: Request): Promise<Response> {
    return Response.json({ instance, result: await perform(request) });
  },
};

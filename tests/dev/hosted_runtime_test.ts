// Proves that the simulated hosted runtime retires and kills isolates at the platform's limits, like hosted Supabase.
import assert from "node:assert/strict";
import {
  type EndReason,
  type HostedRuntime,
  type HostedRuntimeOptions,
  startHostedRuntime,
} from "../../dev/hosted_runtime.ts";
import { within } from "../helpers/until.ts";

const PROBE = "tests/helpers/isolates/probe.ts";

interface Runtime extends AsyncDisposable, HostedRuntime {
  /** Calls the function; `instance` identifies the isolate that answered. */
  call(path: string, init?: RequestInit): Promise<Answer>;
  /** Resolves when a line of the function or of the runtime contains the text. */
  logged(text: string): Promise<void>;
}

interface Answer {
  status: number;
  errorCode: string | null;
  body: { instance?: string; result?: unknown; code?: string; message?: string };
}

async function start(options: Partial<HostedRuntimeOptions> = {}): Promise<Runtime> {
  const lines: string[] = [];
  let nextLine = Promise.withResolvers<void>();
  const addLine = (line: string): void => {
    lines.push(line);
    nextLine.resolve();
    nextLine = Promise.withResolvers();
  };
  const runtime = await startHostedRuntime({
    env: { SUPABASE_URL: "http://127.0.0.1:1" },
    entrypoint: PROBE,
    onLog: addLine,
    onEvent: addLine,
    ...options,
  });
  return {
    ...runtime,
    call: async (path, init) => {
      const response = await fetch(runtime.url + path, init);
      const errorCode = response.headers.get("sb-error-code");
      return { status: response.status, errorCode, body: await response.json() };
    },
    logged: async (text) => {
      while (!lines.some((line) => line.includes(text))) {
        await within(nextLine.promise, `a line with "${text}"`);
      }
    },
    [Symbol.asyncDispose]: () => runtime.close(),
  };
}

function test(name: string, run: () => Promise<void>): void {
  Deno.test({ name, fn: run, ignore: Deno.build.os !== "linux" });
}

const isLimit = ({ status, errorCode, body }: Answer): void =>
  assert.deepEqual([status, errorCode, body.code], [546, "WORKER_LIMIT", "WORKER_LIMIT"]);
const isBootError = ({ status, errorCode, body }: Answer): void =>
  assert.deepEqual([status, errorCode, body.code], [503, "BOOT_ERROR", "BOOT_ERROR"]);

/** Far apart, so that a process on a shared processor never skips from one limit to the other. */
const SOFT = { cpuSoftMs: 200, cpuHardMs: 60_000 };

test("an isolate keeps the clock that its code has set", async () => {
  await using runtime = await start({ entrypoint: "tests/helpers/isolates/stopped_clock.ts" });
  const { body } = await runtime.call("/");
  assert.equal(body.result, 1234);
});

test("an isolate that has reached the soft limit gets no more requests", async () => {
  await using runtime = await start({ parallelism: 1, limits: { ...SOFT, shutdownMs: 0 } });
  const first = await runtime.call("/echo");
  const held = runtime.call("/held");
  await runtime.logged("held");
  assert.equal((await runtime.call("/burn?amount=1000")).body.instance, first.body.instance);

  const next = await runtime.call("/echo");
  assert.notEqual(next.body.instance, first.body.instance);
  assert.deepEqual(runtime.isolates.map(({ retired }) => retired), [true, false]);
  assert.equal(runtime.isolates[0].endedBecause, undefined, "its requests continue");
  assert.ok(runtime.isolates[0].cpuMs >= 200);
  assert.ok(runtime.isolates[1].cpuMs < 200, "each isolate has its own time");
  await runtime.close();
  isLimit(await held);
});

test("a retired isolate gets beforeunload and ends once it is idle", async () => {
  await using runtime = await start({ limits: SOFT });
  await runtime.call("/burn?amount=1000");
  await runtime.logged("isolate 1 ended (early_drop)");
  assert.deepEqual(runtime.logs, ["beforeunload early_drop"]);
  assert.equal((await runtime.call("/echo")).status, 200);
});

test("at the hard limit the isolate gets beforeunload, and every request in flight fails", async () => {
  await using runtime = await start({ limits: { cpuSoftMs: 400, cpuHardMs: 600 } });
  const held = runtime.call("/held");
  await runtime.logged("held");
  isLimit(await runtime.call("/burn?amount=10000"));
  isLimit(await held);
  assert.equal(runtime.isolates[0].endedBecause, "cpu");
  assert.ok(runtime.logs.includes("beforeunload cpu"));
  assert.equal((await runtime.call("/echo")).status, 200);
});

test("at the memory limit every request in flight fails", async () => {
  await using runtime = await start();
  isLimit(await runtime.call("/take?amount=300"));
  assert.equal(runtime.isolates[0].endedBecause, "memory");
  assert.ok(runtime.isolates[0].peakMemoryBytes >= 256 * 2 ** 20);
  assert.ok(runtime.logs.includes("beforeunload memory"));
});

test("an isolate that has used half of its memory ends once it is idle", async () => {
  await using runtime = await start();
  assert.equal((await runtime.call("/take?amount=150")).status, 200);
  await runtime.logged("isolate 1 ended (early_drop)");
});

test("a cold burst starts one isolate per processor, and further requests wait", async () => {
  await using runtime = await start({ parallelism: 2 });
  const answers = await Promise.all(Array.from({ length: 5 }, () => runtime.call("/echo")));
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200, 200]);
  assert.equal(runtime.isolates.length, 2);
  assert.equal(new Set(answers.map(({ body }) => body.instance)).size, 2);

  const more = await Promise.all(Array.from({ length: 4 }, () => runtime.call("/echo")));
  const counts = Map.groupBy(more, ({ body }) => body.instance);
  assert.deepEqual([...counts.values()].map(({ length }) => length), [2, 2], "round robin");
});

test("a module that fails or loads too slowly is a failed start", async () => {
  const cases: [string, { bootMs: number }, EndReason][] = [
    ["throws_at_start.ts", { bootMs: 60_000 }, "error"],
    ["never_starts.ts", { bootMs: 500 }, "boot"],
  ];
  for (const [file, limits, reason] of cases) {
    await using runtime = await start({ entrypoint: `tests/helpers/isolates/${file}`, limits });
    isBootError(await runtime.call("/echo"));
    isBootError(await runtime.call("/echo"));
    const ends = runtime.isolates.map(({ endedBecause }) => endedBecause);
    assert.deepEqual(ends, [reason, reason], "the place is free again");
  }
});

test("no answer within the idle timeout is a 504", async () => {
  await using runtime = await start({ limits: { idleTimeoutMs: 200 } });
  const { status, errorCode } = await runtime.call("/held");
  assert.deepEqual([status, errorCode], [504, "IDLE_TIMEOUT"]);
});

test("an isolate has a wall clock limit, and is retired at half of it", async () => {
  await using runtime = await start({ limits: { wallClockMs: 3_000 } });
  const held = runtime.call("/held");
  await runtime.logged("isolate 1 retired at half of its wall clock time");
  isLimit(await held);
  assert.equal(runtime.isolates[0].endedBecause, "wall_clock");
  assert.ok(runtime.logs.includes("beforeunload wall_clock"));
});

test("close() notifies the isolates, and requests in flight finish", async () => {
  const runtime = await start();
  await runtime.call("/echo");
  const burning = runtime.call("/burn?amount=300");
  const later = runtime.call("/later?amount=300");
  await later;
  await runtime.close();
  assert.equal((await burning).status, 200);
  assert.deepEqual(runtime.logs.toSorted(), ["beforeunload termination", "worked later"]);
  assert.equal(runtime.isolates[0].endedBecause, "termination");
});

test("work after the answer keeps a retired isolate alive", async () => {
  await using runtime = await start({ limits: SOFT });
  await runtime.call("/later?amount=1000");
  await runtime.logged("isolate 1 ended (early_drop)");
  assert.deepEqual(runtime.logs, ["worked later", "beforeunload early_drop"]);
});

test("a caller's disconnect reaches the isolate", async () => {
  await using runtime = await start();
  const caller = new AbortController();
  const rejected = assert.rejects(runtime.call("/until_aborted", { signal: caller.signal }), {
    name: "AbortError",
  });
  await runtime.logged("waiting for the caller to go");
  caller.abort();
  await rejected;
  await runtime.logged("the caller has gone");
});

test("an uncaught error ends the isolate and its requests", async () => {
  await using runtime = await start({ parallelism: 1 });
  const held = runtime.call("/held");
  await runtime.logged("held");
  await runtime.call("/fail");
  assert.deepEqual((await held).body.code, "WORKER_ERROR");
  await runtime.logged("isolate 1 ended (error)");
  assert.equal((await runtime.call("/echo")).status, 200);
});

test("a request with a body that meets a retiring isolate fails on demand", async () => {
  await using runtime = await start();
  runtime.failAsRetired(1);
  assert.equal((await runtime.call("/echo")).status, 200);
  const body = { method: "POST", body: "content" };
  const failed = await runtime.call("/echo", body);
  assert.deepEqual([failed.status, failed.errorCode], [500, "WorkerAlreadyRetired"]);
  assert.equal((await runtime.call("/echo", body)).body.result, "content");
});

test("an isolate has the hosted globals, permissions and environment", async () => {
  Deno.env.set("NOT_FOR_THE_FUNCTION", "leaked");
  try {
    await using runtime = await start();
    const { environment, ...surroundings } = (await runtime.call("/")).body.result as Record<
      string,
      unknown
    >;
    assert.deepEqual(surroundings, {
      globals: ["EdgeRuntime"],
      cpuUsage: { user: 0, system: 0 },
      write: "NotCapable",
      run: "NotCapable",
      sys: "NotCapable",
      read: "NotCapable",
    });
    const names = environment as string[];
    assert.ok(names.includes("SUPABASE_URL"));
    assert.deepEqual(names.filter((name) => /NOT_FOR|ISOLATE/.test(name)), []);
  } finally {
    Deno.env.delete("NOT_FOR_THE_FUNCTION");
  }
});

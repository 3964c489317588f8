// Proves in the simulated hosted runtime that many simultaneous photos succeed and no isolate is killed (Linux).
import assert from "node:assert/strict";
import { runScenario, type ScenarioResult } from "../../bench/load/run_scenario.ts";
import type { Scenario } from "../../bench/load/scenario.ts";
import { upload } from "../../bench/load/upload.ts";
import { neverSeen } from "../../bench/send_photo.ts";
import type { HostedLimits } from "../../dev/hosted_runtime.ts";
import { hasBecomeSlower, machineSlowdown, scaleCpuLimits } from "../../dev/machine_slowdown.ts";
import { type Stack, startStack } from "../../dev/stack.ts";
import { expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { isLongForm } from "../helpers/test_form.ts";
import { until } from "../helpers/until.ts";

// In the simulated hosted runtime, under its limits: `deno task load` runs more, and has the figures.

const photo = await fixture("street.jpg"); // 12 megapixels
const small = await fixture("small.jpg");

/**
 * Registers a test for Linux only: it reads the CPU of an isolate's thread.
 *
 * @param form `long` runs it only in the long form.
 */
function onHosted(name: string, run: () => Promise<void>, form?: "long"): void {
  const ignore = Deno.build.os !== "linux" || form === "long" && !isLongForm;
  Deno.test({ name, ignore, fn: run });
}

async function withHosted(
  run: (stack: Stack) => Promise<void>,
  { env, ...hosted }: {
    limits?: Partial<HostedLimits>;
    parallelism?: number;
    entrypoint?: string;
    env?: Record<string, string>;
  } = {},
): Promise<void> {
  const stack = await startStack({ runtime: "hosted", hosted, env });
  try {
    await run(stack);
  } finally {
    await stack.close();
  }
}

/**
 * Checks that every result is stored and correct, that no isolate was killed, and that no caller met a platform
 * error.
 */
function assertAllStored({ uploads, statuses, faults, isolates, objects }: ScenarioResult): void {
  assert.deepEqual(uploads.flatMap(({ complaint }) => complaint ?? []), []);
  assert.deepEqual(faults, []);
  assert.ok(objects >= 3 * uploads.length);
  assert.deepEqual([...statuses.keys()].filter((status) => ![200, 503].includes(status)), []);
  assert.deepEqual(isolates.filter(({ endedBecause }) => endedBecause === "cpu"), []);
}

/** Bound on the rounds of photos until one of them is handed over. */
const ROUNDS = 3;

/** Number of runs that must be clean after a run in which an isolate was killed. */
const RUNS_AGAIN = 2;

/**
 * Runs a scenario. A shared machine can stop a thread for longer than the budget's margin, without a trace in its speed
 * before and after. Therefore a run in which an isolate is killed does not count if two more runs, whose limits follow
 * the machine's speed, are clean.
 *
 * @returns The last run: one with a killed isolate if there were two of them.
 */
async function runSteadily(scenario: Scenario): Promise<ScenarioResult> {
  let result = await runScenario(scenario);
  for (let run = 0; run < RUNS_AGAIN && (run > 0 || hasKill(result)); run++) {
    await hasBecomeSlower();
    result = await runScenario(scenario);
    if (hasKill(result)) break;
  }
  return result;
}

function hasKill({ isolates }: ScenarioResult): boolean {
  return isolates.some(({ endedBecause }) => endedBecause === "cpu");
}

onHosted("five photos at once all succeed in cold isolates", async () => {
  const scenario = { name: "5-cold", uploads: 5, atOnce: 5, warm: false, latencyMs: 0 };
  assertAllStored(await runSteadily(scenario));
});

onHosted("five photos at once all succeed in a warm isolate", async () => {
  const scenario = { name: "5-warm", uploads: 5, atOnce: 5, warm: true, latencyMs: 0 };
  assertAllStored(await runSteadily(scenario));
}, "long");

onHosted("eight photos at once all succeed for a caller that honours Retry-After", async () => {
  const scenario = { name: "8-warm", uploads: 8, atOnce: 8, warm: true, latencyMs: 0 };
  assertAllStored(await runSteadily(scenario));
});

onHosted("twenty photos at once all succeed for a caller that honours Retry-After", async () => {
  const scenario = { name: "20-warm", uploads: 20, atOnce: 20, warm: true, latencyMs: 0 };
  assertAllStored(await runSteadily(scenario));
}, "long");

onHosted("while photos wait for API4.ai, other photos are processed", async () => {
  const [uploads, atOnce, latencyMs] = isLongForm ? [10, 5, 4_000] : [4, 4, 1_000];
  const scenario = { name: "slow", uploads, atOnce, warm: false, latencyMs };
  assertAllStored(await runSteadily(scenario));
});

onHosted("an isolate without room for a photo hands it over to another one", async () => {
  // Two photos of 12 megapixels fit into the function's budget, four do not. The host grants more than that budget,
  // and the isolates' clocks run as on the machine of the estimates, so that the speed of this machine does not
  // matter.
  const slowdown = await machineSlowdown();
  const { limits } = await scaleCpuLimits({ cpuSoftMs: 1_000, cpuHardMs: 4_000 });
  const env = { CPU_BUDGET_MS: "1100", CLOCK_FACTOR: String(1 / slowdown) };
  const hosted = { limits, parallelism: 1, entrypoint: "tests/helpers/isolates/scaled_clock.ts" };
  await withHosted(async (stack) => {
    const { isolates, logs } = stack.hosted!;
    const isHandedOver = () => logs.some((line) => line.includes('"event":"handed_over"'));
    // When both isolates are full at the same moment, the answer asks the caller to wait instead.
    for (let round = 0; round < ROUNDS && !isHandedOver(); round++) {
      const uploads = await Promise.all(
        Array.from(
          { length: 4 },
          () => upload(stack.functionUrl, stack.adminToken, neverSeen(photo)),
        ),
      );
      assert.deepEqual(uploads.flatMap(({ complaint }) => complaint ?? []), []);
      for (const { reply } of uploads) assert.equal(reply!.metadata.background.removed, true);
    }
    assert.ok(isHandedOver());
    assert.ok(isolates.length >= 2);
    assert.deepEqual(isolates.filter(({ endedBecause }) => endedBecause === "cpu"), []);
  }, { ...hosted, env });
});

onHosted(
  "a request that meets a retiring isolate succeeds when it is sent again",
  async () => {
    await withHosted(async (stack) => {
      stack.hosted!.failAsRetired(1);
      const { reply, statuses } = await upload(
        stack.functionUrl,
        stack.adminToken,
        neverSeen(small),
      );
      assert.deepEqual(statuses, [500, 200]);
      assert.equal(Object.keys(reply!.storage_urls!).length, 3);
    });
  },
);

onHosted("an ending isolate finishes its photos", async () => {
  const stack = await startStack({ runtime: "hosted", env: { API4AI_TIMEOUT_MS: "2000" } });
  const headers = { authorization: `Bearer ${stack.adminToken}` };
  stack.simulator!.behave({ kind: "hang" });
  const inFlight = sendBytes(stack.functionUrl, headers, small, "upload_to_storage=true");
  await until(() => stack.simulator!.requests.length === 1);
  const ended = stack.hosted!.close();
  const { body } = await expectReply(inFlight);
  assert.equal(body.warnings[0].code, "background_removal_timeout");
  assert.equal(Object.keys(body.storage_urls!).length, 3);
  await ended;
  const told = stack.function.logs.find((line) => line.includes("shutting_down"));
  assert.match(told!, /"cause":"beforeunload","reason":"termination","in_flight":1/);
  await stack.close();
});

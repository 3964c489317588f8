// Proves that processes share the breaker's state in the database, and fall back to memory without it.
import assert from "node:assert/strict";
import type { Circuit } from "../../../shared/background/circuit/circuit.ts";
import type { Passage } from "../../../shared/background/circuit/circuit_breaker.ts";
import { FallbackCircuit } from "../../../shared/background/circuit/fallback_circuit.ts";
import { FakeTimers } from "../../helpers/fake_fetch.ts";

/** Two circuits that record their calls; the shared one fails while `down`. */
class Bench {
  readonly calls: string[] = [];
  readonly warnings: string[] = [];
  down = false;
  hanging = false;
  nowMs = 0;
  answer: Passage = { state: "closed", clean: true };
  readonly circuit = new FallbackCircuit(
    this.#named("shared"),
    this.#named("local"),
    () => this.nowMs,
  );

  #named(name: string): Circuit {
    const call = <T>(what: string, value: T): Promise<T> => {
      this.calls.push(`${name} ${what}`);
      if (this.hanging && name === "shared") return new Promise(() => {});
      return this.down && name === "shared"
        ? Promise.reject(new Error("PGRST202 no such function"))
        : Promise.resolve(value);
    };
    return {
      check: () => call("check", this.answer),
      claim: () => call("claim", { state: "claimed" as const }),
      report: () => call("report", undefined),
    };
  }

  /** Collects the warnings that are logged during a run. */
  async run(test: () => Promise<void>): Promise<void> {
    const { warn } = console;
    console.warn = (line: string) => this.warnings.push(line);
    try {
      await test();
    } finally {
      console.warn = warn;
    }
  }
}

Deno.test("simultaneous callers share a lookup, which is cached for 5 s if closed, otherwise for 1 s", async () => {
  const bench = new Bench();
  await Promise.all([bench.circuit.check(), bench.circuit.check()]);
  bench.nowMs = 4_999;
  await bench.circuit.check();
  assert.equal(bench.calls.length, 1);
  bench.nowMs = 5_000;
  bench.answer = { state: "open", waitMs: 9_000 };
  assert.deepEqual(await bench.circuit.check(), bench.answer);
  bench.nowMs = 5_999;
  await bench.circuit.check();
  assert.equal(bench.calls.length, 2);
  bench.nowMs = 6_000;
  await bench.circuit.check();
  assert.deepEqual(bench.calls, ["shared check", "shared check", "shared check"]);
});

Deno.test("a claim or a report makes the next lookup a new one", async () => {
  const bench = new Bench();
  await bench.circuit.check();
  await bench.circuit.report({ kind: "failed" }, false);
  await bench.circuit.check();
  assert.deepEqual(await bench.circuit.claim(), { state: "claimed" });
  await bench.circuit.check();
  assert.deepEqual(bench.calls, [
    ...["shared check", "shared report", "shared check"],
    ...["shared claim", "shared check"],
  ]);
});

Deno.test("without the database, memory takes over for 30 s, and one warning is logged", async () => {
  const bench = new Bench();
  await bench.run(async () => {
    bench.down = true;
    assert.deepEqual(await bench.circuit.check(), bench.answer);
    await bench.circuit.report({ kind: "failed" }, false);
    await bench.circuit.claim();
    assert.deepEqual(bench.calls, ["shared check", "local check", "local report", "local claim"]);
    bench.nowMs = 30_000;
    await bench.circuit.claim();
    assert.deepEqual(bench.calls.slice(4), ["shared claim", "local claim"]);
    bench.down = false;
    bench.nowMs = 60_000;
    await bench.circuit.claim();
    assert.deepEqual(bench.calls.slice(6), ["shared claim"]);
  });
  assert.equal(bench.warnings.length, 1);
  assert.equal(JSON.parse(bench.warnings[0]).event, "circuit_breaker_not_shared");
});

Deno.test("a lookup waits for the database for one second, not counting this process's computing", async () => {
  const bench = new Bench();
  await bench.run(async () => {
    using timers = new FakeTimers();
    bench.hanging = true;
    assert.deepEqual(await bench.circuit.check(), bench.answer);
    assert.deepEqual(bench.calls, ["shared check", "local check"]);
    // In small steps: a late timer counts as at most one step.
    assert.deepEqual(timers.waits, new Array(20).fill(50));
  });
});

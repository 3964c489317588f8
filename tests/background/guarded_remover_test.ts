// Proves that a remover behind a breaker is paused after five outages, and which errors count as outages.
import assert from "node:assert/strict";
import { BackgroundError, type Outage } from "../../shared/background/background_error.ts";
import type { Circuit, Claim } from "../../shared/background/circuit/circuit.ts";
import type { Outcome, Passage } from "../../shared/background/circuit/circuit_breaker.ts";
import type { CutoutFile } from "../../shared/background/cutout.ts";
import { GuardedRemover } from "../../shared/background/guarded_remover.ts";
import { MemoryCircuit } from "../../shared/background/circuit/memory_circuit.ts";

const PHOTO = Uint8Array.of(1);
const CUTOUT: CutoutFile = { kind: "mask", bytes: Uint8Array.of(2) };
const CLOSED: Passage = { state: "closed", clean: true };

/** A remover with a list of outcomes, behind a breaker with a manual clock. */
class Bench {
  asked = 0;
  nowMs = 0;
  answers: (() => CutoutFile)[] = [];
  readonly circuit = new MemoryCircuit({ cooldownMs: 1_000, leaseMs: 5_000 }, () => this.nowMs);
  readonly remover = new GuardedRemover({
    provider: "p",
    name: "API4.ai",
    variant: "v",
    kind: "mask",
    remove: () => {
      this.asked++;
      const answer = this.answers.shift() ?? (() => CUTOUT);
      return new Promise((resolve) => resolve(answer()));
    },
  }, this.circuit);

  async codeOf(promise: Promise<unknown> = this.remover.remove(PHOTO)): Promise<string> {
    try {
      await promise;
      return "removed";
    } catch (error) {
      return error instanceof BackgroundError ? error.code : String(error);
    }
  }
}

const failing = (outage?: Outage) => () => {
  throw new BackgroundError("background_removal_failed", "It failed.", undefined, outage);
};

Deno.test("after five outages in a row the remover is paused, and one caller then tries it", async () => {
  const bench = new Bench();
  bench.answers = Array.from({ length: 5 }, () => failing({}));
  for (let i = 0; i < 5; i++) assert.equal(await bench.codeOf(), "background_removal_failed");
  assert.equal(await bench.codeOf(), "background_removal_paused");
  assert.equal(bench.asked, 5);

  bench.nowMs = 1_000;
  const both = [bench.codeOf(), bench.codeOf()];
  assert.deepEqual((await Promise.all(both)).sort(), ["background_removal_paused", "removed"]);
  assert.equal(bench.asked, 6);
  assert.equal(await bench.codeOf(), "removed");
});

Deno.test("a failed trial doubles the pause", async () => {
  const bench = new Bench();
  bench.answers = Array.from({ length: 6 }, () => failing({}));
  for (let i = 0; i < 5; i++) await bench.codeOf();
  bench.nowMs = 1_000;
  assert.equal(await bench.codeOf(), "background_removal_failed");
  bench.nowMs = 2_999;
  assert.equal(await bench.codeOf(), "background_removal_paused");
  bench.nowMs = 3_000;
  assert.equal(await bench.codeOf(), "removed");
});

Deno.test("the warning contains the seconds of the pause", async () => {
  const bench = new Bench();
  bench.answers = [failing({ retryAfterMs: 90_000 })];
  await bench.codeOf();
  const message = "API4.ai has failed repeatedly and is paused for 90 s.";
  await assert.rejects(bench.remover.remove(PHOTO), { message });
  bench.nowMs = 89_999;
  await assert.rejects(bench.remover.remove(PHOTO), /paused for 1 s/);
});

Deno.test("errors about one photo or the key do not count as outages, nor do disconnects", async () => {
  const bench = new Bench();
  const abort = () => {
    throw new DOMException("gone", "AbortError");
  };
  for (const answer of [failing(), abort]) {
    bench.answers = Array.from({ length: 20 }, () => answer);
    while (bench.answers.length > 0) assert.notEqual(await bench.codeOf(), "removed");
  }
  assert.equal(await bench.codeOf(), "removed");
});

Deno.test("a caller that disconnects during its trial leaves the trial to the next one", async () => {
  const bench = new Bench();
  bench.answers = Array.from({ length: 5 }, () => failing({}));
  for (let i = 0; i < 5; i++) await bench.codeOf();
  bench.nowMs = 1_000;
  bench.answers = [() => {
    throw new DOMException("gone", "AbortError");
  }];
  await bench.codeOf();
  assert.equal(await bench.codeOf(), "removed");
});

Deno.test("a working remover costs one lookup, and a report only if the state changes", async () => {
  const calls: string[] = [];
  const checks: Passage[] = [CLOSED, { state: "closed", clean: false }, { state: "half-open" }];
  const circuit: Circuit = {
    check: () => (calls.push("check"), Promise.resolve(checks.shift()!)),
    claim: () => (calls.push("claim"), Promise.resolve<Claim>({ state: "claimed" })),
    report: ({ kind }: Outcome, wasProbe) => (calls.push(`${kind} ${wasProbe}`), Promise.resolve()),
  };
  const remove = () => Promise.resolve(CUTOUT);
  const remover = new GuardedRemover(
    { provider: "p", name: "API4.ai", variant: "v", kind: "mask", remove },
    circuit,
  );
  for (let i = 0; i < 3; i++) assert.equal(await remover.remove(PHOTO), CUTOUT);
  assert.deepEqual(calls, [
    "check",
    ...["check", "answered false"],
    ...["check", "claim", "answered true"],
  ]);
  assert.deepEqual([remover.provider, remover.variant, remover.kind], ["p", "v", "mask"]);
});

// Proves when the circuit breaker in memory opens, admits a trial and closes.
import assert from "node:assert/strict";
import {
  type CircuitState,
  claimProbe,
  CLEAN,
  FAILURES_TO_OPEN,
  type Outcome,
  passageOf,
  record,
} from "../../../shared/background/circuit/circuit_breaker.ts";
import { seeded } from "../../helpers/random.ts";

const COOLDOWN_MS = 30_000;
const LONGEST_COOLDOWN_MS = 300_000;
const LEASE_MS = 35_000;
const FAILED: Outcome = { kind: "failed" };
const ANSWERED: Outcome = { kind: "answered" };
const ABANDONED: Outcome = { kind: "abandoned" };
const OUTCOMES: Outcome[] = [ANSWERED, FAILED, ABANDONED];

const take = (
  state: CircuitState,
  outcome: Outcome,
  nowMs: number,
  wasProbe = false,
): CircuitState => record(state, outcome, wasProbe, nowMs, COOLDOWN_MS);
const failing = (times: number, nowMs = 0): CircuitState => {
  let state = CLEAN;
  for (let i = 0; i < times; i++) state = take(state, FAILED, nowMs);
  return state;
};
/** A breaker that has opened at time 0, and whose only trial has been claimed as soon as possible. */
const probing = (): CircuitState =>
  claimProbe(failing(FAILURES_TO_OPEN), COOLDOWN_MS, LEASE_MS).state;

Deno.test("a breaker opens for the cool-down after five failures in a row", () => {
  assert.deepEqual(passageOf(CLEAN, 0), { state: "closed", clean: true });
  assert.deepEqual(passageOf(failing(4), 0), { state: "closed", clean: false });
  const open = failing(5);
  assert.deepEqual(passageOf(open, 0), { state: "open", waitMs: COOLDOWN_MS });
  assert.deepEqual(passageOf(open, COOLDOWN_MS - 1), { state: "open", waitMs: 1 });
  assert.deepEqual(passageOf(open, COOLDOWN_MS), { state: "half-open" });
});

Deno.test("a success resets the count of failures; an aborted call changes nothing", () => {
  assert.deepEqual(take(failing(4), ANSWERED, 0), CLEAN);
  assert.deepEqual(take(failing(4), ABANDONED, 0), failing(4));
});

Deno.test("a half-open breaker admits one trial, and another one if the first never reports", () => {
  const open = failing(5);
  assert.equal(claimProbe(CLEAN, 0, LEASE_MS).claimed, false);
  assert.equal(claimProbe(open, COOLDOWN_MS - 1, LEASE_MS).claimed, false);
  const first = claimProbe(open, COOLDOWN_MS, LEASE_MS);
  assert.equal(first.claimed, true);
  assert.deepEqual(passageOf(first.state, COOLDOWN_MS), { state: "open", waitMs: LEASE_MS });
  assert.equal(claimProbe(first.state, COOLDOWN_MS + 1, LEASE_MS).claimed, false);
  assert.equal(claimProbe(first.state, COOLDOWN_MS + LEASE_MS, LEASE_MS).claimed, true);
});

Deno.test("a successful trial closes the breaker, an abandoned one allows another", () => {
  assert.deepEqual(take(probing(), ANSWERED, 31_000, true), CLEAN);
  assert.deepEqual(passageOf(take(probing(), ABANDONED, 31_000, true), 31_000), {
    state: "half-open",
  });
});

Deno.test("each failed trial doubles the cool-down, up to five minutes", () => {
  let state = failing(5);
  let nowMs = 0;
  const waits: number[] = [];
  for (let i = 0; i < 30; i++) {
    const passage = passageOf(state, nowMs);
    assert.equal(passage.state, "open");
    if (passage.state === "open") waits.push(passage.waitMs);
    nowMs += waits[i];
    state = take(claimProbe(state, nowMs, LEASE_MS).state, FAILED, nowMs, true);
  }
  assert.deepEqual(waits.slice(0, 6), [30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
  assert.equal(waits.at(-1), LONGEST_COOLDOWN_MS);
});

Deno.test("a Retry-After opens the breaker at once for its time, up to a maximum", () => {
  const waitAfter = (retryAfterMs: number, before = CLEAN) => {
    const passage = passageOf(take(before, { kind: "failed", retryAfterMs }, 0), 0);
    return passage.state === "open" ? passage.waitMs : passage.state;
  };
  assert.equal(waitAfter(0), "closed");
  assert.equal(waitAfter(1_000), 1_000);
  assert.equal(waitAfter(60_000), 60_000);
  assert.equal(waitAfter(86_400_000), LONGEST_COOLDOWN_MS);
  assert.equal(waitAfter(1_000, failing(4)), COOLDOWN_MS, "five failures in a row");
});

Deno.test("after a Retry-After, a failed trial without one starts a normal cool-down", () => {
  const open = take(CLEAN, { kind: "failed", retryAfterMs: 1_000 }, 0);
  const probed = claimProbe(open, 1_000, LEASE_MS).state;
  assert.deepEqual(passageOf(take(probed, FAILED, 1_000, true), 1_000), {
    state: "open",
    waitMs: COOLDOWN_MS,
  });
});

Deno.test("a call from before the opening does not close the breaker", () => {
  const states: CircuitState[] = [failing(5), probing()];
  for (const state of states) {
    for (const outcome of OUTCOMES) {
      assert.deepEqual(record(state, outcome, false, 1_000, COOLDOWN_MS), state);
    }
  }
});

Deno.test("in any sequence of events at most one caller at a time runs a trial, and no wait exceeds the bounds", () => {
  const random = seeded(20_260_101);
  let state = CLEAN;
  let nowMs = 0;
  let leases: number[] = [];
  for (let step = 0; step < 20_000; step++) {
    nowMs += random(20_000);
    leases = leases.filter((until) => until > nowMs);
    const passage = passageOf(state, nowMs);
    if (passage.state === "open") {
      assert.ok(passage.waitMs > 0 && passage.waitMs <= Math.max(LONGEST_COOLDOWN_MS, LEASE_MS));
    }
    const probe = claimProbe(state, nowMs, LEASE_MS);
    if (probe.claimed) leases.push(nowMs + LEASE_MS);
    assert.ok(leases.length <= 1, `${leases.length} simultaneous trials in step ${step}`);
    state = probe.state;
    const outcome = [ANSWERED, FAILED, FAILED, FAILED, ABANDONED][random(5)];
    const wasProbe = leases.length > 0 && random(2) === 0;
    if (wasProbe) leases = [];
    state = take(state, outcome, nowMs, wasProbe);
  }
});

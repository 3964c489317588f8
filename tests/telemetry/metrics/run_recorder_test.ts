// Proves how runs are collected, recorded and retried.
import assert from "node:assert/strict";
import { workDone } from "../../../shared/telemetry/after_response.ts";
import { RunRecorder } from "../../../shared/telemetry/metrics/run_recorder.ts";
import type { IdentifiedRun } from "../../../shared/telemetry/metrics/run_store.ts";
import { runOf } from "../../helpers/run_of.ts";
import { until } from "../../helpers/until.ts";

/** A store that records its calls, and can fail or delay them. */
class Store {
  readonly writes: (readonly IdentifiedRun[])[] = [];
  answer: () => Promise<void> = () => Promise.resolve();

  record(runs: readonly IdentifiedRun[]): Promise<void> {
    this.writes.push(runs);
    return this.answer();
  }

  get ids(): string[][] {
    return this.writes.map((runs) => runs.map(({ requestId }) => requestId));
  }
}

const observe = (recorder: RunRecorder, ...ids: string[]) =>
  ids.forEach((requestId) => recorder.observe(runOf({ requestId })));

/** Collects the log during a run. */
async function logged(run: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const { warn } = console;
  console.warn = (line: string) => lines.push(line);
  try {
    await run();
  } finally {
    console.warn = warn;
  }
  return lines;
}

Deno.test("simultaneous runs are recorded with one call", async () => {
  const store = new Store();
  observe(new RunRecorder(store), "a", "b", "c");
  assert.equal(store.writes.length, 0, "the answer does not wait for the call");
  await workDone();
  assert.deepEqual(store.ids, [["a", "b", "c"]]);
  assert.equal(new Set(store.writes[0].map(({ id }) => id)).size, 3);
});

Deno.test("runs that arrive during a call go into the next call", async () => {
  const store = new Store();
  const { promise, resolve } = Promise.withResolvers<void>();
  store.answer = () => promise;
  const recorder = new RunRecorder(store);
  observe(recorder, "a");
  await until(() => store.writes.length === 1);
  observe(recorder, "b", "c");
  resolve();
  await workDone();
  assert.deepEqual(store.ids, [["a"], ["b", "c"]]);
});

Deno.test("a run is recorded after one lost call, without a next run", async () => {
  const store = new Store();
  store.answer = () => {
    store.answer = () => Promise.resolve();
    return Promise.reject(new Error("timed out"));
  };
  await logged(async () => {
    observe(new RunRecorder(store), "a");
    await workDone();
  });
  assert.deepEqual(store.ids, [["a"], ["a"]]);
  assert.equal(store.writes[0][0].id, store.writes[1][0].id);
});

Deno.test("a run that could not be recorded is retried with the next one, under the same id, and logged once", async () => {
  const store = new Store();
  const recorder = new RunRecorder(store);
  const lines = await logged(async () => {
    store.answer = () => Promise.reject(new Error("the database is down\nand more"));
    observe(recorder, "a");
    await workDone();
    observe(recorder, "b");
    await workDone();
    store.answer = () => Promise.resolve();
    observe(recorder, "c");
    await workDone();
  });
  assert.deepEqual(store.ids, [["a"], ["a"], ["a", "b"], ["a", "b"], ["a", "b", "c"]]);
  assert.equal(store.writes[0][0].id, store.writes[4][0].id);
  assert.equal(lines.length, 1);
  const { event, cause } = JSON.parse(lines[0]);
  assert.deepEqual({ event, cause }, {
    event: "runs_not_recorded",
    cause: "Error: the database is down",
  });
});

Deno.test("runs that arrive during a failing call are tried at once", async () => {
  const store = new Store();
  const { promise, reject } = Promise.withResolvers<void>();
  store.answer = () => promise;
  const recorder = new RunRecorder(store);
  await logged(async () => {
    observe(recorder, "a");
    await until(() => store.writes.length === 1);
    observe(recorder, "b");
    store.answer = () => Promise.resolve();
    reject(new Error("the answer got lost"));
    await workDone();
  });
  assert.deepEqual(store.ids, [["a"], ["a", "b"]]);
});

Deno.test("while the database is down only the latest runs are kept", async () => {
  const store = new Store();
  store.answer = () => Promise.reject(new Error("down"));
  const recorder = new RunRecorder(store);
  await logged(async () => {
    observe(recorder, ...Array.from({ length: 70 }, (_, i) => String(i)));
    await workDone();
  });
  assert.deepEqual(store.ids[0], Array.from({ length: 50 }, (_, i) => String(i + 20)));
});

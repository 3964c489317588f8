// Proves how an isolate's worker takes items from the queue: how many at once, until when, and what it reports.

import assert from "node:assert/strict";
import type { ItemOutcome, TakenItem } from "../../shared/batch/batch_item.ts";
import { Worker, type WorkerDeps } from "../../shared/batch/worker.ts";
import { FakeIntervals } from "../helpers/fake_intervals.ts";
import { until } from "../helpers/until.ts";

const DONE: ItemOutcome = { kind: "done", result: { storage_urls: {} } };
const NO_ROOM: ItemOutcome = { kind: "no_room", hasProgressed: false };
const FAILED: ItemOutcome = {
  kind: "failed",
  error: { code: "storage_failed", message: "Storage failed." },
  retryable: true,
};

function itemAt(position: number, tries = 1): TakenItem {
  const ids = { messageId: position + 1, batchId: "b", position, attempt: 1, tries };
  return { ...ids, bucket: "car-originals", path: `${position}.jpg`, settings: {} };
}

/** A queue in memory with a worker. */
function workerAt(
  items: TakenItem[],
  outcomeOf: (item: TakenItem) => ItemOutcome | Promise<ItemOutcome>,
) {
  const told: string[] = [];
  const handedOn: number[] = [];
  const state = { webhooks: 0, underWay: 0, most: 0, isEnding: false, isOld: false, elsewhere: 0 };
  const store: WorkerDeps["store"] = {
    take: () => Promise.resolve(items.shift() ?? null),
    waiting: () => Promise.resolve({ visible: items.length, processing: state.elsewhere }),
    extend: () => Promise.resolve(),
    giveBack: (item) =>
      Promise.resolve(void (items.unshift(item), told.push(`back ${item.position}`))),
    finish: (item) => Promise.resolve(void told.push(`done ${item.position}`)),
    fail: (item, { code }, retryable, delay) =>
      Promise.resolve(void told.push(`failed ${item.position} ${code} ${retryable} ${delay}`)),
  };
  const deps: WorkerDeps = {
    store,
    process: async (item) => {
      state.most = Math.max(state.most, ++state.underWay);
      await Promise.resolve();
      return await Promise.resolve(outcomeOf(item)).finally(() => state.underWay--);
    },
    isEnding: () => state.isEnding,
    isOld: () => state.isOld,
    handOn: (count) => Promise.resolve(void handedOn.push(count)),
    callWebhooks: () => Promise.resolve(void state.webhooks++),
    patienceMs: 5,
  };
  return { worker: new Worker(deps), deps, store, told, handedOn, state };
}

const many = (count: number) => Array.from({ length: count }, (_, position) => itemAt(position));

Deno.test("a worker processes the queue three items at a time, and then calls the webhooks", async () => {
  const { worker, told, handedOn, state } = workerAt(many(10), () => DONE);
  await worker.run();
  assert.deepEqual(told.toSorted(), many(10).map(({ position }) => `done ${position}`));
  assert.deepEqual([handedOn, state.webhooks, state.most], [[], 1, 3]);
});

Deno.test("a worker reports failures, and retries wait longer each time", async () => {
  const items = [itemAt(0, 1), itemAt(1, 4)];
  const { worker, told } = workerAt(items, () => FAILED);
  await worker.run();
  assert.deepEqual(told, ["failed 0 storage_failed true 10", "failed 1 storage_failed true 80"]);
});

Deno.test("a worker without room releases the item and soon hands over, while other items are in progress", async () => {
  const slow = Promise.withResolvers<ItemOutcome>();
  const { worker, told, handedOn, state } = workerAt(
    many(5),
    ({ position }) => position === 0 ? slow.promise : position === 1 ? DONE : NO_ROOM,
  );
  const running = worker.run();
  await until(() => handedOn.length > 0);
  assert.ok(worker.isFull);
  assert.ok(!told.includes("done 0"));
  slow.resolve(DONE);
  await running;
  assert.ok(told.includes("done 0") && told.includes("back 2"));
  assert.deepEqual([handedOn, state.webhooks, worker.isFull], [[0], 0, false]);
});

Deno.test("workers that cannot start anything stop calling each other after a few calls", async () => {
  const { worker, handedOn } = workerAt(many(1), () => NO_ROOM);
  for (let before = 0; before < 6; before++) await worker.run(before);
  assert.deepEqual(handedOn, [1, 2, 3]);
});

Deno.test("workers that each do a part of an item go on calling each other", async () => {
  const { worker, handedOn } = workerAt(many(1), () => ({ kind: "no_room", hasProgressed: true }));
  for (let before = 0; before < 6; before++) await worker.run(before);
  assert.deepEqual(handedOn, [0, 0, 0, 0, 0, 0]);
});

Deno.test("an isolate has one worker, which checks the queue again if it is called meanwhile", async () => {
  const items = many(1);
  const slow = Promise.withResolvers<ItemOutcome>();
  const { worker, told, state } = workerAt(
    items,
    ({ position }) => position === 0 ? slow.promise : DONE,
  );
  const running = worker.run();
  await until(() => state.underWay === 1);
  items.push(itemAt(1), itemAt(2));
  await worker.run(); // returns at once
  assert.deepEqual(told, []);
  slow.resolve(DONE);
  await running;
  assert.deepEqual(told, ["done 0", "done 1", "done 2"]);
});

Deno.test("a worker that is called after its last check of the queue checks it again", async () => {
  const items = many(1);
  const { worker, deps, told, state } = workerAt(items, () => DONE);
  const { callWebhooks } = deps;
  deps.callWebhooks = async () => {
    // The lanes have ended, but not the run.
    if (state.webhooks === 0) {
      items.push(itemAt(1), itemAt(2));
      await worker.run();
      assert.deepEqual(told, ["done 0"], "one worker at a time");
    }
    await callWebhooks();
  };
  await worker.run();
  assert.deepEqual([told, state.webhooks], [["done 0", "done 1", "done 2"], 2]);
});

Deno.test("a worker extends its item's visibility only while it processes the item", async () => {
  using intervals = new FakeIntervals();
  const slow = Promise.withResolvers<ItemOutcome>();
  const { worker, store, told, state } = workerAt(many(1), () => slow.promise);
  const visibilities: number[] = [];
  const { take } = store;
  store.take = (seconds) => (visibilities.push(seconds), take(seconds));
  const extended: [item: number, seconds: number][] = [];
  store.extend = ({ position }, seconds) => {
    extended.push([position, seconds]);
    return extended.length === 1 ? Promise.reject(new Error("down")) : Promise.resolve();
  };
  const running = worker.run();
  await until(() => state.underWay === 1);
  const [{ run, everyMs }] = intervals.started;
  // One extension may fail: the next is still in time.
  assert.ok(everyMs > 0 && 2 * everyMs < visibilities[0] * 1_000, `${everyMs} ms`);
  run();
  run();
  assert.deepEqual(extended, [[0, visibilities[0]], [0, visibilities[0]]]);
  assert.deepEqual([told, intervals.started[0].isOver], [[], false]);
  slow.resolve(DONE);
  await running;
  assert.deepEqual([told, intervals.started.map(({ isOver }) => isOver)], [["done 0"], [true]]);
});

Deno.test("a worker takes nothing if the process is ending, and calls another one if it is old", async () => {
  const { worker, told, handedOn, state } = workerAt(many(3), () => DONE);
  state.isEnding = true;
  await worker.run();
  assert.deepEqual([told, handedOn], [[], []]);
  Object.assign(state, { isEnding: false, isOld: true });
  await worker.run();
  assert.deepEqual([told, handedOn], [[], [1]]);
});

Deno.test("if a take returns nothing, the worker checks for open work, as stale messages may have been dropped", async () => {
  const { worker, store, told } = workerAt(many(2), () => DONE);
  const { take } = store;
  let cleared = 3;
  store.take = (seconds) => cleared-- > 0 ? Promise.resolve(null) : take(seconds);
  await worker.run();
  assert.deepEqual(told, ["done 0", "done 1"]);
});

Deno.test("a database failure ends the worker, which still reports items in progress", async () => {
  const { worker, store, told, handedOn, state } = workerAt(many(5), () => DONE);
  const { take, finish } = store;
  let taken = 0;
  store.take = (seconds) => taken++ < 1 ? take(seconds) : Promise.reject(new Error("down"));
  let tries = 0;
  store.finish = (item, result) =>
    tries++ === 0 ? Promise.reject(new Error("down")) : finish(item, result);
  await worker.run();
  assert.deepEqual([told, handedOn, state.webhooks], [["done 0"], [], 0]);
});

Deno.test("a worker without room continues as soon as an item of its own frees some", async () => {
  const first = Promise.withResolvers<ItemOutcome>();
  let isRoom = false;
  const { worker, told, handedOn, state } = workerAt(
    many(4),
    ({ position }) => position === 0 && !isRoom ? first.promise : isRoom ? DONE : NO_ROOM,
  );
  // The maximum is in progress elsewhere: the worker waits for the isolate's own items.
  state.elsewhere = 8;
  const running = worker.run();
  await until(() => told.length >= 2);
  isRoom = true;
  first.resolve(DONE);
  await running;
  assert.deepEqual(told.filter((line) => line.startsWith("done")).length, 4);
  assert.deepEqual(handedOn, []);
});

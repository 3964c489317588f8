// Proves how the rollout's settings are cached, and which apply while the database is down.
import assert from "node:assert/strict";
import {
  SettingsCache,
  type StoredSettings,
} from "../../../shared/photo/rollout/settings_cache.ts";
import { FakeTimers } from "../../helpers/fake_fetch.ts";
import { ManualClock } from "../../helpers/manual_clock.ts";

/** The interval that docs/rollout.md promises, independent of the code's constant. */
const GOOD_FOR_MS = 10_000;
const OWN = { percent: 100, useNewPipeline: true, shadowPercent: 0 };
const NOTHING = { percent: null, useNewPipeline: null, shadowPercent: null };

/** A cache whose database the test simulates. */
function cached(own = OWN) {
  const clock = new ManualClock();
  const db = { reads: 0, read: (): Promise<StoredSettings | null> => Promise.resolve(null) };
  const cache = new SettingsCache(own, () => (db.reads++, db.read()), clock.now);
  return { clock, db, cache };
}

/** Collects warnings instead of printing them. */
async function warned(run: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const original = console.warn;
  console.warn = (line: string) => lines.push(line);
  try {
    await run();
  } finally {
    console.warn = original;
  }
  return lines;
}

Deno.test("a stored setting overrides the environment, an unset one does not", async () => {
  const { db, cache, clock } = cached();
  assert.deepEqual(await cache.current(), OWN);
  db.read = () => Promise.resolve({ ...NOTHING, percent: 10 });
  clock.advance(GOOD_FOR_MS);
  assert.deepEqual(await cache.current(), { ...OWN, percent: 10 });
  db.read = () => Promise.resolve({ percent: null, useNewPipeline: false, shadowPercent: 5 });
  clock.advance(GOOD_FOR_MS);
  assert.deepEqual(await cache.current(), {
    percent: 100,
    useNewPipeline: false,
    shadowPercent: 5,
  });
});

Deno.test("the settings are read once in ten seconds for all callers", async () => {
  const { db, cache, clock } = cached();
  cache.prepare();
  await Promise.all([cache.current(), cache.current(), cache.current()]);
  clock.advance(GOOD_FOR_MS - 1);
  await cache.current();
  assert.equal(db.reads, 1);
  clock.advance(1);
  await cache.current();
  assert.equal(db.reads, 2);
});

Deno.test("while the database is down the last known settings apply, and one warning is logged", async () => {
  const { db, cache, clock } = cached();
  db.read = () => Promise.resolve({ ...NOTHING, percent: 10 });
  await cache.current();
  db.read = () => Promise.reject(new Error("connection refused"));
  const lines = await warned(async () => {
    for (let i = 0; i < 3; i++) {
      clock.advance(GOOD_FOR_MS);
      assert.equal((await cache.current()).percent, 10);
    }
  });
  assert.equal(db.reads, 4);
  assert.equal(lines.length, 1);
  assert.match(lines[0], /rollout_settings_unreadable.*connection refused/);
  db.read = () => Promise.resolve({ ...NOTHING, percent: 20 });
  clock.advance(GOOD_FOR_MS);
  assert.equal((await cache.current()).percent, 20);
});

Deno.test("only one photo waits for a database that hangs, and the environment's settings apply", async () => {
  const { db, cache } = cached();
  db.read = () => new Promise(() => {});
  const lines = await warned(async () => {
    using timers = new FakeTimers();
    assert.deepEqual(await cache.current(), OWN);
    const waitedMs = timers.waits.reduce((sum, ms) => sum + ms, 0);
    assert.equal(waitedMs, 1_000);
    assert.deepEqual(await cache.current(), OWN);
  });
  assert.equal(db.reads, 1);
  assert.equal(lines.length, 1);
});

Deno.test("a stored 0 or false overrides the environment like any other value", async () => {
  const { db, cache } = cached({ percent: 100, useNewPipeline: true, shadowPercent: 20 });
  const none = { percent: 0, useNewPipeline: false, shadowPercent: 0 };
  db.read = () => Promise.resolve(none);
  assert.deepEqual(await cache.current(), none);
});

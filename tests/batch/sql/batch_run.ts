import assert from "node:assert/strict";
import type { LocalSupabase } from "../../../dev/local_supabase.ts";
import { batchCalls, type BatchStatus, type Taken, type Waiting } from "./batch_calls.ts";
import { BatchModel, type Hand, type Word } from "./batch_model.ts";

/** A step. Its number chooses among the current candidates; without candidates the step does nothing. */
export interface Step {
  what: typeof KINDS[number];
  which: number;
}

const WORDS: Record<string, Word> = {
  finish: "succeeded",
  fail: "failed",
  retry: "retry now",
  "retry later": "retry later",
  "give back": "given back",
};
const KINDS = [
  "create",
  "take",
  "finish",
  "fail",
  "retry",
  "retry later",
  "give back",
  "extend",
  "pass",
  "duplicate",
  "cancel",
  "requeue",
] as const;
/** The weight of each kind of step. */
const WEIGHTS = [4, 26, 8, 3, 20, 4, 6, 4, 20, 4, 1, 5];

/** Creates random steps; the same source of numbers gives the same steps. */
export function randomSteps(length: number, below: (bound: number) => number): Step[] {
  const bag = KINDS.flatMap((what, index) => Array<Step["what"]>(WEIGHTS[index]).fill(what));
  return Array.from({ length }, () => ({ what: bag[below(bag.length)], which: below(1000) }));
}

/** Runs steps on the database and on its model, and compares both after each. */
export class BatchRun {
  readonly #model = new BatchModel();
  readonly #ids: string[] = [];
  readonly #hands: { hand: Hand; taken: Taken }[] = [];
  readonly #successes = new Map<string, number>();
  readonly #calls: ReturnType<typeof batchCalls>;
  readonly #query: LocalSupabase["query"];
  #last: BatchStatus[] = [];

  constructor(supabase: LocalSupabase) {
    this.#calls = batchCalls(supabase);
    this.#query = supabase.query;
  }

  /** @throws AssertionError If the database differs from the model, or breaks a rule. */
  async run(steps: Step[]): Promise<void> {
    await this.#calls.forget();
    for (const step of steps) {
      await this.#step(step);
      await this.#compare();
    }
    await this.#drain();
  }

  async #step({ what, which }: Step): Promise<void> {
    const calls = this.#calls;
    if (what === "create") return await this.#create(which);
    if (what === "take") return await this.#take(1 + which % 3);
    if (what === "pass" || what === "duplicate") return await this.#onMessage(what, which);
    if (what === "cancel" || what === "requeue") {
      if (this.#ids.length === 0) return;
      const batch = which % this.#ids.length;
      const positions = which % 2 === 0 ? undefined : [0, 2];
      const [actual, expected] = what === "cancel"
        ? [await calls.cancel(this.#ids[batch]), this.#model.cancel(batch)]
        : [
          await calls.requeue(this.#ids[batch], positions),
          this.#model.requeue(batch, positions),
        ];
      return assert.deepEqual(actual, expected);
    }
    // Mostly a recent one; sometimes one from long ago.
    const back = which % 7 === 0 ? which : which % 4;
    const held = this.#hands.at(-1 - back % Math.max(1, this.#hands.length));
    if (!held) return;
    if (what === "extend") {
      return assert.equal(await calls.extend(held.taken, 600), this.#model.extend(held.hand));
    }
    await this.#say(held, WORDS[what]);
  }

  async #create(which: number): Promise<void> {
    const items = 1 + which % 4;
    // Keys repeat, as a client retries.
    const key = which % 3 === 0 ? `key-${items}` : undefined;
    const webhook = which % 2 === 0 && !key ? "https://portal.example/" : undefined;
    const actual = await this.#calls.create({ items, key, hash: key, webhook });
    const { batch, created } = this.#model.create(items, webhook !== undefined, key);
    if (created) this.#ids.push(actual.batch_id);
    const batch_id = this.#ids[batch];
    assert.deepEqual(actual, { batch_id, created, conflict: false, total: items });
  }

  async #take(most: number): Promise<void> {
    const actual = await this.#calls.take(most);
    const expected = this.#model.take(most);
    const told = expected.map(({ batch, position, attempt, tries }) => ({
      batch_id: this.#ids[batch],
      position,
      attempt,
      tries,
    }));
    assert.deepEqual(
      actual.map(({ batch_id, position, attempt, tries }) => ({
        batch_id,
        position,
        attempt,
        tries,
      })),
      told,
    );
    this.#hands.push(...actual.map((taken, index) => ({ taken, hand: expected[index] })));
  }

  async #say({ hand, taken }: { hand: Hand; taken: Taken }, word: Word): Promise<void> {
    const calls = this.#calls;
    const actual = word === "succeeded"
      ? await calls.finish(taken, { attempt: taken.attempt })
      : word === "given back"
      ? await calls.giveBack(taken)
      : await calls.fail(taken, word !== "failed", word === "retry later" ? 600 : 0);
    assert.deepEqual(actual, this.#model.say(hand, word));
    if (word !== "succeeded" || !actual.applied) return;
    const item = `${taken.batch_id}/${taken.position}`;
    this.#successes.set(item, (this.#successes.get(item) ?? 0) + 1);
  }

  async #onMessage(what: "pass" | "duplicate", which: number): Promise<void> {
    const queue = this.#model.queue;
    if (what === "pass" && which % 5 === 0) {
      await this.#calls.passTime();
      for (const message of queue) message.visible = true;
      return;
    }
    if (queue.length === 0) return;
    const index = which % queue.length;
    const message = queue[index];
    const place = `(select msg_id from pgmq.q_process_image order by msg_id offset $1 limit 1)`;
    if (what === "pass") {
      message.visible = true;
      await this.#query(
        `update pgmq.q_process_image set vt = clock_timestamp() - interval '1 second' where msg_id = ${place}`,
        [index],
      );
    } else {
      this.#model.duplicate(message);
      await this.#query(
        `select pgmq.send('process_image', (select message from pgmq.q_process_image where msg_id = ${place}))`,
        [index],
      );
    }
  }

  /** Compares everything visible with the model, and checks the invariants. */
  async #compare(): Promise<void> {
    const { batches, queue } = this.#model;
    const [{ statuses, waiting }] = await this.#query<
      { statuses: BatchStatus[] | null; waiting: Waiting }
    >(
      `select (select jsonb_agg(public.batch_status(id::uuid) order by place)
         from jsonb_array_elements_text($1) with ordinality as listed (id, place)) as statuses,
         public.batch_waiting() as waiting`,
      [this.#ids],
    );
    const seen = statuses ?? [];
    assert.deepEqual(
      seen.map(({ batch, items }) => [
        batch.finished_at !== null,
        ...items.map(({ state, tries }) => `${state} ${tries}`),
      ]),
      batches.map(({ finished, items }) => [
        finished,
        ...items.map(({ state, tries }) => `${state} ${tries}`),
      ]),
    );
    for (const [index, { counts, items, changes }] of seen.entries()) {
      const { total, ...states } = counts;
      assert.equal(Object.values(states).reduce((sum, count) => sum + count, 0), total);
      assert.equal(items.length, total);
      const last = this.#last[index];
      if (!last) continue;
      const same = JSON.stringify(last) === JSON.stringify(seen[index]);
      assert.ok(same || changes > last.changes, "a change was not counted");
    }
    this.#last = seen;

    const place = ({ batch_id, position }: { batch_id: string; position: number }) =>
      `${this.#ids.indexOf(batch_id)}/${position}`;
    const messages = (await this.#calls.messages()).map(place);
    assert.deepEqual(messages, queue.map(({ batch, position }) => `${batch}/${position}`));
    const where = (wanted: (state: string) => boolean) =>
      seen.flatMap(({ items }, batch) =>
        items.filter(({ state }) => wanted(state)).map(({ position }) => `${batch}/${position}`)
      );
    const letters = (await this.#calls.deadLetters()).map(place);
    assert.deepEqual(letters.sort(), where((state) => state === "failed").sort());
    for (const open of where((state) => state === "queued" || state === "processing")) {
      assert.ok(messages.includes(open), `${open} is lost`);
    }
    assert.equal(waiting.visible, queue.filter(({ visible }) => visible).length);
    assert.equal(
      waiting.processing,
      batches.flatMap(({ items }) => items).filter(({ state, message }) =>
        state === "processing" && !message!.visible
      ).length,
    );
    for (const [item, times] of this.#successes) assert.equal(times, 1, `${item} is done twice`);
  }

  /** Empties the queue with working workers, until every batch has ended. */
  async #drain(): Promise<void> {
    await this.#onMessage("pass", 0);
    while (this.#model.queue.length > 0) {
      const before = this.#hands.length;
      await this.#take(10);
      for (const held of this.#hands.slice(before)) await this.#say(held, "succeeded");
    }
    await this.#compare();
    for (const { batch, items } of this.#last) {
      assert.notEqual(batch.finished_at, null);
      assert.ok(items.every(({ state }) => !["queued", "processing"].includes(state)));
    }
  }
}

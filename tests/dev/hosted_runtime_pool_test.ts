// Proves how the simulated hosted runtime shares its isolates among waiting requests.
import assert from "node:assert/strict";
import { Pool } from "../../dev/hosted_runtime/pool.ts";

/** An isolate as the pool sees it. */
class Member {
  retired = false;
  readonly ended = new AbortController();
  end(): void {
    this.retired = true;
    this.ended.abort();
  }
}

/** Runs everything that is ready. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A pool of two places whose isolates start when the test says so. */
function twoPlaces(waitMs = 60_000) {
  const starts: ((member?: Member) => void)[] = [];
  const boot = () => new Promise<Member | undefined>((resolve) => starts.push(resolve));
  const pool = new Pool<Member>({ parallelism: 2, waitMs, boot, check: () => {} });
  return { pool, starts };
}

Deno.test("each ended request wakes one waiting request", async () => {
  const { pool, starts } = twoPlaces();
  const [one, two, three, four] = Array.from({ length: 4 }, () => pool.acquire());
  assert.equal(starts.length, 2);
  const [a, b] = [new Member(), new Member()];
  starts[0](a);
  starts[1](b);
  assert.deepEqual([await one, await two], [a, b]);
  pool.requestEnded(a);
  assert.equal(await three, a);
  pool.requestEnded(a);
  assert.equal(await four, b, "round robin");
  assert.equal(starts.length, 2);
});

Deno.test("a retirement, an end or a failed start lets a waiting request start an isolate", async () => {
  const { pool, starts } = twoPlaces();
  const answers = Array.from({ length: 5 }, () => pool.acquire());
  const first = new Member();
  starts[0](first);
  starts[1](undefined);
  assert.equal(await answers[0], first);
  assert.equal(await answers[1], undefined);
  await turn();
  assert.equal(starts.length, 3);
  first.retired = true;
  pool.requestEnded(first);
  await turn();
  assert.equal(starts.length, 3, "a retirement alone wakes no request");
  const sixth = pool.acquire();
  await turn();
  assert.equal(starts.length, 4, "the retirement shows at the next search");
  const [second, third] = [new Member(), new Member()];
  starts[2](second);
  assert.equal(await answers[2], second);
  second.end();
  await turn();
  assert.equal(starts.length, 5);
  starts[3](third);
  assert.equal(await answers[3], third);
  pool.requestEnded(third);
  assert.equal(await sixth, third);
  starts[4](undefined);
  assert.equal(await answers[4], undefined);
});

Deno.test("a request gets no isolate if its wait times out or the pool closes", async () => {
  const { pool } = twoPlaces(1);
  const waiting = Array.from({ length: 3 }, () => pool.acquire());
  assert.equal(await waiting[2], undefined);
  const closed = twoPlaces();
  const left = Array.from({ length: 3 }, () => closed.pool.acquire());
  closed.pool.close();
  assert.equal(await left[2], undefined);
});

// Proves which jobs an isolate admits under its CPU budget, in which order they compute, and what each outcome
// charges.
import assert from "node:assert/strict";
import { Admission } from "../../shared/isolate/admission.ts";
import { CPU_SHARE } from "../../shared/isolate/cpu_costs.ts";
import { BUDGET_MS, costOf, FIRST, Isolate, job, settle } from "../helpers/fake_isolate.ts";

Deno.test("a cold isolate admits as many of five simultaneous photos as it can finish, and can still be retired", async () => {
  const isolate = new Isolate();
  const jobs = Array.from({ length: 5 }, () => job(isolate));
  await settle();
  // The refused photos have it retired while the others wait for API4.ai.
  assert.equal(await isolate.admission.retire(), true);
  for (const { answer } of jobs) answer();
  const done = await Promise.all(jobs.map(({ done }) => done));
  assert.equal(done.filter(Boolean).length, 2);
  assert.ok(isolate.usedMs <= BUDGET_MS, `${isolate.usedMs}`);
});

for (const bootMs of [120, 500, 700, 900, 990]) {
  for (const pace of [0.5, 1, 1.3]) {
    Deno.test(`an isolate that has used ${bootMs} ms, at a pace of ${pace}, begins no job that it cannot finish`, async () => {
      const isolate = new Isolate({ bootMs });
      isolate.pace = pace;
      const jobs = Array.from({ length: 20 }, () => job(isolate));
      for (const { answer } of jobs) {
        await settle();
        answer();
      }
      const done = await Promise.all(jobs.map(({ done }) => done));
      assert.ok(done.some(Boolean));
      assert.ok(isolate.usedMs <= BUDGET_MS, `${isolate.usedMs}`);
    });
  }
}

Deno.test("jobs compute one at a time, and others compute while one waits", async () => {
  const isolate = new Isolate({ budgetMs: 0 });
  const log: string[] = [];
  const run = async (name: string) => {
    using turn = (await isolate.admission.enter(costOf))!;
    log.push(`${name} in`);
    await turn.yield();
    log.push(`${name} away`);
    await turn.suspend(settle);
    log.push(`${name} back`);
  };
  await Promise.all([run("a"), run("b")]);
  assert.deepEqual(log, ["a in", "a away", "b in", "b away", "a back", "b back"]);
});

Deno.test("without a budget every job is admitted", async () => {
  const isolate = new Isolate({ budgetMs: 0 });
  for (let i = 0; i < 100; i++) {
    const { done, answer } = job(isolate);
    answer();
    assert.equal(await done, true);
  }
  assert.ok(isolate.cpuMs > 10 * BUDGET_MS);
});

Deno.test("a fresh isolate admits the largest photo that is not refused from its header", async () => {
  const isolate = new Isolate({ bootMs: 400 });
  const turn = await isolate.admission.enter(() => ({ prepareMs: 1_150, finishMs: 400 }));
  assert.notEqual(turn, null);
});

Deno.test("an idle isolate that receives a photo has not used more than its retirement limit", async () => {
  // A busy machine: the account has counted twice what the host has.
  const isolate = new Isolate();
  isolate.reachesSelf = () => Promise.resolve(true);
  for (let sent = 0; sent < 30; sent++) {
    isolate.clock.advance(500);
    const { done, answer } = job(isolate);
    answer();
    assert.equal(await done, true, `photo ${sent}`);
  }
});

Deno.test("a slow machine admits fewer simultaneous photos, and finishes them", async () => {
  const taken = async (pace: number) => {
    const isolate = new Isolate({ pace });
    isolate.pace = pace;
    const jobs = Array.from({ length: 5 }, () => job(isolate));
    await settle();
    for (const { answer } of jobs) answer();
    const done = await Promise.all(jobs.map(({ done }) => done));
    assert.ok(isolate.usedMs <= BUDGET_MS, `${isolate.usedMs}`);
    return done.filter(Boolean).length;
  };
  assert.deepEqual([await taken(1), await taken(1.6)], [2, 1]);
});

Deno.test("other processes' CPU on a busy machine does not count as the isolate's own", async () => {
  const isolate = new Isolate();
  const turn = (await isolate.admission.enter(costOf))!;
  isolate.clock.advance(10_000);
  turn.end();
  const estimatedMs = 120 + FIRST.prepareMs + FIRST.finishMs;
  assert.ok(isolate.admission.usedMs < 1.3 * estimatedMs, `${isolate.admission.usedMs}`);
});

Deno.test("small work is refused only if it would exceed the budget", () => {
  const { admission } = new Isolate({ bootMs: 0 });
  let spent = 0;
  while (admission.charge(10)) spent += 10;
  assert.equal(spent, BUDGET_MS * CPU_SHARE.requests);
});

Deno.test("the number of admitted requests is bounded by what can be read and handed over", async () => {
  const { admission } = new Isolate();
  const visits = Array.from({ length: 20 }, () => admission.permit(20));
  assert.equal(visits.filter(Boolean).length, 8);
  // A request that begins makes room for another.
  const turn = await admission.enter(costOf);
  assert.notEqual(admission.permit(20), null);
  assert.equal(admission.permit(20), null);
  turn?.end();
  visits[0]?.[Symbol.dispose]();
  visits[1]?.[Symbol.dispose]();
  assert.notEqual(admission.permit(20), null);
});

Deno.test("without a budget every request is admitted", () => {
  const { admission } = new Isolate({ budgetMs: 0 });
  const visits = Array.from({ length: 100 }, () => admission.permit(20));
  assert.equal(visits.every(Boolean), true);
});

Deno.test("an isolate whose CPU is nearly used up no longer hands photos over", () => {
  const { admission } = new Isolate();
  assert.equal(admission.charge(20), true);
  admission.close(true);
  assert.equal(admission.charge(150), false);
});

Deno.test("a caller that disconnects while waiting costs nothing, and one that disconnects while computing costs no more", async () => {
  const isolate = new Isolate();
  const gone = new AbortController();
  const turn = (await isolate.admission.enter(costOf))!;
  const waiting = assert.rejects(isolate.admission.enter(costOf, gone.signal), /gone/);
  gone.abort(new Error("gone"));
  await waiting;
  await assert.rejects(turn.yield(gone.signal), /gone/);
  turn.end();
  assert.equal(isolate.admission.idle, true);
});

Deno.test("a failed job returns its grant", async () => {
  const isolate = new Isolate();
  const fail = async () => {
    using _turn = (await isolate.admission.enter(costOf))!;
    await Promise.reject(new Error("damaged"));
  };
  await assert.rejects(fail(), /damaged/);
  assert.equal(isolate.admission.idle, true);
  const next = job(isolate);
  next.answer();
  assert.equal(await next.done, true);
});

Deno.test("an ending isolate admits nothing more, and finishes its jobs", async () => {
  const isolate = new Isolate();
  const begun = job(isolate);
  await settle();
  const waiting = job(isolate);
  isolate.admission.close();
  begun.answer();
  assert.equal(await begun.done, true);
  assert.equal(await waiting.done, false);
  assert.equal(await isolate.admission.enter(costOf), null);
});

Deno.test("a request that waits for another service takes no place in an isolate", async () => {
  const { admission } = new Isolate();
  const answer = Promise.withResolvers<void>();
  const visits = Array.from({ length: 8 }, () => admission.permit(0)!);
  assert.equal(admission.permit(0), null);
  const away = visits[0].suspend(() => answer.promise);
  assert.notEqual(admission.permit(0), null);
  assert.equal(admission.permit(0), null);
  answer.resolve();
  await away;
  for (const visit of visits) visit[Symbol.dispose]();
  assert.equal(admission.idle, false); // the one that arrived meanwhile
});

Deno.test("on a machine of half the pace, the start and small work count twice as much", () => {
  const admission = new Admission({ budgetMs: 2_000, usedMs: 100, pace: 2 });
  assert.equal(admission.usedMs, 200);
  assert.equal(admission.charge(50), true);
  assert.equal(admission.usedMs, 300);
  assert.equal(admission.charge(800), false, "1600 ms more than the isolate has");
  assert.equal(admission.usedMs, 300);
});

Deno.test("a job that fills the memory runs in a fresh isolate only, and no job follows it until the isolate is idle", async () => {
  const large = () => ({ ...FIRST, fillsMemory: true });
  const fresh = new Isolate().admission;
  {
    using _permit = fresh.permit(0)!;
    using slot = (await fresh.enter(large))!;
    slot.end();
    assert.equal(fresh.isFull, true);
    assert.equal(await fresh.enter(costOf), null);
  }
  // A host that limits memory has dropped the isolate by now; another host's isolate goes on.
  using _permit = fresh.permit(0)!;
  assert.equal(fresh.isFull, false);
  using _slot = (await fresh.enter(costOf))!;

  const used = new Isolate().admission;
  (await used.enter(costOf))!.end();
  assert.equal(await used.enter(large), null);
});

Deno.test("on a host that does not retire isolates by CPU, a job that fills the memory runs in a used isolate too, alone", async () => {
  const large = () => ({ ...FIRST, fillsMemory: true });
  const isolate = new Isolate();
  isolate.reachesSelf = () => Promise.resolve(true);
  const { admission } = isolate;
  (await admission.enter(costOf))!.end();
  assert.equal(await admission.enter(large), null);
  assert.equal(await admission.retire(), false);
  using other = (await admission.enter(costOf))!;
  const waiting = other.suspend(settle);
  assert.equal(await admission.enter(large), null, "beside another job");
  await waiting;
  other.end();
  using slot = await admission.enter(large);
  assert.ok(slot);
});

import assert from "node:assert/strict";
import { Admission } from "../../shared/admission/admission.ts";
import type { JobCost, Turn } from "../../shared/admission/turn.ts";
import { ManualClock } from "../helpers/manual_clock.ts";

// Hosted Supabase: retired at 1000 ms, killed at 2000. A photo as estimated: 690 ms for an isolate's first, 420 later.
const BUDGET_MS = 2_000;
const FIRST: JobCost = { prepareMs: 300, finishMs: 390 };
const LATER: JobCost = { prepareMs: 150, finishMs: 270 };
const costOf = (first: boolean) => first ? FIRST : LATER;

/** An isolate and what it has truly used, as the host would count it. */
class Isolate {
  readonly clock = new ManualClock();
  readonly admission: Admission;
  cpuMs: number;
  /** What the work takes, compared with its estimate. */
  pace = 1;

  constructor({ bootMs = 120, budgetMs = BUDGET_MS, pace = 1 } = {}) {
    this.cpuMs = bootMs;
    const { now } = this.clock;
    const comesBack = () => this.comesBack();
    this.admission = new Admission({ budgetMs, usedMs: bootMs, pace, comesBack, now });
  }

  #computedMs = 0;

  compute(ms: number): void {
    this.clock.advance(ms * this.pace);
    this.#computedMs += ms * this.pace;
    this.cpuMs += ms * this.pace;
  }

  /** The first part of a job; `null` if it is not admitted. */
  async begin(): Promise<{ turn: Turn; cost: JobCost } | null> {
    using visit = this.admission.visit(0);
    if (!visit) return null;
    let cost = LATER;
    const turn = await this.admission.enter((first) => cost = costOf(first));
    if (!turn) return null;
    this.compute(cost.prepareMs);
    return { turn, cost };
  }

  /** Whether the host still gives it requests. */
  comesBack: () => Promise<boolean | undefined> = () =>
    Promise.resolve(this.usedMs < BUDGET_MS / 2);

  /** With what it has burned: nobody else moves the clock unseen. */
  get usedMs(): number {
    return this.cpuMs + this.clock.now() - this.#computedMs;
  }
}

/** A job that waits until it is told to go on. */
function job(isolate: Isolate) {
  const answer = Promise.withResolvers<void>();
  const run = async () => {
    const begun = await isolate.begin();
    if (!begun) return false;
    using turn = begun.turn;
    turn.prepared();
    await turn.away(() => answer.promise);
    isolate.compute(begun.cost.finishMs);
    turn.end();
    return true;
  };
  return { done: run(), answer: answer.resolve };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("of five photos at once a cold isolate takes what it can finish, and can still be retired", async () => {
  const isolate = new Isolate();
  const jobs = Array.from({ length: 5 }, () => job(isolate));
  await settle();
  // Those that were refused have it retired while the others wait for API4.ai.
  assert.equal(await isolate.admission.retire(), true);
  for (const { answer } of jobs) answer();
  const done = await Promise.all(jobs.map(({ done }) => done));
  assert.equal(done.filter(Boolean).length, 2);
  assert.ok(isolate.usedMs <= BUDGET_MS, `${isolate.usedMs}`);
});

for (const bootMs of [120, 500, 700, 900, 990]) {
  for (const pace of [0.5, 1, 1.3]) {
    Deno.test(`an isolate that has used ${bootMs} ms, at a pace of ${pace}, begins nothing that it can not finish`, async () => {
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
    await turn.rest();
    log.push(`${name} away`);
    await turn.away(settle);
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

Deno.test("a fresh isolate takes the largest photo that is not refused from its header", async () => {
  const isolate = new Isolate({ bootMs: 400 });
  const turn = await isolate.admission.enter(() => ({ prepareMs: 1_150, finishMs: 400 }));
  assert.notEqual(turn, null);
});

Deno.test("an idle isolate that is sent a photo has not used more than what it is retired at", async () => {
  // A busy machine: the account has counted twice what the host has.
  const isolate = new Isolate();
  isolate.comesBack = () => Promise.resolve(true);
  for (let sent = 0; sent < 30; sent++) {
    isolate.clock.advance(500);
    const { done, answer } = job(isolate);
    answer();
    assert.equal(await done, true, `photo ${sent}`);
  }
});

Deno.test("a photo that does not fit any more has the isolate retired, by as little as it takes", async () => {
  const isolate = new Isolate();
  const first = job(isolate);
  first.answer();
  await first.done;
  const big = await isolate.admission.enter(() => ({ prepareMs: 900, finishMs: 430 }));
  assert.equal(big, null);
  assert.equal(await isolate.admission.retire(), true);
  assert.ok(isolate.usedMs >= 1_000 && isolate.usedMs < 1_100, `${isolate.usedMs}`);
});

Deno.test("where a retired isolate can not be told from a live one, each refusal burns a little", async () => {
  const isolate = new Isolate({ bootMs: 1_000 });
  const before = isolate.admission.usedMs;
  isolate.comesBack = () => Promise.resolve(undefined);
  assert.equal(await isolate.admission.retire(), false);
  assert.equal(Math.round(isolate.admission.usedMs - before), 50);
});

Deno.test("on a host that retires nothing an idle isolate does not refuse for ever", async () => {
  const isolate = new Isolate({ bootMs: 900 });
  const costly = () => ({ prepareMs: 900, finishMs: 430 });
  using _ = isolate.admission.visit(0)!;
  (await isolate.admission.enter(costOf))?.end();
  assert.equal(await isolate.admission.enter(costly), null);
  isolate.comesBack = () => Promise.resolve(true);
  assert.equal(await isolate.admission.retire(), false);
  assert.notEqual(await isolate.admission.enter(costly), null);
});

Deno.test("a slow machine takes fewer photos at once, and finishes them", async () => {
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

Deno.test("what others use of a busy machine is not taken for the isolate's own", async () => {
  const isolate = new Isolate();
  const turn = (await isolate.admission.enter(costOf))!;
  isolate.clock.advance(10_000);
  turn.end();
  const estimatedMs = 120 + FIRST.prepareMs + FIRST.finishMs;
  assert.ok(isolate.admission.usedMs < 1.3 * estimatedMs, `${isolate.admission.usedMs}`);
});

Deno.test("another isolate is called for as soon as this one may be retired, until one has answered", async () => {
  const isolate = new Isolate({ bootMs: 700 });
  const answers = [true, false, false, false];
  let calls = 0;
  isolate.comesBack = () => Promise.resolve(answers[calls++]);
  const turn = (await isolate.admission.enter(costOf))!;
  await turn.rest();
  assert.equal(calls, 0);
  isolate.compute(320);
  await turn.rest();
  assert.equal(calls, 1);
  await turn.rest();
  assert.equal(calls, 4);
  turn.end();
  await settle();
  assert.equal(calls, 4);
});

Deno.test("what has to be burned is first used to warm up, for the jobs that have begun", async () => {
  const admissionOf = (usedMs: number) => {
    const isolate = new Isolate({ bootMs: usedMs });
    let warmUps = 0;
    const admission = new Admission({
      budgetMs: BUDGET_MS,
      usedMs,
      comesBack: () => isolate.comesBack(),
      warmUp: () => {
        warmUps++;
        isolate.compute(150);
        return Promise.resolve();
      },
      now: isolate.clock.now,
    });
    return { admission, warmUps: () => warmUps };
  };
  const idle = admissionOf(500);
  assert.equal(await idle.admission.retire(), true);
  assert.equal(idle.warmUps(), 0);

  const busy = admissionOf(500);
  const turn = (await busy.admission.enter(costOf))!;
  const away = Promise.withResolvers<void>();
  const job = turn.away(() => away.promise);
  assert.equal(await busy.admission.retire(), true);
  assert.equal(busy.warmUps(), 1);
  away.resolve();
  await job;

  const nearly = admissionOf(900);
  (await nearly.admission.enter(costOf))!.away(() => new Promise(() => {}));
  assert.equal(await nearly.admission.retire(), true);
  assert.equal(nearly.warmUps(), 0);
});

Deno.test("where others answer too, an isolate is retired when none of several requests comes back", async () => {
  const isolate = new Isolate({ bootMs: 1_000 });
  const answers = [false, true, false, false, true, false, false, false];
  isolate.comesBack = () => Promise.resolve(answers.shift());
  assert.equal(await isolate.admission.retire(), true);
  assert.deepEqual(answers, []);
});

Deno.test("small work is refused only where it would use the budget up", () => {
  const { admission } = new Isolate({ bootMs: 0 });
  let spent = 0;
  while (admission.spend(10)) spent += 10;
  assert.equal(spent, 1_900);
});

Deno.test("no more requests are let in than can be read and handed over", async () => {
  const { admission } = new Isolate();
  const visits = Array.from({ length: 20 }, () => admission.visit(20));
  assert.equal(visits.filter(Boolean).length, 8);
  // One that begins makes room for another.
  const turn = await admission.enter(costOf);
  assert.notEqual(admission.visit(20), null);
  assert.equal(admission.visit(20), null);
  turn?.end();
  visits[0]?.[Symbol.dispose]();
  visits[1]?.[Symbol.dispose]();
  assert.notEqual(admission.visit(20), null);
});

Deno.test("without a budget everybody is let in", () => {
  const { admission } = new Isolate({ budgetMs: 0 });
  const visits = Array.from({ length: 100 }, () => admission.visit(20));
  assert.equal(visits.every(Boolean), true);
});

Deno.test("an isolate whose CPU is nearly used up hands nothing over any more", () => {
  const { admission } = new Isolate();
  assert.equal(admission.spend(20), true);
  admission.close(true);
  assert.equal(admission.spend(150), false);
});

Deno.test("a caller who goes away while waiting costs nothing, and one who goes while computing no more", async () => {
  const isolate = new Isolate();
  const gone = new AbortController();
  const turn = (await isolate.admission.enter(costOf))!;
  const waiting = assert.rejects(isolate.admission.enter(costOf, gone.signal), /gone/);
  gone.abort(new Error("gone"));
  await waiting;
  await assert.rejects(turn.rest(gone.signal), /gone/);
  turn.end();
  assert.equal(isolate.admission.idle, true);
});

Deno.test("a job that fails gives back what it was granted", async () => {
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

Deno.test("an isolate that is about to end takes nothing more, and what has begun goes on", async () => {
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

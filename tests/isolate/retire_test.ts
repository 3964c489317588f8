// Proves how an isolate without room has itself retired, and how much CPU that burns.
import assert from "node:assert/strict";
import { Admission } from "../../shared/isolate/admission.ts";
import { BUDGET_MS, costOf, Isolate, job, settle } from "../helpers/fake_isolate.ts";

Deno.test("a photo that no longer fits retires the isolate with the least CPU possible", async () => {
  const isolate = new Isolate();
  const first = job(isolate);
  first.answer();
  await first.done;
  const big = await isolate.admission.enter(() => ({ prepareMs: 900, finishMs: 430 }));
  assert.equal(big, null);
  assert.equal(await isolate.admission.retire(), true);
  assert.ok(isolate.usedMs >= 1_000 && isolate.usedMs < 1_100, `${isolate.usedMs}`);
});

Deno.test("if a retired isolate is indistinguishable from a live one, each refusal burns a little CPU", async () => {
  const isolate = new Isolate({ bootMs: 1_200 });
  const before = isolate.admission.usedMs;
  isolate.reachesSelf = () => Promise.resolve(undefined);
  assert.equal(await isolate.admission.retire(), false);
  assert.equal(Math.round(isolate.admission.usedMs - before), 50);
});

Deno.test("on a host that retires nothing, an idle isolate does not refuse photos forever", async () => {
  const isolate = new Isolate({ bootMs: 900 });
  const costly = () => ({ prepareMs: 900, finishMs: 430 });
  using _ = isolate.admission.permit(0)!;
  (await isolate.admission.enter(costOf))?.end();
  assert.equal(await isolate.admission.enter(costly), null);
  isolate.reachesSelf = () => Promise.resolve(true);
  assert.equal(await isolate.admission.retire(), false);
  assert.notEqual(await isolate.admission.enter(costly), null);
});

Deno.test("another isolate is requested as soon as this one can be retired, until one has answered", async () => {
  const isolate = new Isolate({ bootMs: 700 });
  const answers = [true, false, false, false];
  let calls = 0;
  isolate.reachesSelf = () => Promise.resolve(answers[calls++]);
  const turn = (await isolate.admission.enter(costOf))!;
  await turn.yield();
  assert.equal(calls, 0);
  isolate.compute(320);
  await turn.yield();
  assert.equal(calls, 1);
  await turn.yield();
  assert.equal(calls, 4);
  turn.end();
  await settle();
  assert.equal(calls, 4);
});

Deno.test("CPU that must be burned is first used to warm up for the current jobs", async () => {
  const admissionOf = (usedMs: number) => {
    const isolate = new Isolate({ bootMs: usedMs });
    let warmUps = 0;
    const admission = new Admission({
      budgetMs: BUDGET_MS,
      usedMs,
      reachesSelf: () => isolate.reachesSelf(),
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
  const job = turn.suspend(() => away.promise);
  assert.equal(await busy.admission.retire(), true);
  assert.equal(busy.warmUps(), 1);
  away.resolve();
  await job;

  const nearly = admissionOf(900);
  (await nearly.admission.enter(costOf))!.suspend(() => new Promise(() => {}));
  assert.equal(await nearly.admission.retire(), true);
  assert.equal(nearly.warmUps(), 0);
});

Deno.test("if other isolates answer, this one counts as retired when none of several requests reaches it", async () => {
  const isolate = new Isolate({ bootMs: 1_000 });
  const answers = [false, true, false, false, true, false, false, false];
  isolate.reachesSelf = () => Promise.resolve(answers.shift());
  assert.equal(await isolate.admission.retire(), true);
  assert.deepEqual(answers, []);
});

Deno.test("a probe that reaches the isolate bounds what it had used before the probe, not what it uses meanwhile", async () => {
  const isolate = new Isolate({ bootMs: 1_300 });
  const answers = [true, false, false, false];
  isolate.reachesSelf = () => {
    if (answers[0]) isolate.admission.charge(200); // while the probe is on its way
    return Promise.resolve(answers.shift());
  };
  assert.equal(await isolate.admission.retire(), true);
  assert.equal(Math.round(isolate.admission.usedMs), 1_000 + 200 + 50); // and the burn
});

// Proves on random runs, against a model, that no batch item is lost or done twice.
import assert from "node:assert/strict";
import { startLocalSupabase } from "../../../dev/local_supabase.ts";
import { seeded } from "../../helpers/random.ts";
import { BatchRun, randomSteps, type Step } from "./batch_run.ts";

const supabase = await startLocalSupabase();
Deno.test.afterAll(() => supabase.close());

const RUNS = 24;
const STEPS = 60;

const failure = (steps: Step[]): Promise<Error | undefined> =>
  new BatchRun(supabase).run(steps).then(() => undefined, (error) => error);

/** Removes steps that the failure does not need: in halves, then one by one. */
async function shrink(steps: Step[]): Promise<Step[]> {
  let least = steps;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < least.length;) {
      const fewer = [...least.slice(0, from), ...least.slice(from + size)];
      if (await failure(fewer)) least = fewer;
      else from += size;
    }
  }
  return least;
}

Deno.test("in random runs no item is lost or done twice, and the counts add up", async () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const steps = randomSteps(STEPS, seeded(seed * 7919));
    if (!await failure(steps)) continue;
    const least = await shrink(steps);
    const shown = least.map(({ what, which }) => `${what} ${which}`).join(", ");
    assert.fail(`Seed ${seed}: ${shown}: ${(await failure(least))?.message}`);
  }
});

import { Admission } from "../../shared/isolate/admission.ts";
import type { CpuSlot, JobCost } from "../../shared/isolate/cpu_slot.ts";
import { ManualClock } from "./manual_clock.ts";

/** Hosted Supabase's: an isolate is retired at half of it, and killed at all of it. */
export const BUDGET_MS = 2_000;
/** An isolate's first photo, as estimated. */
export const FIRST: JobCost = { prepareMs: 300, finishMs: 390 };
/** Any later one. */
export const LATER: JobCost = { prepareMs: 150, finishMs: 270 };
/** What a photo costs. */
export const costOf = (first: boolean) => first ? FIRST : LATER;

/** An isolate and what it has truly used, as the host would count it. */
export class Isolate {
  readonly clock = new ManualClock();
  readonly admission: Admission;
  /** What it has computed for photos, and to start, in milliseconds. */
  cpuMs: number;
  /** What the work takes, compared with its estimate. */
  pace = 1;
  #computedMs = 0;

  constructor({ bootMs = 120, budgetMs = BUDGET_MS, pace = 1 } = {}) {
    this.cpuMs = bootMs;
    const { now } = this.clock;
    const reachesSelf = () => this.reachesSelf();
    this.admission = new Admission({ budgetMs, usedMs: bootMs, pace, reachesSelf, now });
  }

  /** Does work that is estimated to take so much. */
  compute(ms: number): void {
    this.clock.advance(ms * this.pace);
    this.#computedMs += ms * this.pace;
    this.cpuMs += ms * this.pace;
  }

  /** The first part of a job; `null` if it is not admitted. */
  async begin(): Promise<{ turn: CpuSlot; cost: JobCost } | null> {
    using visit = this.admission.permit(0);
    if (!visit) return null;
    let cost = LATER;
    const turn = await this.admission.enter((first) => cost = costOf(first));
    if (!turn) return null;
    this.compute(cost.prepareMs);
    return { turn, cost };
  }

  /** Whether the host still gives it requests. */
  reachesSelf: () => Promise<boolean | undefined> = () =>
    Promise.resolve(this.usedMs < BUDGET_MS / 2);

  /** With what it has burned: nobody else moves the clock unseen. */
  get usedMs(): number {
    return this.cpuMs + this.clock.now() - this.#computedMs;
  }
}

/** A job that waits until it is told to go on. */
export function job(isolate: Isolate) {
  const answer = Promise.withResolvers<void>();
  const run = async () => {
    const begun = await isolate.begin();
    if (!begun) return false;
    using turn = begun.turn;
    turn.prepared();
    await turn.suspend(() => answer.promise);
    isolate.compute(begun.cost.finishMs);
    turn.end();
    return true;
  };
  return { done: run(), answer: answer.resolve };
}

/** Lets everything run that is ready. */
export const settle = () => new Promise((resolve) => setTimeout(resolve));

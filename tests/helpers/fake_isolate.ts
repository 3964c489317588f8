import { Admission } from "../../shared/isolate/admission.ts";
import type { CpuSlot, JobCost } from "../../shared/isolate/cpu_slot.ts";
import { ManualClock } from "./manual_clock.ts";

/** Hosted Supabase's CPU budget: an isolate is retired at half of it, and killed at all of it. */
export const BUDGET_MS = 2_000;
/** The estimated cost of an isolate's first photo. */
export const FIRST: JobCost = { prepareMs: 300, finishMs: 390 };
/** The estimated cost of any later photo. */
export const LATER: JobCost = { prepareMs: 150, finishMs: 270 };
/** Returns the estimated cost of a photo. */
export const costOf = (first: boolean) => first ? FIRST : LATER;

/** An isolate with its true CPU use, as the host counts it. */
export class Isolate {
  readonly clock = new ManualClock();
  readonly admission: Admission;
  /** CPU for startup and photos, in milliseconds. */
  cpuMs: number;
  /** Ratio of the work's true cost to its estimate. */
  pace = 1;
  #computedMs = 0;

  constructor({ bootMs = 120, budgetMs = BUDGET_MS, pace = 1 } = {}) {
    this.cpuMs = bootMs;
    const { now } = this.clock;
    const reachesSelf = () => this.reachesSelf();
    this.admission = new Admission({ budgetMs, usedMs: bootMs, pace, reachesSelf, now });
  }

  /** Simulates work with an estimated cost. */
  compute(ms: number): void {
    this.clock.advance(ms * this.pace);
    this.#computedMs += ms * this.pace;
    this.cpuMs += ms * this.pace;
  }

  /** Runs the first part of a job; returns `null` if the job is not admitted. */
  async begin(): Promise<{ turn: CpuSlot; cost: JobCost } | null> {
    using visit = this.admission.permit(0);
    if (!visit) return null;
    let cost = LATER;
    const turn = await this.admission.enter((first) => cost = costOf(first));
    if (!turn) return null;
    this.compute(cost.prepareMs);
    return { turn, cost };
  }

  /** Whether the host still routes requests to this isolate. */
  reachesSelf: () => Promise<boolean | undefined> = () =>
    Promise.resolve(this.usedMs < BUDGET_MS / 2);

  /** The used CPU, in milliseconds. It includes every move of the clock outside {@linkcode Isolate.compute}. */
  get usedMs(): number {
    return this.cpuMs + this.clock.now() - this.#computedMs;
  }
}

/** Starts a job that waits for the test to resolve its answer. */
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

/** Waits until all ready work has run. */
export const settle = () => new Promise((resolve) => setTimeout(resolve));

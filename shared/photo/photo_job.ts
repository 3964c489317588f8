import type { CpuSlot } from "../isolate/cpu_slot.ts";
import type { Run } from "../telemetry/metrics/run.ts";
import { Timings } from "../telemetry/timings.ts";

/** Facts about a photo's run that telemetry records, also when the run fails. */
export type RunFacts = Pick<
  Run,
  "servedBy" | "bytesIn" | "sizeIn" | "api4ai" | "photoHash" | "cutoutPath" | "filename"
>;

/** The cause of a run: a caller's request, an item of a batch, or a comparison with the legacy service's result. */
export type RunOrigin = "request" | "batch" | "shadow";

/** Settings of a {@linkcode PhotoJob}. */
export interface PhotoJobOptions {
  /** Aborts when the caller disconnects. @default never */
  signal?: AbortSignal;
  /** Times of steps that ran before the job began, such as authentication. @default none */
  timings?: Timings;
  /** @default "request" */
  origin?: RunOrigin;
}

/**
 * The context of one photo, from its arrival to its response: identity, abort, steps, CPU slot and the facts for
 * telemetry.
 * A request, a batch item and a comparison run each make one.
 */
export class PhotoJob {
  /** The id in the photo's response and log lines. */ readonly id: string;
  readonly signal: AbortSignal;
  readonly timings: Timings;
  readonly origin: RunOrigin;
  readonly facts: RunFacts;
  /** Whether this isolate has kept a part of the work, although it answers `isolate_busy`. */
  hasProgressed = false;
  /** The right to compute; set while and after the photo is processed in this isolate. */
  slot?: CpuSlot;

  /** @param id The id in the photo's response and log lines. */
  constructor(
    id: string,
    { signal = new AbortController().signal, timings = new Timings(), origin = "request" }:
      PhotoJobOptions = {},
  ) {
    this.id = id;
    this.signal = signal;
    this.timings = timings;
    this.origin = origin;
    this.facts = { servedBy: "new", bytesIn: 0, sizeIn: null, api4ai: "none" };
  }

  /**
   * Runs a step: measures its time and reports its start. If the job holds a CPU slot, pending events (such as the
   * caller's abort) are processed after the step.
   *
   * @param name The step's name in `timings_ms`.
   * @throws the signal's reason, if the caller has disconnected; any error of the step
   */
  async step<T>(name: string, run: () => T | Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const value = await this.timings.measure(name, run);
    await this.slot?.yield();
    return value;
  }
}

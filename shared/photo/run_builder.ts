import type { ErrorCode } from "../errors.ts";
import type { Observer, Run } from "../telemetry/metrics/run.ts";
import type { ProcessedPhoto } from "./processed_photo.ts";
import { emptyRunFacts, type RunFacts } from "./run_notes.ts";
import type { Timings } from "../telemetry/steps.ts";
import type { LegacyReply } from "./rollout/legacy_client.ts";
import type { Processor } from "./rollout/plan_route.ts";

/** Gathers what is observed of a photo request while it is answered. */
export class RunBuilder {
  readonly #requestId: string;
  readonly #timings: Timings;
  readonly #observe: Observer;
  /** What processing learns. */
  readonly notes: RunFacts = emptyRunFacts();
  /** The encoded photo, in bytes. */
  bytesIn = 0;
  /** Who answers. */
  servedBy: Processor = "new";
  /** Whether it is processed for comparison only. */
  isShadow = false;

  /**
   * @param requestId The id under which the request is answered.
   * @param timings Its steps.
   * @param observe Who hears of it.
   */
  constructor(requestId: string, timings: Timings, observe: Observer) {
    this.#requestId = requestId;
    this.#timings = timings;
    this.#observe = observe;
  }

  /** The photo was processed. */
  succeeded({ variants, warnings }: ProcessedPhoto): void {
    this.#tell({
      errorCode: null,
      bytesOut: variants.reduce((sum, { bytes }) => sum + bytes, 0),
      warnings: warnings.map(({ code }) => code),
    });
  }

  /** The legacy service has processed the photo. */
  relayed({ images }: LegacyReply): void {
    const digits = Object.values(images).reduce((sum, image) => sum + (image?.length ?? 0), 0);
    this.#tell({ errorCode: null, bytesOut: Math.floor(digits * 3 / 4), warnings: [] });
  }

  /** The caller is answered an error. */
  failed(errorCode: ErrorCode): void {
    this.#tell({ errorCode, bytesOut: 0, warnings: [] });
  }

  #tell(outcome: Pick<Run, "errorCode" | "bytesOut" | "warnings">): void {
    this.#observe({
      requestId: this.#requestId,
      startedAt: this.#timings.startedAt,
      totalMs: this.#timings.totalMs,
      stepsMs: Object.fromEntries(
        this.#timings.spans.map(({ name, durationMs }) => [name, durationMs]),
      ),
      servedBy: this.servedBy,
      isShadow: this.isShadow,
      bytesIn: this.bytesIn,
      ...this.notes,
      ...outcome,
    });
  }
}

import { BackgroundError } from "./background_error.ts";
import type { Circuit, Claim } from "./circuit/circuit.ts";
import type { Outcome } from "./circuit/circuit_breaker.ts";
import type { BackgroundRemover, Cutout, CutoutFile } from "./cutout.ts";

/**
 * A remover behind a circuit breaker: while it keeps failing, it is not called, so that uploads do not each wait
 * for it.
 */
export class GuardedRemover implements BackgroundRemover {
  readonly #remover: BackgroundRemover;
  readonly #circuit: Circuit;

  /**
   * @param remover The guarded remover.
   * @param circuit The remover's circuit breaker. It must not fail.
   */
  constructor(remover: BackgroundRemover, circuit: Circuit) {
    this.#remover = remover;
    this.#circuit = circuit;
  }

  get provider(): string {
    return this.#remover.provider;
  }

  get name(): string {
    return this.#remover.name;
  }

  get variant(): string {
    return this.#remover.variant;
  }

  get kind(): Cutout["kind"] {
    return this.#remover.kind;
  }

  async prepare(): Promise<void> {
    await this.#circuit.check();
  }

  /** @throws {BackgroundError} `background_removal_paused`, or the remover's own error. */
  async remove(photo: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<CutoutFile> {
    const seen = await this.#circuit.check();
    const passage: Claim = seen.state === "half-open" ? await this.#circuit.claim() : seen;
    if (passage.state === "open") throw paused(this.name, passage.waitMs);
    // Between two claims, the breaker can open and cool down again. The next photo tries.
    if (passage.state === "half-open") throw paused(this.name, 1);
    const wasProbe = passage.state === "claimed";
    let outcome: Outcome = { kind: "answered" };
    try {
      return await this.#remover.remove(photo, signal);
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      if (isNews(outcome, passage)) await this.#circuit.report(outcome, wasProbe);
    }
  }
}

/** Checks whether to report an outcome. A success of a service without failures is not reported, which saves a call. */
function isNews({ kind }: Outcome, passage: Claim): boolean {
  if (passage.state === "claimed" || kind === "failed") return true;
  return kind === "answered" && passage.state === "closed" && !passage.clean;
}

/** Classifies an error. Only an outage counts as a failure; an error about this photo or the key is an answer. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof BackgroundError)) return { kind: "abandoned" };
  return error.outage ? { kind: "failed", ...error.outage } : { kind: "answered" };
}

function paused(name: string, waitMs: number): BackgroundError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const message = `${name} has failed repeatedly and is paused for ${seconds} s.`;
  return new BackgroundError("background_removal_paused", message);
}

import { BackgroundError } from "./background_error.ts";
import type { Circuit, Claim } from "./circuit/circuit.ts";
import type { Outcome } from "./circuit/circuit_breaker.ts";
import type { BackgroundRemover, Cutout, CutoutFile } from "./cutout.ts";

/**
 * A remover behind a circuit breaker: while it fails again and again it is not asked, so that uploads do not each wait
 * for it.
 */
export class GuardedRemover implements BackgroundRemover {
  readonly #remover: BackgroundRemover;
  readonly #circuit: Circuit;

  /**
   * @param remover Who is asked.
   * @param circuit What is known of it; may not fail.
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
    await this.#circuit.look();
  }

  /** @throws {BackgroundError} `background_removal_paused`, or whatever the remover's own is. */
  async remove(photo: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<CutoutFile> {
    const seen = await this.#circuit.look();
    const passage: Claim = seen.state === "half-open" ? await this.#circuit.claim() : seen;
    if (passage.state === "open") throw paused(this.name, passage.waitMs);
    // Between two claims the breaker can open and cool down again: the next photo will try.
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

/** That a service works costs no call, unless something else was known of it. */
function isNews({ kind }: Outcome, passage: Claim): boolean {
  if (passage.state === "claimed" || kind === "failed") return true;
  return kind === "answered" && passage.state === "closed" && !passage.clean;
}

/** A verdict about this one photo, or about the key, is an answer too: only an outage counts. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof BackgroundError)) return { kind: "abandoned" };
  return error.outage ? { kind: "failed", ...error.outage } : { kind: "answered" };
}

function paused(name: string, waitMs: number): BackgroundError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const message = `${name} has failed repeatedly and is left alone for ${seconds} s.`;
  return new BackgroundError("background_removal_paused", message);
}

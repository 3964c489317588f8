import type { SupabaseClient } from "../../storage/supabase_client.ts";
import { z } from "zod";
import type { Circuit, CircuitTimes, Claim } from "./circuit.ts";
import {
  FAILURES_TO_OPEN,
  LONGEST_COOLDOWN_MS,
  type Outcome,
  type Passage,
} from "./circuit_breaker.ts";

/** The state that the database's function returns. */
const passage = z.union([
  z.object({ state: z.literal("closed"), clean: z.boolean() }),
  z.object({ state: z.literal("half-open") }),
  z.object({ state: z.literal("open"), wait_ms: z.number() })
    .transform(({ state, wait_ms }) => ({ state, waitMs: wait_ms })),
]);
const claim = z.union([passage, z.object({ state: z.literal("claimed") })]);

/**
 * A breaker in Postgres that all processes share. `supabase/migrations` implements the rules of
 * `circuit_breaker.ts` by the database's clock. Every method throws if the database cannot be reached.
 */
export class PostgresCircuit implements Circuit {
  readonly #client: SupabaseClient;
  readonly #name: string;
  readonly #times: CircuitTimes;

  /**
   * @param client A client with the service's key; its `fetch` bounds a call.
   * @param name The service's name; each service has its own breaker.
   * @param times The breaker's durations.
   */
  constructor(client: SupabaseClient, name: string, times: CircuitTimes) {
    this.#client = client;
    this.#name = name;
    this.#times = times;
  }

  async check(): Promise<Passage> {
    return passage.parse(await this.#call("circuit_breaker_enter", {}));
  }

  async claim(): Promise<Claim> {
    const lease = { claim_ms: this.#times.leaseMs };
    return claim.parse(await this.#call("circuit_breaker_enter", lease));
  }

  async report(outcome: Outcome, wasProbe: boolean): Promise<void> {
    await this.#call("circuit_breaker_report", {
      outcome: outcome.kind,
      was_probe: wasProbe,
      failures_to_open: FAILURES_TO_OPEN,
      cooldown_ms: this.#times.cooldownMs,
      longest_ms: LONGEST_COOLDOWN_MS,
      retry_after_ms: outcome.kind === "failed" ? retryAfterOf(outcome) : 0,
    });
  }

  async #call(name: string, parameters: Record<string, unknown>): Promise<unknown> {
    const all = { breaker: this.#name, ...parameters };
    const { data, error } = await this.#client.rpc(name, all);
    if (error) throw new Error(`${name} failed: ${error.code} ${error.message}`);
    return data;
  }
}

/** Returns whole milliseconds within the column's range. A longer time has the effect of the longest. */
function retryAfterOf({ retryAfterMs = 0 }: { retryAfterMs?: number }): number {
  return Math.min(LONGEST_COOLDOWN_MS, Math.ceil(retryAfterMs));
}

import type { SupabaseClient } from "../storage/supabase_client.ts";
import { z } from "zod";
import { REFUSED_DAYS } from "../storage/refusal.ts";

/** Bound on a call, in milliseconds. The caller waits for it, but only after a crash. */
const TIMEOUT_MS = 5_000;

/**
 * Counts crashes in Postgres, for all processes together. `supabase/migrations` defines the table and its
 * functions.
 */
export class CrashStore {
  readonly #client: SupabaseClient;
  readonly #timeoutMs: number;

  /**
   * @param client A client with the service's key.
   * @param timeoutMs Bound on a call, in milliseconds.
   */
  constructor(client: SupabaseClient, timeoutMs = TIMEOUT_MS) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Counts a crash of the image engine.
   *
   * @param photoHash The SHA-256 of the photo, as 64 hexadecimal digits.
   * @returns The number of crashes that the photo has caused, including this one.
   * @throws {Error} If the database cannot be asked.
   */
  async record(photoHash: string): Promise<number> {
    const { data, error } = await this.#client
      .rpc("photo_crash_record", { hash: photoHash, keep_days: REFUSED_DAYS })
      .abortSignal(AbortSignal.timeout(this.#timeoutMs));
    if (error) throw new Error(`photo_crash_record failed: ${error.code} ${error.message}`);
    return z.int().positive().parse(data);
  }
}

import type { SupabaseClient } from "@supabase/supabase-js";
import { afterResponse } from "../../telemetry/after_response.ts";
import { log } from "../../telemetry/log.ts";

/** Bound on a call, in milliseconds: an isolate is kept until it ends. */
const TIMEOUT_MS = 2_000;

/**
 * Keeps the database's copy of ADMIN_ROLES true, which row-level security reads: `process_image_settings`.
 *
 * Each isolate writes it once, for the first caller who is admitted, beside or after that caller's request. The roles of the
 * isolate that started last hold: it has the settings of the last deployment.
 */
export class RoleWriter {
  readonly #write: () => Promise<boolean>;
  #isDone = false;
  #isWriting = false;
  #told = false;

  /** @param write Writes the roles; answers whether they were others before. It bounds its call, and may fail. */
  constructor(write: () => Promise<boolean>) {
    this.#write = write;
  }

  /** Begins to write the roles, unless that is done or under way. What failed is tried again for the next caller. */
  readonly begin = (): void => {
    if (this.#isDone || this.#isWriting) return;
    this.#isWriting = true;
    afterResponse(this.#tryToWrite().finally(() => this.#isWriting = false));
  };

  async #tryToWrite(): Promise<void> {
    try {
      const changed = await this.#write();
      this.#isDone = true;
      if (changed) log("info", "admin_roles_written");
    } catch (error) {
      if (this.#told) return;
      this.#told = true;
      log("warn", "admin_roles_not_written", { cause: String(error).slice(0, 300) });
    }
  }
}

/**
 * Writes the roles that row-level security admits.
 *
 * @param client A client with the service's key.
 * @param roles ADMIN_ROLES.
 * @returns Whether they were others before.
 * @throws {Error} If the database cannot be asked.
 */
export async function writeRoles(
  client: SupabaseClient,
  roles: readonly string[],
): Promise<boolean> {
  const name = "process_image_set_admin_roles";
  const started_at = new Date(performance.timeOrigin).toISOString();
  const { data, error } = await client.rpc(name, { roles, started_at })
    .abortSignal(AbortSignal.timeout(TIMEOUT_MS));
  if (error) throw new Error(`${name} failed: ${error.code} ${error.message}`);
  return data === true;
}

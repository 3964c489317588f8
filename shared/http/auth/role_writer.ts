import type { SupabaseClient } from "../../storage/supabase_client.ts";
import { afterResponse } from "../../telemetry/after_response.ts";
import { log } from "../../telemetry/log.ts";

/** Bound on a call, in milliseconds. The isolate stays alive until the call ends. */
const TIMEOUT_MS = 2_000;

/**
 * Keeps the database's copy of ADMIN_ROLES up to date, which row-level security reads: `process_image_settings`.
 *
 * Each isolate writes the copy once, during or after the request of the first admitted caller. The last isolate to
 * start wins, since it has the settings of the last deployment.
 */
export class RoleWriter {
  readonly #write: () => Promise<boolean>;
  #isDone = false;
  #isWriting = false;
  #isLogged = false;

  /** @param write Writes the roles and returns whether they changed. It bounds its call, and may fail. */
  constructor(write: () => Promise<boolean>) {
    this.#write = write;
  }

  /** Starts to write the roles, unless that is done or running. The next caller retries a failed write. */
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
      if (this.#isLogged) return;
      this.#isLogged = true;
      log("warn", "admin_roles_not_written", { cause: String(error).slice(0, 300) });
    }
  }
}

/**
 * Writes the roles that row-level security admits.
 *
 * @param client A client with the service's key.
 * @param roles ADMIN_ROLES.
 * @returns Whether the roles changed.
 * @throws {Error} If the database cannot be reached.
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

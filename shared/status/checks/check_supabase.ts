import type { SupabaseClient } from "../../storage/supabase_client.ts";
import { HealthError } from "./run_checks.ts";

/**
 * Checks that the bucket of the variants exists and is public, since their URLs are not signed.
 *
 * @param client A client with the service's key.
 * @param bucket The bucket's name.
 * @throws {HealthError} If it does not exist, is private, or cannot be checked.
 */
export async function checkBucket(client: SupabaseClient, bucket: string): Promise<void> {
  const { data, error } = await client.storage.getBucket(bucket);
  if (error) {
    const { status, statusCode } = error as { status?: number; statusCode?: string };
    if (String(statusCode ?? status) === "404") {
      throw new HealthError(`There is no bucket "${bucket}": the migrations create it.`);
    }
    if (status === undefined) throw new HealthError("Storage did not answer.");
    throw new HealthError(`Storage answered with status ${statusCode ?? status}.`);
  }
  if (!data.public) throw new HealthError(`The bucket "${bucket}" is not public.`);
}

/**
 * Checks that the database answers and has the migrations, by a cheap query: the state of an unused circuit breaker.
 *
 * @param client A client with the service's key.
 * @throws {HealthError} If the query fails.
 */
export async function checkDatabase(client: SupabaseClient): Promise<void> {
  const { error, status } = await client.rpc("circuit_breaker_enter", { breaker: "health" });
  if (!error) return;
  if (error.code === "PGRST202" || status === 404) {
    throw new HealthError("The database lacks the function's migrations: supabase db push.");
  }
  throw new HealthError(
    status ? `The database answered with status ${status}.` : "The database did not answer.",
  );
}

import type { SupabaseClient } from "@supabase/supabase-js";
import { HealthError } from "./run_checks.ts";

/**
 * Looks whether the bucket for the variants is there, and public: their URLs are plain.
 *
 * @param client A client with the service's key.
 * @param bucket The bucket's name.
 * @throws {HealthError} If it is not.
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
 * Asks the database for something that costs it nothing and that only a database with the migrations answers: whether a
 * breaker is open that nobody uses.
 *
 * @param client A client with the service's key.
 * @throws {HealthError} If it does not answer it.
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

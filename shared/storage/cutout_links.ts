import type { SupabaseClient } from "./supabase_client.ts";
import { z } from "zod";

/** Bound on a call, in milliseconds. */
const TIMEOUT_MS = 5_000;

/** Bound on the cutouts of a photo: one for each provider and mode that it was processed with. */
const MAX_LINKS = 1_000;

/**
 * Reads which cached cutouts a photo has, and forgets a photo. `supabase/migrations` defines the tables; the records of runs
 * fill `photo_cutouts`.
 */
export class CutoutLinks {
  readonly #client: SupabaseClient;

  /** @param client A client with the service's key. */
  constructor(client: SupabaseClient) {
    this.#client = client;
  }

  /**
   * Lists the paths of a photo's cached cutouts.
   *
   * @param photoHash The SHA-256 of the photo, as 64 hexadecimal digits.
   * @throws {Error} If the database does not answer.
   */
  async pathsOf(photoHash: string): Promise<string[]> {
    const { data, error } = await this.#client.from("photo_cutouts").select("path")
      .eq("photo_hash", photoHash).limit(MAX_LINKS).abortSignal(AbortSignal.timeout(TIMEOUT_MS));
    if (error) throw new Error(`photo_cutouts failed: ${error.code} ${error.message}`);
    return z.array(z.object({ path: z.string() })).parse(data).map(({ path }) => path);
  }

  /**
   * Deletes everything that the database has about a photo by its hash: its places in vehicles' sets, its
   * cutouts' paths, its name, and its crashes.
   *
   * @param photoHash The SHA-256 of the photo, as 64 hexadecimal digits.
   * @throws {Error} If the database does not answer.
   */
  async forget(photoHash: string): Promise<void> {
    for (
      const table of [
        "process_image_vehicle_photos",
        "photo_cutouts",
        "photo_names",
        "photo_crashes",
      ]
    ) {
      const { error } = await this.#client.from(table).delete().eq("photo_hash", photoHash)
        .abortSignal(AbortSignal.timeout(TIMEOUT_MS));
      if (error) throw new Error(`${table} failed: ${error.code} ${error.message}`);
    }
  }
}

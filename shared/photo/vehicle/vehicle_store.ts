import type { SupabaseClient } from "../../storage/supabase_client.ts";
import { z } from "zod";
import type { VehiclePlace } from "./vehicle_place.ts";
import {
  type VehiclePhoto,
  type VehicleReplies,
  vehicleReplies,
  type VehicleSet,
} from "./vehicle_set.ts";

/** Bound on a call, in milliseconds. The caller waits for it. */
const TIMEOUT_MS = 5_000;

/** A new order of a vehicle's photos. */
export interface Arrangement {
  /** The hashes of all photos of the set, in their new order. */
  photos: string[];
  /** The hash of the cover; `null` for none, `undefined` to keep the present one. */
  cover?: string | null;
}

/**
 * The sets of vehicles' photos in Postgres, by the functions in `supabase/migrations`. Every method throws if its call fails.
 */
export class VehicleStore {
  readonly #client: SupabaseClient;

  /** @param client A client with the service's key. */
  constructor(client: SupabaseClient) {
    this.#client = client;
  }

  /**
   * Adds a photo to a set, or replaces what the set keeps of it; a known photo keeps its position, and stays the cover.
   *
   * @param vehicle The vehicle, and the place of a new photo.
   * @param photoHash SHA-256 of the photo's file.
   * @param photo What the set keeps of the photo.
   * @returns The photo's position, or `null` if the set is full.
   */
  async add(
    { id, position }: VehiclePlace,
    photoHash: string,
    photo: VehiclePhoto,
  ): Promise<number | null> {
    const answer = await this.#call("process_image_vehicle_add", {
      ...{ vehicle: id, hash: photoHash, place: position, entry: photo },
    });
    return z.int().nonnegative().nullable().parse(answer);
  }

  /** Reads a set; `null` for an unknown vehicle. */
  async show(id: string): Promise<VehicleSet | null> {
    return vehicleReplies().set.parse(
      await this.#call("process_image_vehicle_show", { vehicle: id }),
    );
  }

  /**
   * Sets the order of a set, and its cover.
   *
   * @returns The set, or `null` for an unknown vehicle. If a hash is unknown or missing, nothing changes, and `photos` is `null`.
   */
  async arrange(
    id: string,
    { photos, cover }: Arrangement,
  ): Promise<z.output<VehicleReplies["arranged"]>> {
    const answer = await this.#call("process_image_vehicle_arrange", {
      ...{ vehicle: id, hashes: photos, cover: cover ?? null, keep_cover: cover === undefined },
    });
    return vehicleReplies().arranged.parse(answer);
  }

  /** Forgets a set, and keeps its files. @returns The number of its photos. */
  async forget(id: string): Promise<number> {
    return z.int().nonnegative().parse(
      await this.#call("process_image_vehicle_forget", { vehicle: id }),
    );
  }

  async #call(name: string, parameters: Record<string, unknown>): Promise<unknown> {
    const { data, error } = await this.#client.rpc(name, parameters)
      .abortSignal(AbortSignal.timeout(TIMEOUT_MS));
    if (error) throw new Error(`${name} failed: ${error.code} ${error.message}`);
    return data;
  }
}

import type { LocalSupabase } from "../../../dev/local_supabase.ts";

/** A photo of a set, as the database returns it. */
export interface SetPhoto {
  photo_hash: string;
  position: number;
  is_cover: boolean;
  photo: Record<string, unknown>;
}

/** The outcome of a new order. */
export interface Arranged {
  unknown: string[];
  missing: string[];
  photos: SetPhoto[] | null;
}

/** Makes a hash of a photo that begins with a name of hexadecimal digits. */
export const hashOf = (name: string) => name.padEnd(64, "0");

/** The SQL functions of vehicles' photos. */
export function vehicleCalls({ query }: Pick<LocalSupabase, "query">) {
  const call = async <T>(name: string, ...parameters: unknown[]): Promise<T> => {
    const places = parameters.map((_, index) => `$${index + 1}`).join(", ");
    const [{ answer }] = await query<{ answer: T }>(
      `select public.${name}(${places}) as answer`,
      parameters,
    );
    return answer;
  };
  const show = (vehicle: string) => call<SetPhoto[] | null>("process_image_vehicle_show", vehicle);
  return {
    show,
    add: (vehicle: string, name: string, place: number | null = null, entry: unknown = {}) =>
      call<number | null>("process_image_vehicle_add", vehicle, hashOf(name), place, entry),
    arrange: (vehicle: string, names: string[], cover?: string | null) =>
      call<Arranged | null>(
        ...["process_image_vehicle_arrange", vehicle, names.map(hashOf)] as const,
        ...[cover ? hashOf(cover) : null, cover === undefined],
      ),
    forget: (vehicle: string) => call<number>("process_image_vehicle_forget", vehicle),
    /** The names of a set's photos in their order, with a star at the cover. */
    orderOf: async (vehicle: string) =>
      (await show(vehicle) ?? []).map(({ photo_hash, is_cover }) =>
        photo_hash.replace(/0+$/, "") + (is_cover ? "*" : "")
      ).join(" "),
  };
}

import { z } from "zod";
import { onFirstUse } from "../lib/on_first_use.ts";
import { MAX_VEHICLE_PHOTOS } from "../photo/vehicle/vehicle_place.ts";

/** The body of `PUT /process-image/vehicles/{id}`. It is created on first use. */
export const arrangementSchema = onFirstUse(makeArrangement);

function makeArrangement() {
  const hashError = "the SHA-256 of a photo, 64 hexadecimal digits in lower case";
  const listError = `an array of 1 to ${MAX_VEHICLE_PHOTOS} hashes of photos, each once`;
  const hash = z.string({ error: hashError }).regex(/^[0-9a-f]{64}$/, { error: hashError });
  return z.strictObject({
    photos: z.array(hash, { error: listError }).min(1, { error: listError })
      .max(MAX_VEHICLE_PHOTOS, { error: listError })
      .refine((all) => new Set(all).size === all.length, { error: listError })
      .describe(
        "The `photo_hash` of every photo of the set, in the new order. Each photo is named once.",
      ),
    cover: hash.nullable().optional().describe(
      "The `photo_hash` of the cover; `null` for none. Without this field, the cover stays.",
    ),
  }, { error: "a JSON object" }).describe("A new order of a vehicle's photos.");
}

import { z } from "zod";
import { storedBox, storedQuality } from "../../storage/manifest.ts";
import { onFirstUse } from "../../lib/on_first_use.ts";
import { type Warning, WARNING_CODES } from "../warning.ts";
import { MAX_VEHICLE_PHOTOS } from "./vehicle_place.ts";

/** Creates the schemas of the answers of the database functions in `supabase/migrations`. */
function makeReplies() {
  const px = z.int().positive();
  const photo = z.object({
    filename: z.string().nullable(),
    /** Width and height of the photo in pixels, after EXIF orientation. */
    original_size: z.tuple([px, px]),
    storage_urls: z.record(z.string(), z.string()),
    /** Size of each variant in pixels, and the car's box in it; `null` if it is unknown. */
    variants: z.record(
      z.string(),
      z.object({ width: px, height: px, subject: storedBox().nullable() }),
    ),
    quality: storedQuality(),
    // A newer version may have written codes that this one does not know.
    warnings: z.array(z.object({ code: z.string(), message: z.string() }))
      .transform((all) => all.filter(isKnown)),
  });
  const set = z.array(z.object({
    photo_hash: z.string(),
    position: z.int().nonnegative(),
    is_cover: z.boolean(),
    photo,
  })).max(MAX_VEHICLE_PHOTOS);
  const hashes = z.array(z.string());
  return {
    set: set.nullable(),
    arranged: z.object({ unknown: hashes, missing: hashes, photos: set.nullable() }).nullable(),
  };
}

function isKnown(warning: { code: string; message: string }): warning is Warning {
  return (WARNING_CODES as readonly string[]).includes(warning.code);
}

/** Schemas of the database's answers. */
export type VehicleReplies = ReturnType<typeof makeReplies>;

/** A vehicle's photos, in their order. */
export type VehicleSet = NonNullable<z.output<VehicleReplies["set"]>>;

/** A photo's data in a set. */
export type VehiclePhoto = VehicleSet[number]["photo"];

/** Returns the schemas, created on first use: an isolate that only answers photos starts faster without them. */
export const vehicleReplies = onFirstUse(makeReplies);

import { z } from "zod";
import { described } from "../../lib/described.ts";
import { objectPath } from "../object_path.ts";
import { flag, optionsSchema } from "../options.ts";
import { MAX_VEHICLE_PHOTOS, VEHICLE_ID } from "../vehicle/vehicle_place.ts";

/** The address of an object in Storage. */
export const storagePath = described(
  z.strictObject({
    bucket: described(
      z.string({ error: "the name of a bucket" }).max(100, { error: "the name of a bucket" }),
      "Name of a bucket that `SOURCE_BUCKETS` lists.",
    ),
    path: described(
      objectPath(),
      "Path of the object in the bucket, at most 1024 characters, without empty segments, `.`, `..`, backslashes or control " +
        "characters.",
    ),
  }, { error: 'an object {"bucket", "path"}' }),
  "A photo in Storage.",
);

const nameError = "text of at most 255 characters";

const vehicleError = "1 to 64 letters A to Z and a to z, digits, - and _";
const positionError = `a whole number between 0 and ${MAX_VEHICLE_PHOTOS - 1}`;

/** The fields of a photo that belongs to a vehicle's set. */
export const vehicleFields = {
  vehicle_id: described(
    z.string({ error: vehicleError }).regex(VEHICLE_ID, { error: vehicleError }).optional(),
    "The vehicle to whose set of photos this one belongs: 1 to 64 letters A to Z and a to z, digits, `-` and `_`. A single photo then needs " +
      "`upload_to_storage`.",
  ),
  position: described(
    z.int({ error: positionError }).min(0, { error: positionError })
      .max(MAX_VEHICLE_PHOTOS - 1, { error: positionError }).optional(),
    `Place of a new photo in the vehicle's set, 0 to ${
      MAX_VEHICLE_PHOTOS - 1
    }: a photo that is there moves back. The default is the end. ` +
      "A photo that the set has already keeps its place.",
  ),
};

/** The settings that {@linkcode needsVehicle} and {@linkcode needsStorage} check. */
interface VehicleSettings {
  vehicle_id?: string;
  position?: number;
  upload_to_storage?: boolean;
}

/** Whether a position comes with its vehicle. */
export const needsVehicle = ({ vehicle_id, position }: VehicleSettings): boolean =>
  position === undefined || vehicle_id !== undefined;

/** The error of {@linkcode needsVehicle}. */
export const NEEDS_VEHICLE = {
  path: ["vehicle_id"],
  error: "the id of a vehicle (required with position)",
};

/** Whether the files of a vehicle's photo are stored. */
const needsStorage = ({ vehicle_id, upload_to_storage }: VehicleSettings): boolean =>
  vehicle_id === undefined || upload_to_storage === true;

const NEEDS_STORAGE = {
  path: ["upload_to_storage"],
  error: "true (required with vehicle_id)",
};

/** The fields that all forms of the request share. */
export const commonFields = {
  filename: described(
    z.string({ error: nameError }).max(255, { error: nameError }).optional(),
    "Name of the photo, at most 255 UTF-16 code units. The answer repeats it in `metadata.filename`; the gallery of admins shows it for a stored result.",
  ),
  options: described(optionsSchema.prefault({}), "How to process the photo."),
  upload_to_storage: described(
    flag.default(false),
    "Write the variants to Storage. The answer then has `storage_urls`, and no images unless `return_images` is true.",
  ),
  return_images: described(
    flag.optional(),
    "Return the images as base64. The default is the opposite of `upload_to_storage`.",
  ),
  force: described(
    flag.default(false),
    "Render the photo even if Storage has the result of the same photo with the same options.",
  ),
  ...vehicleFields,
};

/** The settings that accompany a photo in a form or as bare bytes. */
export const settingsSchema = z.strictObject(commonFields, { error: "an object" })
  .refine(needsVehicle, NEEDS_VEHICLE).refine(needsStorage, NEEDS_STORAGE);

/** The JSON request. It has either `image_base64` or `storage_path`. */
export const jsonRequestSchema = described(
  z.strictObject({
    ...commonFields,
    image_base64: described(
      z.string({ error: "base64 text or a data URL" }).optional(),
      "The photo as base64 or base64url, or as a `data:` URL. White space is ignored. Decoded, it has at most `MAX_IMAGE_BYTES` " +
        "(41943040 by default).",
    ),
    storage_path: described(
      storagePath.optional(),
      "A photo in Storage, instead of `image_base64`. The function reads it with the caller's own rights.",
    ),
  }, { error: "a JSON object" }).refine(needsVehicle, NEEDS_VEHICLE).refine(
    needsStorage,
    NEEDS_STORAGE,
  ),
  "A photo and its settings. It has either `image_base64` or `storage_path`.",
);

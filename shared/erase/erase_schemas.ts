import { z } from "zod";
import { onFirstUse } from "../lib/on_first_use.ts";
import { storagePath } from "../photo/body/request_schemas.ts";

// Functions create the schemas on first use: an isolate that only answers photos starts faster without them.

/** Bound on the photos of a request. */
export const MAX_ERASED = 50;

/** The body of `POST /process-image/delete`. */
export const eraseRequestSchema = onFirstUse(makeRequest);

function makeRequest() {
  const hashError = "the SHA-256 of the photo's file, as 64 hexadecimal digits";
  const photosError = `an array of 1 to ${MAX_ERASED} photos`;
  const photoError = 'an object with either "photo_hash" or "storage_path"';
  const photo = z.strictObject({
    photo_hash: z.string({ error: hashError }).regex(/^[0-9a-f]{64}$/i, { error: hashError })
      .transform((hash) => hash.toLowerCase()).optional()
      .describe("The SHA-256 of the photo's file, as 64 hexadecimal digits. Result URLs have it."),
    storage_path: storagePath.optional(),
  }, { error: photoError }).refine(
    ({ photo_hash, storage_path }) => (photo_hash === undefined) !== (storage_path === undefined),
    { error: photoError },
  );
  return z.strictObject({
    photos: z.array(photo, { error: photosError }).min(1, { error: photosError })
      .max(MAX_ERASED, { error: photosError }).describe(
        `The photos, 1 to ${MAX_ERASED}, each by its hash or by the path of its original.`,
      ),
  }, { error: "a JSON object" }).describe("Photos to delete.");
}

/** A photo to delete. */
export type PhotoToErase = z.output<ReturnType<typeof makeRequest>>["photos"][number];

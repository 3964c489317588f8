import { z } from "zod";

// The function imports the types only, so that these schemas cost nothing at boot.

const count = z.int().nonnegative();

/** The outcome for one photo. */
export const erasedPhotoSchema = z.strictObject({
  photo_hash: z.string().nullable().describe(
    "The SHA-256 of the photo's file. `null` if the path has no original, or the caller may not read it: nothing was deleted then.",
  ),
  results: count.describe("Number of deleted files of results, with their manifests."),
  cutouts: count.describe("Number of deleted cached cutouts, and of parts of working images."),
  originals: z.array(z.strictObject({
    bucket: z.string().describe("Name of the bucket."),
    path: z.string().describe("Path of the original in the bucket."),
    deleted: z.boolean()
      .describe("False if the caller may read the original but not delete it."),
  })).describe(
    "The originals in `SOURCE_BUCKETS`: the named one, and those whose name is the hash.",
  ),
}).describe("What was deleted of a photo. A photo that has no files has zeros.");

/** The body of `POST /process-image/delete`, of status 200. */
export const eraseReplySchema = z.strictObject({
  photos: z.array(erasedPhotoSchema).describe("The photos, in the order of the request."),
  request_id: z.string().describe("Id of the request."),
}).describe("The deleted photos.");

/** The outcome for one photo. */
export type ErasedPhoto = z.infer<typeof erasedPhotoSchema>;
/** The body of `POST /process-image/delete`. */
export type EraseReply = z.infer<typeof eraseReplySchema>;

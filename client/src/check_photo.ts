import type { StoragePath } from "./types.ts";

/** A photo: a file that a user has chosen or dropped, or a path in Storage. */
export type Photo = Blob | StoragePath;

/** Checks whether a photo is in Storage. */
export function isStored(photo: Photo): photo is StoragePath {
  return "bucket" in photo && "path" in photo;
}

/** Checks that a photo is a file. @throws {TypeError} If it is not. */
export function checkBlob(photo: unknown): void {
  if (!(photo instanceof Blob)) throw new TypeError("Expected a photo as a File or Blob.");
}

/** Checks that a photo is a file or a path in Storage. @throws {TypeError} If it is neither. */
export function checkPhoto(photo: unknown): void {
  const isObject = typeof photo === "object" && photo !== null;
  if (isObject && (photo instanceof Blob || isStored(photo as Photo))) return;
  throw new TypeError("Expected a photo as a File, a Blob, or {bucket, path}.");
}

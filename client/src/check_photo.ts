import type { StoragePath } from "./types.ts";

/** A photo: a file as it was chosen or dropped, or one that lies in Storage. */
export type Photo = Blob | StoragePath;

/** Tells whether a photo lies in Storage. */
export function isStored(photo: Photo): photo is StoragePath {
  return "bucket" in photo && "path" in photo;
}

/** @throws {TypeError} For what is no file. */
export function checkBlob(photo: unknown): void {
  if (!(photo instanceof Blob)) throw new TypeError("Expected a photo as a File or Blob.");
}

/** @throws {TypeError} For what is no photo. */
export function checkPhoto(photo: unknown): void {
  const isObject = typeof photo === "object" && photo !== null;
  if (isObject && (photo instanceof Blob || isStored(photo as Photo))) return;
  throw new TypeError("Expected a photo as a File, a Blob, or {bucket, path}.");
}

import { type ProcessImageError, uploadPhoto } from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { CONVERT } from "./heic/convert.ts";

/** Bound on simultaneous uploads. */
const UPLOADS_AT_ONCE = 3;

/** A file that the batch does without. */
export interface LeftOut {
  file: File;
  /** The reason, as a sentence. */
  reason: string;
}

/** A photo in Storage. */
export interface UploadedPhoto {
  file: File;
  path: { bucket: string; path: string };
}

/** The outcome of {@linkcode uploadAll}. */
export interface UploadedPhotos {
  /** In the order of the files. */
  photos: UploadedPhoto[];
  /** Files that cannot be uploaded, in the order of the files. */
  leftOut: LeftOut[];
  /** The error that ended the upload, since every other file has it too. */
  error?: ProcessImageError;
}

/** The sum of the uploads. */
export interface UploadSum {
  sentBytes: number;
  totalBytes: number;
}

/**
 * Uploads files to Storage, several at a time. A file that is at fault is left out. A fault of the connection, of Storage or of
 * the caller's rights ends the upload. A photo that is already in Storage is not sent again.
 */
export async function uploadAll(
  supabase: SupabaseClient,
  files: readonly File[],
  { signal, onProgress }: {
    signal: AbortSignal;
    onProgress: (sum: UploadSum) => void;
  },
): Promise<UploadedPhotos> {
  const sizes = files.map(({ size }) => size); // a converted photo has another size
  const sent = files.map(() => 0);
  const paths: UploadedPhoto["path"][] = [];
  const faults: ProcessImageError[] = [];
  let error: ProcessImageError | undefined;
  const showProgress = (): void => {
    const [sentBytes, totalBytes] = [sent, sizes].map((all) => all.reduce((a, b) => a + b, 0));
    onProgress({ sentBytes, totalBytes });
  };
  showProgress();

  const waiting = files.entries();
  const takeNext = async (): Promise<void> => {
    for (const [index, file] of waiting) {
      if (error) return;
      const uploaded = await uploadPhoto(supabase, file, {
        signal,
        convert: CONVERT,
        onProgress: ({ uploadedBytes, totalBytes }) => {
          sizes[index] = totalBytes ?? sizes[index];
          sent[index] = uploadedBytes ?? sent[index];
          showProgress();
        },
      });
      if (!uploaded.error) paths[index] = uploaded.data;
      else if (isOfFile(uploaded.error)) faults[index] = uploaded.error;
      else return void (error ??= uploaded.error);
      sent[index] = sizes[index];
      showProgress();
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, takeNext));
  return {
    photos: files.flatMap((file, index) => paths[index] ? [{ file, path: paths[index] }] : []),
    leftOut: files.flatMap((file, index) =>
      faults[index] ? [{ file, reason: faults[index].message }] : []
    ),
    error,
  };
}

/** Storage's statuses for a file that is too large, or of a type that the bucket does not accept. */
const REFUSED_FILES = [413, 415];

/** Checks that only this file has the error: another one can still be uploaded. */
function isOfFile({ code, details }: ProcessImageError): boolean {
  return code === "image_unreadable" ||
    REFUSED_FILES.includes(Number(details.storage_status));
}

import { parseArgs } from "node:util";
import { BatchError } from "../batch/batch_error.ts";
import { DENO_TASK } from "../deno_task.ts";

/** The command's usage text. */
export const USAGE = `${DENO_TASK} delete PHOTO... [--yes]
where PHOTO is the SHA-256 of a photo's file, the URL of one of its pictures, or BUCKET/PATH of its original,
with SUPABASE_URL and SUPABASE_SECRET_KEY in the environment`;

/** A photo to delete. */
export type NamedPhoto =
  | { photo_hash: string }
  | { storage_path: { bucket: string; path: string } };

/** The parsed command. */
export interface DeleteCommand {
  url: string;
  key: string;
  photos: NamedPhoto[];
  /** True if the command asks no question. */
  isConfirmed: boolean;
}

/**
 * Reads the command's arguments.
 *
 * @throws {BatchError} If they are invalid.
 */
export function readDeleteArguments(
  args: string[],
  { SUPABASE_URL: url, SUPABASE_SECRET_KEY: key }: Record<string, string>,
): DeleteCommand {
  const { values, positionals } = parse(args);
  if (!url || !URL.canParse(url)) {
    throw new BatchError("Expected SUPABASE_URL, the project's address.");
  }
  if (!key) throw new BatchError("Expected SUPABASE_SECRET_KEY, a secret key or an admin's token.");
  if (positionals.length === 0) throw new BatchError("Expected at least one photo.");
  return { url, key, photos: positionals.map(photoOf), isConfirmed: values.yes ?? false };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { yes: { type: "boolean" } } });
  } catch (error) {
    throw new BatchError(error instanceof Error ? error.message : String(error));
  }
}

function photoOf(text: string): NamedPhoto {
  if (/^[0-9a-f]{64}$/i.test(text)) return { photo_hash: text };
  if (/^https?:\/\//i.test(text)) {
    const hash = /\/([0-9a-f]{64})\/[^/]+\/[^/]+$/.exec(text)?.[1];
    if (hash) return { photo_hash: hash };
    throw new BatchError(`${text} is not the URL of a picture that the function has stored.`);
  }
  const [, bucket, path] = /^([^/]+)\/(.+)$/.exec(text) ?? [];
  if (bucket) return { storage_path: { bucket, path } };
  throw new BatchError(`Expected a hash, a URL or BUCKET/PATH but received ${text}.`);
}

import { createClient, FunctionsHttpError, type SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Stack } from "../stack.ts";

/** The shown part of the function's answer. */
const replySchema = z.object({
  metadata: z.object({
    original_size: z.tuple([z.number(), z.number()]),
    background: z.object({ removed: z.boolean(), provider: z.string().nullable() }),
    timings_ms: z.record(z.string(), z.number()),
  }).and(z.record(z.string(), z.unknown())),
  storage_urls: z.record(z.string(), z.string()),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});
const variantSchema = z.object({ width: z.number(), height: z.number(), format: z.string() });
const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** A variant from its public URL. */
export interface StoredVariant {
  name: string;
  widthPx: number;
  heightPx: number;
  format: string;
  url: string;
  file: Uint8Array<ArrayBuffer>;
}

/** The result of a photo. */
export interface ProcessedPhoto {
  photo: string;
  originalSize: [widthPx: number, heightPx: number];
  background: { removed: boolean; provider: string | null };
  variants: StoredVariant[];
  /** Time of each step in milliseconds, in the order of the steps. */
  timingsMs: Record<string, number>;
  warnings: { code: string; message: string }[];
}

/** The error of a photo that could not be processed; the message is a sentence for the user. */
export class PhotoError extends Error {
  override name = "PhotoError";
}

/** Creates a portal's client, signed in as an admin. */
export function signIn(stack: Stack): SupabaseClient {
  return createClient(stack.url, stack.publishableKey, {
    accessToken: () => Promise.resolve(stack.adminToken),
  });
}

/**
 * Processes a photo with the function, and fetches the variants from Storage.
 *
 * @param photo The file's path.
 * @throws PhotoError if the file cannot be read, the function refuses it, or a variant is missing
 */
export async function processPhoto(admin: SupabaseClient, photo: string): Promise<ProcessedPhoto> {
  const form = new FormData();
  form.append("file", new File([await readPhoto(photo)], photo));
  form.append("upload_to_storage", "true");
  const { data, error } = await admin.functions.invoke("process-image", { body: form });
  if (error) throw new PhotoError(await describe(error));

  const { metadata, storage_urls, warnings } = replySchema.parse(data);
  const variants = await Promise.all(
    Object.entries(storage_urls).map(async ([name, url]): Promise<StoredVariant> => {
      const { width, height, format } = variantSchema.parse(metadata[name]);
      return { name, widthPx: width, heightPx: height, format, url, file: await download(url) };
    }),
  );
  const { original_size: originalSize, background, timings_ms: timingsMs } = metadata;
  return { photo, originalSize, background, variants, timingsMs, warnings };
}

async function readPhoto(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new PhotoError("There is no such file.");
    throw new PhotoError(
      `The file cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

async function describe(error: unknown): Promise<string> {
  if (!(error instanceof FunctionsHttpError)) return `The function did not answer: ${error}`;
  const response: Response = error.context;
  const parsed = errorSchema.safeParse(await response.json().catch(() => undefined));
  return parsed.success
    ? `${parsed.data.error.message} (${parsed.data.error.code}, HTTP ${response.status})`
    : `The function answered HTTP ${response.status}.`;
}

async function download(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) {
    await response.body?.cancel();
    throw new PhotoError(`The variant is not at its public URL ${url}: HTTP ${response.status}.`);
  }
  return await response.bytes();
}

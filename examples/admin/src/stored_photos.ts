import type { SupabaseClient } from "@supabase/supabase-js";
import { VARIANTS } from "./variants.ts";

const BUCKET = "car-images";
const MANIFEST = "manifest.json";

/** A photo's stored variants. */
export interface StoredPhoto {
  /** `<SHA-256 of the photo>/<hash of the settings>`. */
  folder: string;
  /** The SHA-256 of the photo. */
  photoHash: string;
  /** The photo's file name, if a caller has sent one. */
  name?: string;
  storedAt: Date;
  /** The stored variants, with their public addresses. */
  variants: StoredVariant[];
  backgroundRemoved: boolean;
  /** The service that cut the photo out; `null` if the photo kept its background. */
  provider: string | null;
}

/** A stored variant. */
export interface StoredVariant {
  name: (typeof VARIANTS)[number];
  url: string;
  /** The address at which the server answers a download. */
  downloadUrl: string;
  width: number;
  height: number;
  bytes: number;
  format: string;
}

/** A page of the gallery. */
export interface GalleryPage {
  photos: StoredPhoto[];
  /** Whether there are more pages. */
  more: boolean;
}

interface Manifest {
  background: { removed: boolean; provider: string | null };
  variants: Partial<
    Record<StoredVariant["name"], Omit<StoredVariant, "name" | "url" | "downloadUrl">>
  >;
}

/**
 * Lists the stored photos with the rights of the signed-in user.
 *
 * A photo's folder has one folder per choice of settings, with the variants and `manifest.json`. Storage lists folders by
 * name, which is a hash, so photos are sorted newest first only within a page.
 *
 * @param page From 0.
 * @param perPage Number of photos.
 * @param search Part of a file name; empty for all photos.
 * @throws Error with Storage's own message
 */
export async function listStored(
  supabase: SupabaseClient,
  page: number,
  perPage: number,
  search = "",
): Promise<GalleryPage> {
  const bucket = supabase.storage.from(BUCKET);
  const list = async (
    folder: string,
    options: { limit: number; offset?: number },
  ) => {
    const { data, error } = await bucket.list(folder, {
      ...options,
      sortBy: { column: "name", order: "asc" },
    });
    if (error) throw error;
    return data;
  };

  const readFolder = async (folder: string): Promise<StoredPhoto | null> => {
    const files = await list(folder, { limit: 30 });
    const manifest = files.find(({ name }) => name === MANIFEST);
    if (!manifest) return null; // not complete yet, or not stored by this function
    // The file at an address can change: `force` overwrites it.
    const { data } = await bucket.download(`${folder}/${MANIFEST}`, {}, {
      cache: "no-cache",
    });
    const manifestData = data &&
      await data.text().then((text) => JSON.parse(text) as Manifest);
    if (!manifestData) return null;
    const variants = VARIANTS.flatMap((name) => {
      const file = files.find((one) => one.name.startsWith(`${name}.`));
      const facts = manifestData.variants[name];
      if (!file || !facts) return [];
      const addressOf = (options?: { download: true }) =>
        bucket.getPublicUrl(`${folder}/${file.name}`, options).data.publicUrl;
      return [{ name, url: addressOf(), downloadUrl: addressOf({ download: true }), ...facts }];
    });
    const storedAt = new Date(manifest.updated_at ?? manifest.created_at ?? 0);
    return {
      folder,
      photoHash: folder.split("/")[0],
      storedAt,
      variants,
      backgroundRemoved: manifestData.background.removed,
      provider: manifestData.background.provider,
    };
  };

  const from = page * perPage;
  const found = search === ""
    ? (await list("", { limit: perPage + 1, offset: from })).map(({ name }) => name)
    : await named(supabase, search, from, perPage + 1);
  const hashes = found.slice(0, perPage);
  const folders = await Promise.all(
    hashes.map(async (photo) =>
      (await list(photo, { limit: 100 })).map(({ name }) => `${photo}/${name}`)
    ),
  );
  const stored = (await Promise.all(folders.flat().map(readFolder))).filter((
    one,
  ) => one !== null);
  const names = await namesOf(supabase, hashes);
  for (const photo of stored) photo.name = names.get(photo.photoHash);
  stored.sort((a, b) => b.storedAt.getTime() - a.storedAt.getTime());
  return { photos: stored, more: found.length > perPage };
}

/** Finds the hashes of photos by a part of their file names, the newest first. */
async function named(
  supabase: SupabaseClient,
  search: string,
  from: number,
  count: number,
): Promise<string[]> {
  const pattern = `%${search.replaceAll(/[\\%_]/g, "\\$&")}%`;
  const { data, error } = await supabase.from("photo_names").select("photo_hash")
    .ilike("filename", pattern).order("recorded_at", { ascending: false })
    .range(from, from + count - 1);
  if (error) throw error;
  return data.map(({ photo_hash }) => String(photo_hash));
}

/** Reads file names by the hashes of their photos. Without them, the gallery shows the times. */
async function namesOf(
  supabase: SupabaseClient,
  hashes: string[],
): Promise<ReadonlyMap<string, string>> {
  const { data } = await supabase.from("photo_names").select("photo_hash, filename")
    .in("photo_hash", hashes);
  return new Map(
    (data ?? []).map(({ photo_hash, filename }) => [String(photo_hash), String(filename)]),
  );
}

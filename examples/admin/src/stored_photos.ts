import type { SupabaseClient } from "@supabase/supabase-js";
import { VARIANTS } from "./variants.ts";

const BUCKET = "car-images";
const MANIFEST = "manifest.json";

/** A photo's variants as they are stored. */
export interface StoredPhoto {
  /** `<SHA-256 of the photo>/<hash of the settings>`. */
  folder: string;
  storedAt: Date;
  /** Those that are there, with their public addresses. */
  variants: StoredVariant[];
  backgroundRemoved: boolean;
}

/** One of them. */
export interface StoredVariant {
  name: (typeof VARIANTS)[number];
  url: string;
  /** The same, answered as a download. */
  downloadUrl: string;
  width: number;
  height: number;
  bytes: number;
  format: string;
}

/** Part of the gallery. */
export interface GalleryPage {
  photos: StoredPhoto[];
  /** Whether there are more. */
  more: boolean;
}

interface Manifest {
  background: { removed: boolean };
  variants: Partial<
    Record<StoredVariant["name"], Omit<StoredVariant, "name" | "url" | "downloadUrl">>
  >;
}

/**
 * Lists what is stored, with the rights of whoever is signed in.
 *
 * A photo's folder has one folder for each choice of settings, with the variants and `manifest.json`. Storage lists
 * folders by name, which is a hash: newest first is told within a page only.
 *
 * @param page From 0.
 * @param perPage How many photos.
 * @throws Error with Storage's own message
 */
export async function listStored(
  supabase: SupabaseClient,
  page: number,
  perPage: number,
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
    const files = await list(folder, { limit: 10 });
    const manifest = files.find(({ name }) => name === MANIFEST);
    if (!manifest) return null; // being stored, or not by this function
    // Another answer of the same address is possible: `force` writes it anew.
    const { data } = await bucket.download(`${folder}/${MANIFEST}`, {}, {
      cache: "no-cache",
    });
    const told = data &&
      await data.text().then((text) => JSON.parse(text) as Manifest);
    if (!told) return null;
    const variants = VARIANTS.flatMap((name) => {
      const file = files.find((one) => one.name.startsWith(`${name}.`));
      const facts = told.variants[name];
      if (!file || !facts) return [];
      const addressOf = (options?: { download: true }) =>
        bucket.getPublicUrl(`${folder}/${file.name}`, options).data.publicUrl;
      return [{ name, url: addressOf(), downloadUrl: addressOf({ download: true }), ...facts }];
    });
    const storedAt = new Date(manifest.updated_at ?? manifest.created_at ?? 0);
    return {
      folder,
      storedAt,
      variants,
      backgroundRemoved: told.background.removed,
    };
  };

  const top = await list("", { limit: perPage + 1, offset: page * perPage });
  const ofPhotos = top.slice(0, perPage);
  const folders = await Promise.all(
    ofPhotos.map(async ({ name: photo }) =>
      (await list(photo, { limit: 100 })).map(({ name }) => `${photo}/${name}`)
    ),
  );
  const stored = (await Promise.all(folders.flat().map(readFolder))).filter((
    one,
  ) => one !== null);
  stored.sort((a, b) => b.storedAt.getTime() - a.storedAt.getTime());
  return { photos: stored, more: top.length > perPage };
}

import type { ProcessedImage } from "@process-image/client";
import type { Choice } from "./options_form.ts";

/** Bound on the kept photos of a user; the oldest ones are dropped. */
const MAX_KEPT = 50;

const NAME = "process-image";
const STORE = "photos";

/** A photo on the page, as it comes back after a reload. */
export interface KeptPhoto {
  id: string;
  /** The user's id. */
  user: string;
  /** A time in milliseconds, which orders the photos. */
  addedAt: number;
  name: string;
  /** The file that is sent; a converted HEIC takes the place of the chosen file. */
  file: Blob;
  /** The photo in Storage, if the original is kept there. */
  source?: ProcessedImage["source"];
  /** The last answer; unset before the first one. */
  reply?: ProcessedImage;
  /** The settings of that answer. */
  choice?: Choice;
}

/** Keeps the photos of the page in the browser, so that a reload loses none. */
export interface KeptPhotos {
  /** Returns the user's photos, the newest first. */
  all(): Promise<KeptPhoto[]>;
  put(photo: Omit<KeptPhoto, "user">): void;
  drop(id: string): void;
}

/**
 * Opens the kept photos of a user. Without IndexedDB, as in some private windows, nothing is kept. Photos of other users are
 * dropped: they may share the machine, but not their photos.
 */
export function keptPhotosOf(user: string): KeptPhotos {
  const opened = open().catch(() => null);
  // Writes follow each other, so that an older state never replaces a newer one.
  let last: Promise<unknown> = dropOthers(opened, user);
  const enqueue = (write: (store: IDBObjectStore) => void): void => {
    last = last.then(() => change(opened, write)).catch(() => {});
  };
  return {
    all: async () => {
      await last;
      const photos = await read(opened).catch((): KeptPhoto[] => []);
      const mine = photos.filter((photo) => photo.user === user)
        .sort((a, b) => b.addedAt - a.addedAt);
      for (const { id } of mine.slice(MAX_KEPT)) enqueue((store) => store.delete(id));
      return mine.slice(0, MAX_KEPT);
    },
    put: (photo) => enqueue((store) => store.put({ ...photo, user })),
    drop: (id) => enqueue((store) => store.delete(id)),
  };
}

/** Drops all kept photos, at the end of a session. */
export async function dropKeptPhotos(): Promise<void> {
  await change(open(), (store) => store.clear()).catch(() => {});
}

async function dropOthers(opened: Promise<IDBDatabase | null>, user: string): Promise<void> {
  const photos = await read(opened).catch((): KeptPhoto[] => []);
  const others = photos.filter((photo) => photo.user !== user);
  if (others.length === 0) return;
  await change(opened, (store) => others.forEach(({ id }) => store.delete(id))).catch(() => {});
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("The photos of another tab block the database."));
  });
}

async function read(opened: Promise<IDBDatabase | null>): Promise<KeptPhoto[]> {
  const database = await opened;
  if (!database) return [];
  return await new Promise((resolve, reject) => {
    const request = database.transaction(STORE).objectStore(STORE).getAll();
    request.onsuccess = () => resolve(request.result as KeptPhoto[]);
    request.onerror = () => reject(request.error);
  });
}

async function change(
  opened: Promise<IDBDatabase | null>,
  write: (store: IDBObjectStore) => void,
): Promise<void> {
  const database = await opened;
  if (!database) return;
  await new Promise<void>((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite");
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
    write(transaction.objectStore(STORE));
  });
}

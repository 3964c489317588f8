import { deletePhotos, processImage, type ProcessImageError } from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { CONVERT } from "../heic/convert.ts";
import type { CarPhoto } from "./car_photo.ts";
import { type CarOrder, syncSet } from "./car_set.ts";
import { createHistory } from "./history.ts";
import { keepLooks, readLooks } from "./kept_looks.ts";
import { isSameLook, type Look, optionsOf } from "./look.ts";
import { originalOf } from "./original_of.ts";

/** Bound on the photos in progress at a time. */
const AT_ONCE = 3;

/** Listeners of a gallery. */
export interface CarListeners {
  /** Called after each change, also of a photo's progress. */
  onChange: () => void;
  /** Called with the name of a chosen photo that the gallery has already. */
  onTwin: (name: string) => void;
}

/** A car's gallery: its photos, their order and looks. Every change is shown at once, and then written to the set. */
export type Car = ReturnType<typeof createCar>;

/**
 * Opens a car's gallery.
 *
 * @param id The vehicle's id.
 */
export function createCar(
  supabase: SupabaseClient,
  id: string,
  { onChange, onTwin }: CarListeners,
) {
  const looks = readLooks(id);
  const order: CarOrder = { photos: [], cover: null };
  const ended = new AbortController();
  const waiting: CarPhoto[] = [];
  let running = 0;
  let isRead = false;
  let problem: ProcessImageError | null = null;
  let last: Promise<void> = Promise.resolve();

  const visible = () => order.photos.filter(({ isRemoved }) => !isRemoved);
  const lookOf = (photo: CarPhoto): Look => photo.look ?? looks.gallery;

  /** Writes the order; calls follow each other, so that an older order never replaces a newer one. */
  const sync = (): Promise<void> => {
    last = last.then(async () => {
      if (ended.signal.aborted) return;
      problem = await syncSet(supabase, id, order, looks, !isRead);
      // A photo has joined in between. The call after the last photo writes the order.
      if (problem?.code === "vehicle_conflict" && running > 0) problem = null;
      isRead ||= problem === null;
      // Pictures that were not made on this page have a look that only another browser knows.
      if (isRead) {
        looks.isKnown ??= !order.photos.some(({ entry, file }) => entry && !file);
      }
      onChange();
    });
    return last;
  };
  const keep = (): void => {
    const own = order.photos.flatMap(({ hash, look }) => hash && look ? [[hash, look]] : []);
    looks.photos = Object.fromEntries(own);
    looks.removed = order.photos.flatMap(({ hash, isRemoved }) => hash && isRemoved ? [hash] : []);
    keepLooks(id, looks);
  };

  const process = async (photo: CarPhoto): Promise<void> => {
    const look = lookOf(photo);
    const place = visible().indexOf(photo);
    photo.source ??= photo.hash ? await originalOf(supabase, photo.hash) ?? undefined : undefined;
    const sent = photo.source ?? photo.file;
    if (!sent) {
      photo.state = "failed";
      photo.error = undefined; // the original is not in Storage: only another photo helps
      return;
    }
    const { data, error } = await processImage(supabase, sent, {
      options: optionsOf(look),
      uploadToStorage: true,
      vehicleId: id,
      filename: photo.name,
      ...(photo.hash === undefined && place >= 0 && { position: place }),
      // The original stays in Storage, so that another look needs no second upload, also after a reload.
      upload: { convert: CONVERT, directBytes: 0 },
      signal: ended.signal,
      onProgress: (progress) => {
        photo.progress = progress;
        if (progress.conversion) photo.file = progress.conversion.photo;
        onChange();
      },
    });
    if (error) {
      photo.state = "failed";
      photo.error = error;
      return;
    }
    photo.state = "stored";
    photo.error = undefined;
    photo.hash = data.vehicle?.photo_hash ?? photo.hash;
    photo.source = data.source ?? photo.source;
    photo.reply = data;
    photo.rendered = look;
    // The set has a photo once: a file that is chosen again is the photo that is already there.
    const twin = order.photos.find((one) => one !== photo && one.hash === photo.hash);
    if (twin) {
      Object.assign(twin, { reply: data, rendered: look, isRemoved: false });
      order.photos.splice(order.photos.indexOf(photo), 1);
      // The retake has brought no new photo, so the old one stays.
      if (photo.replaces) photo.replaces.isRemoved = false;
      onTwin(photo.name);
      if (!isSameLook(look, lookOf(twin))) enqueue(twin);
    }
  };

  const work = async (): Promise<void> => {
    if (running >= AT_ONCE) return;
    running++;
    for (let photo = waiting.shift(); photo; photo = waiting.shift()) {
      await process(photo);
      onChange();
      // The look can have changed in the meantime.
      const isStale = photo.rendered &&
        !isSameLook(photo.rendered, lookOf(photo));
      if (photo.state === "stored" && isStale) enqueue(photo);
    }
    running--;
    if (running > 0) return;
    keep();
    await sync();
  };
  const enqueue = (...photos: CarPhoto[]): void => {
    for (const photo of photos) {
      photo.state = "working";
      photo.progress = { stage: "preparing" };
      if (!waiting.includes(photo)) waiting.push(photo);
    }
    onChange();
    for (let lane = 0; lane < Math.min(AT_ONCE, photos.length); lane++) {
      void work();
    }
  };
  /** Renders those of some photos whose pictures have another look. */
  const render = (photos: CarPhoto[]): void => {
    keep();
    enqueue(...photos.filter((photo) =>
      photo.state !== "working" &&
      (photo.rendered === undefined ||
        !isSameLook(photo.rendered, lookOf(photo)))
    ));
  };

  const history = createHistory(order, looks);
  const changed = (): void => {
    keep();
    onChange();
    void sync();
  };
  const put = (files: File[], index: number): CarPhoto[] => {
    const photos = files.map((file): CarPhoto => ({
      ...{ key: crypto.randomUUID(), name: file.name, file, state: "working" },
    }));
    order.photos.splice(index, 0, ...photos);
    enqueue(...photos);
    return photos;
  };

  return {
    id,
    get photos(): readonly CarPhoto[] {
      return visible();
    },
    get removed(): readonly CarPhoto[] {
      return order.photos.filter(({ isRemoved }) => isRemoved);
    },
    /** The chosen cover, or else the first photo. */
    get cover(): CarPhoto | undefined {
      const photos = visible();
      return photos.find(({ hash }) => hash !== undefined && hash === order.cover) ?? photos[0];
    },
    get look(): Look {
      return looks.gallery;
    },
    /** Whether this browser knows the look of the gallery's pictures. */
    get isLookKnown(): boolean {
      return looks.isKnown ?? true;
    },
    get isRead() {
      return isRead;
    },
    get problem() {
      return problem;
    },
    get undoable() {
      return history.next;
    },
    lookOf,
    sync,
    add: (files: File[]): void => void put(files, order.photos.length),
    retry: (photo: CarPhoto): void => enqueue(photo),
    move(photo: CarPhoto, index: number): void {
      history.record(`the place of ${photo.name}`);
      const others = order.photos.filter((one) => one !== photo);
      const before = others.filter(({ isRemoved }) => !isRemoved)[index];
      others.splice(before ? others.indexOf(before) : others.length, 0, photo);
      order.photos = others;
      changed();
    },
    choose(photo: CarPhoto): void {
      history.record("the cover");
      order.cover = photo.hash ?? null;
      changed();
    },
    remove(photo: CarPhoto): void {
      history.record(`the removal of ${photo.name}`);
      photo.isRemoved = true;
      changed();
    },
    /** Replaces a photo by a new one at the same place. */
    retake(photo: CarPhoto, file: File): void {
      history.record(`the retake of ${photo.name}`);
      const wasCover = order.cover === photo.hash;
      photo.isRemoved = true;
      const [next] = put([file], order.photos.indexOf(photo));
      next.look = photo.look;
      next.replaces = photo;
      if (wasCover) order.cover = null;
      onChange();
    },
    /** Deletes the removed photos with all their files. */
    async deleteRemoved(): Promise<ProcessImageError | null> {
      const photos = order.photos.filter(({ isRemoved }) => isRemoved);
      const hashes = photos.flatMap(({ hash }) => hash ? [{ photo_hash: hash }] : []);
      const { error } = hashes.length > 0 ? await deletePhotos(supabase, hashes) : { error: null };
      if (error) return error;
      order.photos = order.photos.filter((photo) => !photos.includes(photo));
      history.clear();
      keep();
      await sync();
      return null;
    },
    /** Gives all photos of the gallery one look. */
    setLook(look: Look): void {
      history.record("the gallery's look");
      looks.gallery = look;
      looks.isKnown = true;
      for (const photo of order.photos) photo.look = undefined;
      render(visible());
    },
    /** Gives a photo a look of its own, or with `undefined` the gallery's. */
    setPhotoLook(photo: CarPhoto, look: Look | undefined): void {
      history.record(`the look of ${photo.name}`);
      photo.look = look;
      render([photo]);
    },
    /** Asks again for the answer of a photo of an earlier visit. It costs nothing: Storage has the result. */
    load(photo: CarPhoto): void {
      if (photo.state === "stored" && !photo.reply && looks.isKnown) {
        enqueue(photo);
      }
    },
    undo(): string | null {
      const undone = history.undo();
      if (undone === null) return null;
      if (undone.includes("look")) render(visible());
      changed();
      return undone;
    },
    close: () => ended.abort(),
  };
}

import { announce } from "../announce.ts";
import { el } from "../dom.ts";
import type { Car } from "./car.ts";
import type { CarPhoto } from "./car_photo.ts";
import { type CarTile, createCarTile } from "./car_tile.ts";
import { makeSortable } from "./sortable.ts";

/** The thumbnails of a gallery. */
export interface CarGrid {
  element: HTMLElement;
  update(car: Car): void;
}

/**
 * Creates the grid of a gallery's photos.
 *
 * @param carOf Returns the current gallery.
 * @param onOpen Called when the user opens a photo.
 * @param onRetake Called when the user replaces a photo.
 */
export function createCarGrid(
  carOf: () => Car | undefined,
  onOpen: (photo: CarPhoto) => void,
  onRetake: (photo: CarPhoto) => void,
): CarGrid {
  const tiles = new Map<CarPhoto, CarTile>();
  const list = el("ol", {
    class: "car-grid",
    "aria-label": "Photos of the car",
  });
  const photoOf = (item: HTMLElement) =>
    [...tiles].find(([, { element }]) => element === item)?.[0];
  const sortable = makeSortable(list, {
    nameOf: (item) => photoOf(item)?.name ?? "The photo",
    onDrop: (item, index) => {
      const photo = photoOf(item);
      if (photo) carOf()?.move(photo, index);
    },
  });
  const actions = {
    onOpen,
    onRetake,
    onCover: (photo: CarPhoto) => {
      carOf()?.choose(photo);
      announce(`${photo.name} is the cover.`);
    },
    onRetry: (photo: CarPhoto) => carOf()?.retry(photo),
    onRemove: (photo: CarPhoto) => {
      const next = tiles.get(photo)?.element.nextElementSibling ??
        tiles.get(photo)?.element.previousElementSibling;
      carOf()?.remove(photo);
      announce(`${photo.name} is removed. Undo brings it back.`);
      next?.querySelector<HTMLElement>(".car-open")?.focus();
    },
  };

  const update = (car: Car): void => {
    const { photos, cover } = car;
    for (const [photo, tile] of tiles) {
      if (photos.includes(photo)) continue;
      tile.element.remove();
      tile.dispose();
      tiles.delete(photo);
    }
    photos.forEach((photo, index) => {
      const tile = tiles.get(photo) ?? createCarTile(photo, actions);
      tiles.set(photo, tile);
      tile.update({
        ...{ index, count: photos.length, isCover: photo === cover },
        hasOwnLook: photo.look !== undefined,
      });
      if (!tile.element.isConnected && sortable.isHeld) {
        list.append(tile.element);
      }
    });
    if (sortable.isHeld) return; // the user is about to change the order
    const wanted = photos.map((photo) => tiles.get(photo)!.element);
    if (wanted.every((element, index) => list.children[index] === element)) {
      return;
    }
    const focused = document.activeElement as HTMLElement | null;
    list.replaceChildren(...wanted);
    if (focused && list.contains(focused)) focused.focus();
  };
  return { element: list, update };
}

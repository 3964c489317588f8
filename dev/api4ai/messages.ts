/** The modes that the service's reference lists. */
export const MODES = [
  "fg-image",
  "fg-mask",
  "fg-image-shadow",
  "fg-image-hideclp",
  "fg-image-shadow-hideclp",
] as const;

export type Mode = typeof MODES[number];

/** An intentional fault of the picture. */
export type Flaw = "none" | "wrong-size" | "all-transparent" | "all-opaque";

/** A box in the service's format: x, y, width and height, normalized to 0..1. */
export type Box = [x: number, y: number, width: number, height: number];

/** Source of a cutout: the photo's known mask, a segmentation model, or a flood fill from the border. */
export type CutBy = "mask" | "model" | "flood";

/** A request of the main thread to the worker. */
export type WorkerRequest =
  | { op: "isKnown"; image: Uint8Array }
  | { op: "cut"; image: Uint8Array; mode: Mode; flaw: Flaw };

/** Size in pixels from the file's header; `null` if it is not an image. */
export type Measured = { width: number; height: number } | null;

/** The service's picture, as a PNG. */
export interface Picture {
  png: Uint8Array;
  width: number;
  height: number;
  carBox: Box | null;
  /** The licence plate, which only the modes that hide it answer. */
  plate?: Box;
}

/** The picture; `null` if the image cannot be decoded. */
export type Cut = Picture | null;

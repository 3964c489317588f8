/** The modes that the service's reference lists. */
export const MODES = [
  "fg-image",
  "fg-mask",
  "fg-image-shadow",
  "fg-image-hideclp",
  "fg-image-shadow-hideclp",
] as const;

export type Mode = typeof MODES[number];

/** What is wrong with the picture on purpose. */
export type Flaw = "none" | "wrong-size" | "all-transparent" | "all-opaque";

/** A box as the service tells it: x, y, width and height, normalised to 0..1. */
export type Box = [x: number, y: number, width: number, height: number];

/** What the main thread asks of the worker. */
export type WorkerRequest =
  | { op: "measure"; image: Uint8Array }
  | { op: "cut"; image: Uint8Array; mode: Mode; flaw: Flaw };

/** Size in pixels as the file's header has it; null where it is not an image. */
export type Measured = { width: number; height: number } | null;

/** The picture that the service would answer, as a PNG; null where the image can not be decoded. */
export type Cut = { png: Uint8Array; width: number; height: number; carBox: Box | null } | null;

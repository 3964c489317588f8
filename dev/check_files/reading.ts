import type { Raster, Size } from "../../shared/image/raster.ts";

/** The result of reading a file. */
export type Reading = Picture | Refusal | Crash;

/** A file that was read. */
export interface Picture {
  status: "read";
  /** The upright size of the picture in the file. */
  size: Size;
  /** The upright picture in sRGB, scaled down to what the function works at; absent where only the status is wanted. */
  image?: Raster;
  /** The file's type by the reader's name, such as `JPEG`. */
  format: string;
  /** The reader says that parts of the picture are missing or damaged. */
  isDamaged?: boolean;
}

/** A file that was not read. */
export interface Refusal {
  status: "refused";
  /** The function's error code, or another reader's message. */
  reason: string;
}

/** A file over which the reader crashed or ran out of time. */
export interface Crash {
  status: "crashed";
  reason: string;
}

/** Reads image files. A crash ends the reading of one file only: the reader restarts. */
export interface FileReader {
  /** Its name and version. */
  readonly name: string;
  /**
   * Reads a file. It does not throw.
   *
   * @param path Where the file is.
   * @param size The size that the picture is scaled to, turned where the picture is upright the other way; without it, only the
   * status and the picture's own size are wanted.
   */
  read(path: string, size?: Size): Promise<Reading>;
  /** Ends what it runs. */
  close(): Promise<void>;
}

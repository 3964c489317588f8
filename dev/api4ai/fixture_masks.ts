import { decodeGrey, decodeThumbnail, type Pixels } from "./image_files.ts";
import type { Box } from "./messages.ts";
import { type Fractions, resampleGrey } from "./resample.ts";

const FIXTURES = new URL("../../fixtures/", import.meta.url);
const THUMBNAIL_PX = 24;
/** Bound on the difference: re-encoding and rescaling change a thumbnail by 1 to 2 levels; other photos differ by 30. */
const MAX_RMS_LEVELS = 8;
const MAX_ASPECT_DIFFERENCE = 0.02;

interface Fixture {
  photo: string;
  mask: string;
  /** The licence plate in the photo, as the service's boxes: x, y, width and height as shares. */
  plate: Box;
  /** The part of the mask that the photo shows. */
  part: Fractions;
}

const WHOLE: Fractions = { x: 0, y: 0, width: 1, height: 1 };

const PLATES: Record<string, Box> = {
  "street": [0.1815, 0.623, 0.0455, 0.049],
  "street-rotated": [0.1025, 0.5945, 0.1085, 0.042],
  "studio": [0.149, 0.574, 0.0515, 0.053],
  "dark": [0.1365, 0.606, 0.056, 0.067],
};

const KNOWN: Fixture[] = [
  ...Object.entries(PLATES).map(([name, plate]) => (
    { photo: `${name}.jpg`, mask: `${name}.mask.png`, plate, part: WHOLE }
  )),
  // fixtures/source/render.py creates it: street.jpg at 640 x 480, cropped to 427 rows from the 37th.
  {
    photo: "small.jpg",
    mask: "street.mask.png",
    plate: [0.1815, (0.623 * 480 - 37) / 427, 0.0455, 0.049 * 480 / 427],
    part: { ...WHOLE, y: 37 / 480, height: 427 / 480 },
  },
];

/** The project's test photos, with the car's exact outline in each. */
export class FixtureMasks {
  readonly #known: (Fixture & { data: Uint8Array; aspect: number })[];
  readonly #masks = new Map<string, Pixels>();

  /** Reads the fixtures' thumbnails; the masks are read when they are needed. */
  constructor() {
    this.#known = KNOWN.map((fixture) => ({
      ...fixture,
      ...decodeThumbnail(Deno.readFileSync(new URL(fixture.photo, FIXTURES)), THUMBNAIL_PX),
    }));
  }

  /** Checks whether an encoded photo is a fixture. @throws if it cannot be decoded */
  has(file: Uint8Array): boolean {
    return this.#match(file) !== undefined;
  }

  /**
   * Finds the mask of a fixture, at any size and quality.
   *
   * @param file The encoded photo.
   * @param size The mask's size, in pixels.
   * @returns The mask, 255 for the car; `undefined` for any other photo.
   */
  find(file: Uint8Array, size: { width: number; height: number }): Pixels | undefined {
    const match = this.#match(file);
    return match && resampleGrey(this.#mask(match.mask), match.part, size.width, size.height);
  }

  /** Finds the licence plate of a fixture; `undefined` for any other photo. */
  plateOf(file: Uint8Array): Box | undefined {
    return this.#match(file)?.plate;
  }

  #match(file: Uint8Array): Fixture | undefined {
    const { data, aspect } = decodeThumbnail(file, THUMBNAIL_PX);
    return this.#known.find((known) =>
      Math.abs(known.aspect / aspect - 1) < MAX_ASPECT_DIFFERENCE &&
      rmsDifference(known.data, data) < MAX_RMS_LEVELS
    );
  }

  #mask(name: string): Pixels {
    let mask = this.#masks.get(name);
    if (!mask) {
      mask = decodeGrey(Deno.readFileSync(new URL(name, FIXTURES)));
      this.#masks.set(name, mask);
    }
    return mask;
  }
}

function rmsDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length);
}

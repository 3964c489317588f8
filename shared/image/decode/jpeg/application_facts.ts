import type { Density } from "../../encode/jpeg/jpeg_head.ts";
import { type MatrixProfile, readMatrixProfile } from "../color/matrix_profile.ts";
import { isSrgbProfile } from "../icc_profile.ts";
import { type ExifFacts, readExif } from "./exif_facts.ts";
import { u16 } from "./jpeg_header.ts";
import { startsWith } from "./lean_jpeg.ts";

/** The second bytes of markers. */
const COMMENT = 0xfe;
const JFIF = 0xe0;
const EXIF = 0xe1;
const PROFILE = 0xe2;
const PHOTOSHOP = 0xed;
const ADOBE = 0xee;

/** Length of JFIF's data; libjpeg takes no notice of shorter data. */
const JFIF_BYTES = 14;

/** The shapes of a pixel, as JFIF states them without a unit. ImageMagick does not take them for densities. */
const PIXEL_SHAPES = new Set(["1:1", "3:2", "4:3", "16:9", "16:10"]);

/** The prefix of an orientation and a density in XMP, which ImageMagick reads if EXIF has none. */
const XMP_TIFF = "tiff:";

/** Most bytes of XMP to search: a camera's is some kilobytes, a depth map in it has megabytes. */
const MAX_XMP_BYTES = 256 << 10;

/** Offset in an ICC profile of its class and colour space, eight letters. */
const PROFILE_KIND_AT = 12;
const RGB_DISPLAY = "mntrRGB ";

/** What the application segments of a plain JPEG say about its picture. */
export class ApplicationFacts {
  #jfif: Density | undefined;
  #hasAdobe = false;
  #exif: ExifFacts | undefined;
  #xmpBytes = 0;
  #hasXmpTiff = false;
  #hasProfile = false;
  #profile: MatrixProfile | null = null;

  /** Whether JFIF or Adobe says that the components are brightness and colours. */
  get nameComponents(): boolean {
    return this.#jfif !== undefined || this.#hasAdobe;
  }

  /** EXIF's orientation, 1 to 8; 1 if there is none. */
  get orientation(): number {
    return this.#exif?.orientation ?? 1;
  }

  /** The density that ImageMagick reads; 0 if there is none. */
  get density(): Density {
    return { ...(this.#jfif ?? { x: 0, y: 0, unit: 0 }), ...this.#exif?.density };
  }

  /** The profile of colours that are not sRGB. */
  get profile(): MatrixProfile | null {
    return this.#profile;
  }

  /** Whether XMP may say what EXIF does not. */
  get areDoubtful(): boolean {
    return this.#hasXmpTiff && !(this.#exif?.orientation && this.#exif.density);
  }

  /**
   * Reads a segment.
   *
   * @param marker The second byte of its marker.
   * @param data Its data.
   * @returns Whether a plain JPEG can have it.
   */
  read(marker: number, data: Uint8Array): boolean {
    if (marker === JFIF) return this.#readJfif(data);
    if (marker === EXIF) return this.#readExif(data);
    if (marker === PROFILE) return this.#readProfile(data);
    if (marker === ADOBE) return this.#readAdobe(data);
    // Photoshop's data may hold a density.
    return marker === COMMENT || (marker > PROFILE && marker <= 0xef && marker !== PHOTOSHOP);
  }

  #readJfif(data: Uint8Array): boolean {
    if (!startsWith(data, 0, "JFIF\0")) return startsWith(data, 0, "JFXX\0");
    if (this.#jfif || data.length < JFIF_BYTES) return false;
    const [x, y, unit] = [u16(data, 8), u16(data, 10), data[7]];
    const isShape = unit === 0 && PIXEL_SHAPES.has(`${x}:${y}`);
    this.#jfif = isShape ? { x: 0, y: 0, unit } : { x, y, unit };
    return unit <= 2;
  }

  #readExif(data: Uint8Array): boolean {
    if (!startsWith(data, 0, "Exif\0\0")) {
      this.#readXmp(data);
      return !isNamed(data, "exif"); // ImageMagick takes any case of it for EXIF
    }
    const facts = this.#exif ? null : readExif(data.subarray(6));
    this.#exif = facts ?? undefined;
    return facts !== null;
  }

  #readXmp(data: Uint8Array): void {
    this.#xmpBytes += data.length;
    this.#hasXmpTiff ||= this.#xmpBytes > MAX_XMP_BYTES ||
      new TextDecoder("latin1").decode(data).includes(XMP_TIFF);
  }

  #readProfile(data: Uint8Array): boolean {
    if (!startsWith(data, 0, "ICC_PROFILE\0")) return !isNamed(data, "icc_profile"); // MPF
    if (this.#hasProfile || data[12] !== 1 || data[13] !== 1) return false;
    this.#hasProfile = true;
    const profile = data.subarray(14);
    if (!startsWith(profile, PROFILE_KIND_AT, RGB_DISPLAY)) return false;
    if (isSrgbProfile(profile)) return true;
    this.#profile = readMatrixProfile(profile);
    return this.#profile !== null;
  }

  #readAdobe(data: Uint8Array): boolean {
    if (!startsWith(data, 0, "Adobe") || data.length < 12 || data[11] !== 1) return false;
    return this.#hasAdobe = true;
  }
}

/** Checks whether data begins with a name in any case. @param name The name in small letters. */
function isNamed(data: Uint8Array, name: string): boolean {
  return String.fromCharCode(...data.subarray(0, name.length)).toLowerCase() === name;
}

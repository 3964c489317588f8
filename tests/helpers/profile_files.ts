import { ColorSpace, MagickFormat } from "@imagemagick/magick-wasm";
import { rgbProfile } from "../../shared/image/decode/icc_profile.ts";
import type { InputFormat } from "../../shared/image/image_format.ts";
import { DISPLAY_P3 } from "./display_p3.ts";
import { fixture } from "./fixtures.ts";
import { cmykJpeg, fileOf } from "./magick_files.ts";
import { draw, type Rgba } from "./pixels.ts";
import { greyProfile, paddedTo } from "./profiles.ts";
import { tiffOf } from "./tiff_files.ts";
import {
  bmpWithProfile,
  gifWithProfile,
  jpegWithProfile,
  pngWithProfile,
  replaceProfile,
  webpWithProfile,
} from "./with_profile.ts";

/** The colour models of pictures. */
export type PictureModel = "RGB" | "grey" | "CMYK";

/** A file that can carry any profile. */
export interface ProfileCarrier {
  format: InputFormat;
  model: PictureModel;
  /** Makes the file with a profile; `null` makes it without one. */
  with: (profile: Uint8Array | null) => Uint8Array<ArrayBuffer>;
  /** Bound on the profile, in bytes. */
  maxBytes: number;
}

/** Patches of 16 x 64 pixels. */
export const PATCHES_SIZE = { width: 128, height: 64 };
const COLORS: Rgba[] = [
  [255, 255, 255, 255],
  [0, 0, 0, 255],
  [128, 128, 128, 255],
  [200, 60, 40, 255],
  [40, 160, 70, 255],
  [30, 60, 200, 255],
  [220, 200, 60, 255],
  [250, 10, 10, 255],
];
const patch = (x: number) => Math.floor(x / 16);
const colors = draw(PATCHES_SIZE, (x) => COLORS[patch(x)]);
const greys = draw(PATCHES_SIZE, (x) => [36 * patch(x), 36 * patch(x), 36 * patch(x), 255]);
const inks = Uint8Array.from(
  { length: PATCHES_SIZE.width * PATCHES_SIZE.height * 4 },
  (_, i) => {
    const n = patch((i / 4) % PATCHES_SIZE.width);
    return [(n & 1) * 200, (n & 2) * 100, (n & 4) * 50, n === 7 ? 100 : 0][i % 4];
  },
);
const rgbBytes = Uint8Array.from(colors.data.filter((_, i) => i % 4 < 3));
const greyBytes = Uint8Array.from(greys.data.filter((_, i) => i % 4 === 0));

/** Length of the profiles in the HEIF files, which are replaced by others of the same length. */
const HEIF_BYTES = 4_096;
const heldColor = paddedTo(rgbProfile("Display P3", DISPLAY_P3), HEIF_BYTES);
const heldGrey = paddedTo(greyProfile(1.8), HEIF_BYTES);

type Embed = (file: Uint8Array<ArrayBuffer>, profile: Uint8Array) => Uint8Array<ArrayBuffer>;

function embedded(
  format: InputFormat,
  model: PictureModel,
  file: Uint8Array<ArrayBuffer>,
  embed: Embed,
): ProfileCarrier {
  const withProfile = (profile: Uint8Array | null) =>
    profile === null ? file : embed(file, profile);
  return { format, model, with: withProfile, maxBytes: Infinity };
}

function tiff(model: PictureModel, bytes: Uint8Array, samples: number): ProfileCarrier {
  const withProfile = (profile: Uint8Array | null) =>
    tiffOf({
      ...PATCHES_SIZE,
      samples,
      parts: [bytes],
      fields: profile?.length ? [[34_675, 7, profile]] : [],
    });
  return { format: "tiff", model, with: withProfile, maxBytes: Infinity };
}

function heif(
  format: "heic" | "avif",
  model: PictureModel,
  file: Uint8Array<ArrayBuffer>,
  held: Uint8Array,
): ProfileCarrier {
  const withProfile = (profile: Uint8Array | null) =>
    replaceProfile(file, held, paddedTo(profile ?? new Uint8Array(), HEIF_BYTES));
  return { format, model, with: withProfile, maxBytes: HEIF_BYTES };
}

/** Makes a file of each type that carries profiles, for each colour model of the type. */
export async function profileCarriers(): Promise<ProfileCarrier[]> {
  const grey = { edit: toGrey };
  return [
    embedded("jpeg", "RGB", await fileOf(colors, MagickFormat.Jpeg), jpegWithProfile),
    embedded("jpeg", "grey", await fileOf(greys, MagickFormat.Jpeg, grey), jpegWithProfile),
    embedded("jpeg", "CMYK", await cmykJpeg(inks, PATCHES_SIZE), jpegWithProfile),
    embedded("png", "RGB", await fileOf(colors, MagickFormat.Png24), pngWithProfile),
    embedded("png", "grey", await fileOf(greys, MagickFormat.Png, grey), pngWithProfile),
    embedded("webp", "RGB", await fileOf(colors, MagickFormat.WebP), webp),
    embedded("gif", "RGB", await fileOf(colors, MagickFormat.Gif), gifWithProfile),
    embedded("bmp", "RGB", await fileOf(colors, MagickFormat.Bmp3), bmpWithProfile),
    tiff("RGB", rgbBytes, 3),
    tiff("grey", greyBytes, 1),
    tiff("CMYK", inks, 4),
    heif("avif", "RGB", await fileOf(colors, MagickFormat.Avif, { icc: heldColor }), heldColor),
    heif("heic", "RGB", await fixture("formats/profile.heic"), heldColor),
    heif("heic", "grey", await fixture("formats/profile-grey.heic"), heldGrey),
  ];
}

function toGrey(image: { colorSpace: ColorSpace }): void {
  image.colorSpace = ColorSpace.Gray;
}

function webp(file: Uint8Array, profile: Uint8Array): Uint8Array<ArrayBuffer> {
  return webpWithProfile(file, profile, PATCHES_SIZE);
}

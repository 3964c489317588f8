import type { PhotoOptions } from "@process-image/client";

/** The look of a photo, or of all photos of a gallery. */
export interface Look {
  background: NonNullable<PhotoOptions["background"]>;
  shadow: NonNullable<PhotoOptions["shadow"]>;
  /** Per cent, 0 to 100. */
  shadow_strength: number;
  /** Reflection of the car in the floor, in per cent, 0 to 100. */
  reflection: number;
  /** `none` keeps the car's own size and place in the photo. */
  framing: NonNullable<PhotoOptions["framing"]>;
  plate: NonNullable<PhotoOptions["plate"]>;
  /** Pixels around the car, 0 to 1000; without effect if `framing` is set. */
  padding: number;
  /** Variants for channels, besides the standard ones. */
  channels: string[];
}

/** The server's default of `shadow_strength`. */
export const DEFAULT_STRENGTH = 50;

/** The framing that a gallery starts with; the server's defaults. */
export const GALLERY_FRAMING = {
  car_width: 0.86,
  car_height: 0.62,
  ground_line: 0.84,
};

/** The look that a new gallery has. */
export const FIRST_LOOK: Look = {
  background: "transparent",
  shadow: "auto",
  shadow_strength: DEFAULT_STRENGTH,
  reflection: 0,
  framing: "none",
  plate: "keep",
  padding: 50,
  channels: [],
};

/** Ready-made looks. They leave plates and channels as they are. */
export const PRESETS: Record<string, { text: string; look: Partial<Look> }> = {
  cutout: {
    text: "Cutout",
    look: { background: "transparent", shadow: "auto", framing: "none" },
  },
  white: {
    text: "White floor",
    look: { background: "#ffffff", shadow: "ground", framing: GALLERY_FRAMING },
  },
  studio: {
    text: "Light studio",
    look: {
      background: {
        studio: { wall: "#eceef1", floor: "#dcdfe3", horizon: 0.62 },
      },
      shadow: "ground",
      framing: GALLERY_FRAMING,
    },
  },
  showroom: {
    text: "Dark showroom",
    look: {
      background: {
        studio: { wall: "#3d434c", floor: "#6b727d", horizon: 0.62 },
      },
      shadow: "ground",
      framing: GALLERY_FRAMING,
    },
  },
};

/** Returns the options of a request that renders a look. */
export function optionsOf(
  { channels, padding, shadow_strength, reflection, ...look }: Look,
): PhotoOptions {
  return {
    ...look,
    ...(look.shadow !== "none" && shadow_strength !== DEFAULT_STRENGTH && { shadow_strength }),
    ...(reflection > 0 && { reflection }),
    ...(look.framing === "none" && { padding }),
    ...(channels.length > 0 &&
      { variants: ["processed", "grid", "detail", ...channels] }),
  };
}

/** Checks that two looks render the same pictures. */
export function isSameLook(one: Look, other: Look): boolean {
  return JSON.stringify(optionsOf(one)) === JSON.stringify(optionsOf(other));
}

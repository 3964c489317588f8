import type { PhotoOptions } from "../../client/mod.ts";

/** A look of a picture. */
export interface Look {
  /** The name in file names. */
  name: string;
  /** The title on the page. */
  title: string;
  options: PhotoOptions;
}

/** The looks on the contact sheet. Those without a background of their own are shown on each of {@linkcode FLOORS}. */
export const LOOKS: readonly Look[] = [
  { name: "drop", title: "shadow: drop", options: { shadow: "drop" } },
  { name: "ground", title: "shadow: ground", options: { shadow: "ground" } },
  {
    name: "ground-80",
    title: "shadow: ground, shadow_strength: 80",
    options: { shadow: "ground", shadow_strength: 80 },
  },
  {
    name: "reflection",
    title: "shadow: ground, reflection: 40",
    options: { shadow: "ground", reflection: 40 },
  },
  {
    name: "studio",
    title: "background: studio, shadow: ground, framing",
    options: { shadow: "ground", background: { studio: {} }, framing: {} },
  },
  {
    name: "showroom",
    title: "background: a dark studio, shadow: ground, reflection: 30, framing",
    options: {
      shadow: "ground",
      reflection: 30,
      background: { studio: { wall: "#3a4049", floor: "#6b737d" } },
      framing: {},
    },
  },
  {
    name: "plate-blur",
    title: "plate: blur, background: studio, shadow: ground, framing",
    options: { shadow: "ground", background: { studio: {} }, framing: {}, plate: "blur" },
  },
  {
    name: "plate-cover",
    title: "plate: cover, background: studio, shadow: ground, framing",
    options: {
      shadow: "ground",
      background: { studio: {} },
      framing: {},
      plate: { cover: "#e4e6e9" },
    },
  },
];

/** Colours of the page behind pictures with a transparent background. */
export const FLOORS = [
  { name: "white", color: "#ffffff" },
  { name: "grey", color: "#b4b8bc" },
  { name: "dark", color: "#20242c" },
  { name: "colour", color: "#d9b98f" },
] as const;

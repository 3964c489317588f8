import type { PhotoOptions } from "../../client/mod.ts";

/** A look of a picture. */
export interface Look {
  /** The name in file names. */
  name: string;
  /** The title on the page: the options in the form of a query. */
  title: string;
  options: PhotoOptions;
}

/** The options of each look, by the look's name in file names. */
const OPTIONS: Record<string, PhotoOptions> = {
  drop: { shadow: "drop" },
  ground: { shadow: "ground" },
  "ground-80": { shadow: "ground", shadow_strength: 80 },
  reflection: { shadow: "ground", reflection: 40 },
  studio: { background: { studio: {} }, shadow: "ground", framing: {} },
  showroom: {
    background: { studio: { wall: "#3a4049", floor: "#6b737d" } },
    shadow: "ground",
    reflection: 30,
    framing: {},
  },
  "plate-blur": { plate: "blur", background: { studio: {} }, shadow: "ground", framing: {} },
  "plate-cover": {
    plate: { cover: "#e4e6e9" },
    background: { studio: {} },
    shadow: "ground",
    framing: {},
  },
};

/** The looks on the contact sheet. Those without a background of their own are shown on each of {@linkcode FLOORS}. */
export const LOOKS: readonly Look[] = Object.entries(OPTIONS)
  .map(([name, options]) => ({ name, title: titleOf(options), options }));

/** Writes options as a query has them, so that a reader can copy a value from the page. */
function titleOf(options: PhotoOptions): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

/** Colours of the page behind pictures with a transparent background. */
export const FLOORS = [
  { name: "white", color: "#ffffff" },
  { name: "grey", color: "#b4b8bc" },
  { name: "dark", color: "#20242c" },
  { name: "colour", color: "#d9b98f" },
] as const;

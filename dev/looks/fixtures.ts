import { fileURLToPath } from "node:url";

/** The paths of the fixtures' photos whose masks the simulator knows. */
export const FIXTURES: readonly string[] = ["street", "street-rotated", "studio", "dark"].map((
  name,
) => fileURLToPath(new URL(`../../fixtures/${name}.jpg`, import.meta.url)));

import type { CutBy } from "../api4ai/messages.ts";
import type { ProcessedPhoto } from "./process_photo.ts";

/** Names of the ways in which the simulator makes a cutout. */
const CUT_BY: Record<CutBy, string> = {
  mask: "the simulator, which knows this photo's mask",
  model: "the simulator, with a segmentation model on this machine",
  flood: "the simulator, with a flood fill from the border, which is crude",
};

/**
 * Names the remover of a photo's background.
 *
 * @param cutBy How the simulator made the cutout. @default it was not called
 */
export function removalOf(
  { removed, provider }: ProcessedPhoto["background"],
  cutBy?: CutBy,
): string {
  if (!removed) return "background not removed";
  if (provider === "own_alpha") return "already cut out: the photo's own alpha channel was used";
  if (provider !== "simulator") return `background removed by ${provider}`;
  const how = cutBy ? CUT_BY[cutBy] : "the simulator, for an equal photo before";
  return `background removed by ${how}`;
}

/**
 * Describes a photo's result: a table of the variants, the time of each step, warnings.
 *
 * @param files The variants' files on this machine.
 * @param removal The sentence that names the remover of the background.
 */
export function report(
  { photo, originalSize, ...result }: ProcessedPhoto,
  files: readonly string[],
  removal: string,
): string {
  const rows = result.variants.map(({ name, widthPx, heightPx, file }, index) => [
    name,
    `${widthPx} x ${heightPx}`,
    file.length.toLocaleString("en"),
    files[index],
  ]);
  const { total = 0, background: waited = 0 } = result.timingsMs;
  const steps = Object.entries(result.timingsMs).map(([step, ms]) => `${step} ${Math.round(ms)}`);
  return [
    `${photo}: ${originalSize.join(" x ")}, ${removal}`,
    table([["variant", "size", "bytes", "file"], ...rows]),
    `  time in ms: ${steps.join(", ")} (${Math.round(total - waited)} without the background step)`,
    ...result.warnings.map(({ code, message }) => `  warning ${code}: ${message}`),
  ].join("\n");
}

function table(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      "  " + row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd()
    )
    .join("\n");
}

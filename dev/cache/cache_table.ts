import type { CutoutEntry } from "./cutout_entries.ts";

/** The files of a folder: the cutouts of one version, provider and mode, or all working images of one version. */
interface Row {
  folder: string;
  entries: number;
  bytes: number;
  old: number;
  oldest: Date;
  newest: Date;
}

/**
 * A table of cutouts and working images, a line for each folder and one for all of them.
 *
 * @param entries The cutouts.
 * @param cutoff What was kept before this is counted as old; unset: there is no such column.
 */
export function cacheTable(entries: readonly CutoutEntry[], cutoff?: Date): string {
  const rows = new Map<string, Row>();
  for (const entry of entries) {
    count(rows, folderOf(entry.path), entry, cutoff);
  }
  const folders = [...rows.values()].toSorted((a, b) => a.folder < b.folder ? -1 : 1);
  const all = new Map<string, Row>();
  for (const entry of entries) count(all, "all", entry, cutoff);
  const head = ["folder", "files", "MB", "oldest", "newest", ...(cutoff ? ["to remove"] : [])];
  const lines = [head, ...[...folders, ...all.values()].map((row) => cells(row, cutoff))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) =>
    line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])
    ).join("  ")
  ).join("\n");
}

/** Working images have a folder for each photo, which is no row of its own. */
function folderOf(path: string): string {
  return path.slice(0, path.startsWith("working-") ? path.indexOf("/") : path.lastIndexOf("/"));
}

function count(
  rows: Map<string, Row>,
  folder: string,
  { createdAt, bytes }: CutoutEntry,
  cutoff?: Date,
): void {
  const row = rows.get(folder) ??
    { folder, entries: 0, bytes: 0, old: 0, oldest: createdAt, newest: createdAt };
  row.entries++;
  row.bytes += bytes;
  if (cutoff && createdAt < cutoff) row.old++;
  if (createdAt < row.oldest) row.oldest = createdAt;
  if (createdAt > row.newest) row.newest = createdAt;
  rows.set(folder, row);
}

function cells({ folder, entries, bytes, old, oldest, newest }: Row, cutoff?: Date): string[] {
  const day = (date: Date) => date.toISOString().slice(0, 10);
  return [
    ...[folder, String(entries), (bytes / 1e6).toFixed(1), day(oldest), day(newest)],
    ...(cutoff ? [String(old)] : []),
  ];
}

/** The page's folder. */
export const PAGE = new URL("../../examples/admin/", import.meta.url);
/** The build's folder. */
export const DIST = new URL("dist/", PAGE);
/** The folder of the client, on which the page depends. */
export const CLIENT = new URL("../../client/", import.meta.url);

/** Everything that the built page depends on. */
export const SOURCES = [
  new URL("src/", PAGE),
  new URL("public/", PAGE),
  new URL("index.html", PAGE),
  new URL("vite.config.js", PAGE),
  new URL("package-lock.json", PAGE),
  CLIENT,
];

/** Returns the time of a file's last change, in milliseconds since 1970; 0 if the file does not exist. */
export async function changedAt(file: URL): Promise<number> {
  try {
    return (await Deno.stat(file)).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** Returns the time of the last change of a file, or of a folder's content; removals change the folder itself. */
export async function newestIn(place: URL): Promise<number> {
  let newest = await changedAt(place);
  if (!place.href.endsWith("/") || newest === 0) return newest;
  for await (const { name, isDirectory } of Deno.readDir(place)) {
    const inside = new URL(isDirectory ? `${name}/` : name, place);
    newest = Math.max(newest, await newestIn(inside));
  }
  return newest;
}

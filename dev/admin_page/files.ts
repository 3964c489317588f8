/** Where the page is. */
export const PAGE = new URL("../../examples/admin/", import.meta.url);
/** Where it is built. */
export const DIST = new URL("dist/", PAGE);
/** The client that it is built with. */
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

/** When a file was changed last, in milliseconds since 1970; 0 where there is none. */
export async function changedAt(file: URL): Promise<number> {
  try {
    return (await Deno.stat(file)).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** When anything in a folder, or a file, was changed last; a folder itself changes when something in it goes. */
export async function newestIn(place: URL): Promise<number> {
  let newest = await changedAt(place);
  if (!place.href.endsWith("/") || newest === 0) return newest;
  for await (const { name, isDirectory } of Deno.readDir(place)) {
    const inside = new URL(isDirectory ? `${name}/` : name, place);
    newest = Math.max(newest, await newestIn(inside));
  }
  return newest;
}

/** Options of a list; the defaults are hosted Storage's own. */
interface ListRequest {
  prefix?: string;
  limit?: number;
  offset?: number;
  search?: string;
  sortBy?: { column?: string; order?: string };
}

/** A listed file, or a folder, which has a name only. */
interface Entry {
  name: string;
  id: string | null;
  updated_at: string | null;
  created_at: string | null;
  last_accessed_at: string | null;
  metadata: unknown;
}

/** More objects than a local bucket has. */
const ALL = 1_000_000;
const DEFAULT_LIMIT = 100;

/**
 * Lists a folder as hosted Storage does: its direct files and folders, by their names in it.
 *
 * The embedded Storage lists every object below the folder by its whole path; it also decides which objects the caller may see.
 *
 * @param request `POST /storage/v1/object/list/BUCKET`
 * @param storage Sends a request to the embedded Storage.
 */
export async function listObjects(
  request: Request,
  storage: (request: Request) => Promise<Response>,
): Promise<Response> {
  const asked = await request.json() as ListRequest;
  const { prefix = "", limit = DEFAULT_LIMIT, offset = 0, search = "", sortBy } = asked;
  const folder = prefix.replace(/\/+$/, "");
  const inFolder = folder === "" ? "" : `${folder}/`;
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  const answer = await storage(
    new Request(request.url, {
      method: "POST",
      headers,
      body: JSON.stringify({ prefix: folder, limit: ALL, offset: 0 }),
    }),
  );
  if (!answer.ok) return answer;
  const all = await answer.json() as Entry[];
  const direct = new Map<string, Entry>();
  for (const entry of all.filter(({ name }) => name.startsWith(inFolder))) {
    const [name, ...below] = entry.name.slice(inFolder.length).split("/");
    direct.set(name, below.length > 0 ? folderEntry(name) : { ...entry, name });
  }
  const entries = [...direct.values()]
    .filter(({ name }) => name.toLowerCase().startsWith(search.toLowerCase()))
    .sort(inOrder(sortBy));
  const answered = new Headers(answer.headers);
  answered.delete("content-length");
  return Response.json(entries.slice(offset, offset + limit), {
    headers: answered,
  });
}

function folderEntry(name: string): Entry {
  const none = { updated_at: null, created_at: null, last_accessed_at: null };
  return { name, id: null, ...none, metadata: null };
}

/** Orders entries. Folders have no times, so they precede the files, in the order of their names. */
function inOrder({ column = "name", order = "asc" }: ListRequest["sortBy"] = {}) {
  const sign = order === "desc" ? -1 : 1;
  const valueOf = (entry: Entry) =>
    column === "created_at" || column === "updated_at" ? entry[column] ?? "" : entry.name;
  return (a: Entry, b: Entry): number =>
    sign * compare(valueOf(a), valueOf(b)) || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

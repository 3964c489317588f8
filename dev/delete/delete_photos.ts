import { z } from "zod";
import { BatchError } from "../batch/batch_error.ts";
import type { Project } from "../batch/project.ts";
import type { NamedPhoto } from "./read_delete_arguments.ts";

/** Number of photos in one request: the function's bound. */
const AT_ONCE = 50;

const count = z.int().nonnegative();
const erased = z.object({
  photo_hash: z.string().nullable(),
  results: count,
  cutouts: count,
  originals: z.array(z.object({ bucket: z.string(), path: z.string(), deleted: z.boolean() })),
});
const reply = z.object({ photos: z.array(erased) });
const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/**
 * Deletes photos, and prints a line for each.
 *
 * @returns Whether everything was deleted: each original was found, and could be deleted.
 * @throws {BatchError} If the function refuses a request or does not answer. Photos before that are deleted.
 */
export async function deletePhotos(
  project: Project,
  photos: readonly NamedPhoto[],
  print: (line: string) => void,
): Promise<boolean> {
  let isComplete = true;
  for (let from = 0; from < photos.length; from += AT_ONCE) {
    const some = photos.slice(from, from + AT_ONCE);
    const deleted = await call(project, some);
    deleted.forEach((one, index) => {
      isComplete &&= one.photo_hash !== null && one.originals.every(({ deleted }) => deleted);
      print(`${nameOf(some[index])}: ${outcomeOf(one)}`);
    });
  }
  return isComplete;
}

async function call(project: Project, photos: readonly NamedPhoto[]) {
  const { status, text } = await project.call(`${project.functionUrl}/delete`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ photos }),
  });
  const json = parseJson(text);
  const good = reply.safeParse(json);
  if (status === 200 && good.success) return good.data.photos;
  const refused = refusal.safeParse(json);
  const why = refused.success ? `${refused.data.error.message} (${refused.data.error.code})` : "";
  throw new BatchError(`The function answered HTTP ${status}. ${why}`.trim());
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nameOf(photo: NamedPhoto): string {
  if ("photo_hash" in photo) return photo.photo_hash;
  return `${photo.storage_path.bucket}/${photo.storage_path.path}`;
}

function outcomeOf({ photo_hash, results, cutouts, originals }: z.output<typeof erased>): string {
  if (photo_hash === null) return "nothing deleted: there is no such original";
  const kept = originals.filter(({ deleted }) => !deleted).map(({ path }) => path);
  const deleted = originals.length - kept.length;
  return `${results} files of results, ${cutouts} cutouts and ${deleted} originals deleted` +
    (kept.length > 0 ? `; not deleted, since the key lacks the right: ${kept.join(", ")}` : "");
}

/**
 * Deletes photos with their cutouts, results and originals: `deno task delete PHOTO...`.
 *
 * A photo is the SHA-256 of its file, the URL of one of its pictures, or the path of its original, such as
 * `car-originals/stock/a.jpg`. Reads SUPABASE_URL and SUPABASE_SECRET_KEY from the environment. The exit status is 1 if a photo
 * is not completely deleted, and 2 if the arguments are invalid or the question is not answered with yes.
 *
 * @module
 */
import { BatchError } from "./batch/batch_error.ts";
import { Project } from "./batch/project.ts";
import { deletePhotos } from "./delete/delete_photos.ts";
import { readDeleteArguments, USAGE } from "./delete/read_delete_arguments.ts";

function read() {
  try {
    return readDeleteArguments(Deno.args, Deno.env.toObject());
  } catch (error) {
    if (!(error instanceof BatchError)) throw error;
    console.error(`${error.message}\nUsage: ${USAGE}`);
    return null;
  }
}

async function main(): Promise<number> {
  const command = read();
  if (!command) return 2;
  const { photos, url, key, isConfirmed } = command;
  const count = photos.length === 1 ? "1 photo" : `${photos.length} photos`;
  const question = `Delete ${count} from ${url}, with all pictures and originals?`;
  if (!isConfirmed && !(Deno.stdin.isTerminal() && confirm(question))) {
    console.error("Nothing was deleted. Without a terminal, add --yes.");
    return 2;
  }
  try {
    const isComplete = await deletePhotos(new Project(url, key), photos, console.log);
    return isComplete ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());

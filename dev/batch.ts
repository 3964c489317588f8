/**
 * Processes a folder of photos and shows the progress: `deno task batch FOLDER`.
 *
 * Uploads the photos, enqueues them and watches the batches; Ctrl-C ends only the watch. The exit status is 1 if a photo
 * failed, 2 if the arguments are invalid, 130 after Ctrl-C.
 *
 * @module
 */
import { type BatchCommand, readArguments, USAGE } from "./batch/arguments.ts";
import { BatchError } from "./batch/batch_error.ts";
import { attachHint, runBatch } from "./batch/run_batch.ts";
import { Screen } from "./batch/screen.ts";

/** Exit status after Ctrl-C. */
const INTERRUPTED = 130;

const now = () => performance.now();

function columns(): number | null {
  // Some terminals do not know their width.
  return Deno.stdout.isTerminal() && Deno.consoleSize().columns || null;
}

function write(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

function readCommand(): BatchCommand | null {
  try {
    return readArguments(Deno.args, {
      SUPABASE_URL: Deno.env.get("SUPABASE_URL"),
      SUPABASE_SECRET_KEY: Deno.env.get("SUPABASE_SECRET_KEY"),
    });
  } catch (error) {
    if (!(error instanceof BatchError)) throw error;
    console.error(`${error.message}\nUsage: ${USAGE}`);
    return null;
  }
}

async function main(): Promise<number> {
  const command = readCommand();
  if (!command) return 2;
  const screen = new Screen({ write, columns, now });
  const ids: string[] = [];
  const stop = new AbortController();
  Deno.addSignalListener("SIGINT", () => {
    // A second Ctrl-C exits at once.
    if (stop.signal.aborted) Deno.exit(INTERRUPTED);
    stop.abort();
  });
  try {
    const onBatch = (id: string) => ids.push(id);
    return await runBatch(command, { screen, now, signal: stop.signal, onBatch }) ? 0 : 1;
  } catch (error) {
    screen.settle();
    if (stop.signal.aborted) {
      screen.say(attachHint(ids));
      return INTERRUPTED;
    }
    console.error(error instanceof Error ? error.message : error);
    if (ids.length > 0) screen.say(attachHint(ids));
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());

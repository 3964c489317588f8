import { parseArgs } from "node:util";
import { optionsSchema } from "../../shared/photo/options.ts";
import { BatchError } from "./batch_error.ts";
import type { BatchSettings } from "./enqueue.ts";
import { DENO_TASK } from "../deno_task.ts";

/** The command's usage text. */
export const USAGE =
  `${DENO_TASK} batch FOLDER [--options JSON] [--not-before ISO_TIME] [--webhook URL]
         [--force] [--again] [--detach] [--results FILE]
       ${DENO_TASK} batch --attach ID... [--results FILE]
       ${DENO_TASK} batch --requeue ID... [--results FILE]
       ${DENO_TASK} batch --cancel ID...
with SUPABASE_URL=https://REF.supabase.co and SUPABASE_SECRET_KEY, a secret key or an admin's token, in the environment`;

/** Options that apply only to a folder. */
const OF_FOLDERS = ["options", "not-before", "webhook", "force", "again", "detach"] as const;

/** The parsed command. */
export type BatchCommand =
  & {
    url: string;
    key: string;
    /** File for one line of JSON per photo. */
    results?: string;
  }
  & (
    | { kind: "send"; folder: string; settings: BatchSettings; detach: boolean }
    | { kind: "attach" | "requeue" | "cancel"; ids: string[] }
  );

/**
 * Reads the command's arguments.
 *
 * @param env The environment's settings.
 * @throws {BatchError} If they are invalid.
 */
export function readArguments(
  args: string[],
  env: { SUPABASE_URL?: string; SUPABASE_SECRET_KEY?: string },
): BatchCommand {
  const { values, positionals } = parse(args);
  const url = values.url ?? env.SUPABASE_URL;
  const key = values.key ?? env.SUPABASE_SECRET_KEY;
  if (!url || !URL.canParse(url)) {
    throw new BatchError("Expected SUPABASE_URL (or --url), the project's address.");
  }
  if (!key) {
    throw new BatchError(
      "Expected SUPABASE_SECRET_KEY (or --key), a secret key or an admin's token.",
    );
  }
  const common = { url, key, results: values.results };

  const kinds = (["attach", "requeue", "cancel"] as const).filter((kind) => values[kind]);
  if (kinds.length > 1) throw new BatchError(`Expected one of --${kinds.join(", --")}.`);
  if (kinds.length === 1) {
    const [kind] = kinds;
    if (positionals.length === 0) throw new BatchError(`Expected --${kind} ID, a batch's id.`);
    const stray = OF_FOLDERS.find((name) => values[name] !== undefined);
    if (stray) throw new BatchError(`Expected --${stray} with a folder, not with --${kind}.`);
    return { ...common, kind, ids: [...new Set(positionals)] };
  }
  if (positionals.length !== 1) throw new BatchError("Expected one folder of photos.");
  if (values.detach && values.results) {
    throw new BatchError("Expected --results with --attach: there are none yet with --detach.");
  }
  const settings = {
    options: readOptions(values.options),
    notBefore: readTime(values["not-before"]),
    webhook: readWebhook(values.webhook),
    force: values.force,
    again: values.again || values.force ? crypto.randomUUID() : undefined,
  };
  const folder = positionals[0].replace(/(?<=.)\/+$/, "");
  return { ...common, kind: "send", folder, settings, detach: values.detach ?? false };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: { type: "string" },
        key: { type: "string" },
        options: { type: "string" },
        "not-before": { type: "string" },
        webhook: { type: "string" },
        results: { type: "string" },
        force: { type: "boolean" },
        again: { type: "boolean" },
        detach: { type: "boolean" },
        attach: { type: "boolean" },
        requeue: { type: "boolean" },
        cancel: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new BatchError(error instanceof Error ? error.message : String(error));
  }
}

/** Parses `--options`. Invalid ones fail before the photos are uploaded. */
function readOptions(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  let options: unknown;
  try {
    options = JSON.parse(text);
  } catch {
    throw new BatchError("Expected JSON for --options.");
  }
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return options as Record<string, unknown>;
  const [{ path, message }] = parsed.error.issues;
  throw new BatchError(`--options: ${["options", ...path].join(".")}: ${message}`);
}

function readTime(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time.toISOString();
  throw new BatchError("Expected a time for --not-before, such as 2026-01-31T22:00:00Z.");
}

function readWebhook(text: string | undefined): string | undefined {
  if (text === undefined || URL.canParse(text)) return text;
  throw new BatchError("Expected an address for --webhook.");
}

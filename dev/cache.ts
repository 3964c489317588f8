/**
 * Looks after the cached cutouts: `deno task cache stats`, `deno task cache prune --older-than 90d [--dry-run]`.
 *
 * Reads SUPABASE_URL, a secret key and CUTOUT_BUCKET from the environment, as the function does. Ends with status 1 if Storage
 * cannot be read, and 2 for invalid arguments.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { createClient } from "@supabase/supabase-js";
import { ConfigError, readConfig } from "../shared/config.ts";
import { cacheTable } from "./cache/cache_table.ts";
import { cutoutEntries, type CutoutEntry, removeCutouts } from "./cache/cutout_entries.ts";
import { DENO_TASK } from "./deno_task.ts";

const USAGE = `${DENO_TASK} cache stats, or ${DENO_TASK} cache prune --older-than 90d [--dry-run]`;

const UNITS_MS: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** An error in the arguments, as a sentence. */
class UsageError extends Error {}

/** A duration such as `12h`, `90d` or `8w`, in milliseconds. */
function durationOf(text: string | undefined): number {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text ?? "") ?? [];
  if (count === undefined) {
    throw new UsageError(`--older-than: expected such as 90d, 12h or 8w but received ${text}.`);
  }
  return Number(count) * UNITS_MS[unit];
}

function parse(): { cutoff?: Date; isDryRun: boolean } {
  const { values, positionals } = parseArgs({
    options: { "older-than": { type: "string" }, "dry-run": { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const isDryRun = values["dry-run"];
  const [command, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`Expected no "${more[0]}".`);
  if (command === "prune") {
    return { cutoff: new Date(Date.now() - durationOf(values["older-than"])), isDryRun };
  }
  if (command !== "stats") throw new UsageError(`Expected stats or prune but received ${command}.`);
  if (isDryRun || values["older-than"] !== undefined) {
    throw new UsageError("stats takes no options.");
  }
  return { isDryRun };
}

async function main(): Promise<void> {
  const { cutoff, isDryRun } = parse();
  const { supabase, storage } = readConfig(Deno.env.toObject());
  const bucket = storage.cutoutBucket;
  if (bucket === undefined) throw new UsageError("CUTOUT_BUCKET is none: there is no cache.");
  const client = createClient(supabase.url, supabase.serviceKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
  // All of it before anything is removed: pages would shift under the list.
  const entries: CutoutEntry[] = await Array.fromAsync(cutoutEntries(client, bucket));
  console.log(cacheTable(entries, cutoff));
  if (!cutoff) return;
  const old = entries.filter(({ createdAt }) => createdAt < cutoff).map(({ path }) => path);
  if (isDryRun) return console.log(`\n${old.length} would be removed from ${bucket}.`);
  console.log(`\n${await removeCutouts(client, bucket, old)} removed from ${bucket}.`);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof ConfigError ||
      (error instanceof TypeError && "code" in error); // parseArgs
    console.error((error as Error).message);
    if (isUsage) console.error(`Expected ${USAGE}`);
    Deno.exit(isUsage ? 2 : 1);
  }
}

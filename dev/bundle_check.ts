/**
 * Checks the bundle's size against Supabase's limits: `deno task bundle-check [ENTRY]`.
 *
 * Prints the parts of a deployment and their sizes. The exit status is 1 above the limit.
 *
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { markdown } from "../bench/table.ts";
import { type BundlePart, bundleParts } from "./bundle/bundle_parts.ts";

/** Supabase's limit for bundles of the CLI (with Docker), in bytes. */
const LIMIT_BYTES = 20_000_000;
/** Supabase's limit for server-side bundling (`--use-api`), in bytes. */
const SERVER_LIMIT_BYTES = 5_000_000;

const ENTRY = fileURLToPath(new URL("../functions/process-image/index.ts", import.meta.url));
const IMPORT_MAP = fileURLToPath(new URL("../deno.json", import.meta.url));

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);

function row({ name, files, rawBytes, compressedBytes }: BundlePart): string[] {
  return [name, String(files), megabytes(rawBytes), megabytes(compressedBytes)];
}

function total(parts: readonly BundlePart[]): BundlePart {
  const sum = (of: (part: BundlePart) => number) => parts.reduce((all, part) => all + of(part), 0);
  return {
    name: "total",
    files: sum(({ files }) => files),
    rawBytes: sum(({ rawBytes }) => rawBytes),
    compressedBytes: sum(({ compressedBytes }) => compressedBytes),
  };
}

function verdict(bytes: number): string {
  if (bytes > LIMIT_BYTES) {
    return `${megabytes(bytes)} MB is above the ${megabytes(LIMIT_BYTES)} MB that Supabase takes.`;
  }
  const docker = `Below the ${megabytes(LIMIT_BYTES)} MB of a bundle made here, with Docker.`;
  const limit = `the ${megabytes(SERVER_LIMIT_BYTES)} MB of server-side bundling (--use-api)`;
  return bytes > SERVER_LIMIT_BYTES
    ? `${docker} Above ${limit}: deploy where Docker runs, without that flag.`
    : `${docker} Below ${limit} too.`;
}

const parts = await bundleParts(resolve(Deno.args[0] ?? ENTRY), IMPORT_MAP);
const all = total(parts);
console.log(markdown({
  title: "What a deployment uploads",
  note: "Megabytes of 10^6 bytes; packages whole; brotli as the Supabase CLI compresses.",
  columns: ["part", "files", "raw MB", "brotli MB"],
  rows: [...parts, all].map(row),
}));
console.log(verdict(all.compressedBytes));
if (all.compressedBytes > LIMIT_BYTES) Deno.exit(1);

import { imageSize } from "image-size";
import type { Reply } from "../../shared/photo/reply_schema.ts";

/** The variants' sizes; `processed` has that of the crop. */
const SIZES = { grid: [600, 400], detail: [1200, 800] } as const;
const NAMES = ["processed", "grid", "detail"] as const;

/** SHA-256 of each variant, in hexadecimal. */
export type Digests = Record<typeof NAMES[number], string>;

/** The objects of an upload in Storage. */
export interface StoredPhoto {
  digests: Partial<Digests>;
  /** Faults, as sentences. */
  faults: string[];
}

/**
 * Reads every variant of an answer from its public address and checks it: a WebP of the right size with the expected
 * bytes.
 *
 * @param expected The expected digests; unset for the first photo, which is the reference of the others.
 */
export async function checkStored(reply: Reply, expected?: Digests): Promise<StoredPhoto> {
  const digests: Partial<Digests> = {};
  const faults: string[] = [];
  for (const name of NAMES) {
    const url = reply.storage_urls?.[name];
    const response = url && await fetch(url);
    if (!response || !response.ok) {
      await (response || undefined)?.body?.cancel();
      faults.push(
        `${name} cannot be read: ${response ? `HTTP ${response.status}` : "no address"}.`,
      );
      continue;
    }
    const file = new Uint8Array(await response.arrayBuffer());
    digests[name] = await digestOf(file);
    const fault = faultOf(file, name, reply) ??
      (expected && expected[name] !== digests[name] ? "is a different picture" : undefined);
    if (fault) faults.push(`${name} ${fault}.`);
  }
  return { digests, faults };
}

/** Checks any object of the bucket, including those of unanswered uploads: complete files of one of the sizes. */
export function faultOfObject(file: Uint8Array, path: string): string | undefined {
  const name = NAMES.find((one) => path.endsWith(`/${one}.webp`));
  if (!name) return "is not named after a variant";
  return faultOf(file, name);
}

function faultOf(file: Uint8Array, name: typeof NAMES[number], reply?: Reply): string | undefined {
  try {
    const { type, width, height } = imageSize(file);
    const { width: w, height: h } = reply?.metadata[name] ?? {};
    const [rightWidth, rightHeight] = name === "processed"
      ? [w ?? width, h ?? height]
      : SIZES[name];
    if (type !== "webp") return `is ${type}`;
    if (width !== rightWidth || height !== rightHeight) return `is ${width} x ${height}`;
    return riffLength(file) === file.length ? undefined : "is truncated";
  } catch {
    return "is not a picture";
  }
}

/** Returns the file length in a WebP's header. */
function riffLength(file: Uint8Array): number {
  return new DataView(file.buffer, file.byteOffset).getUint32(4, true) + 8;
}

async function digestOf(file: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", file)).toHex();
}

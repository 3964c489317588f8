import { Buffer } from "node:buffer";
import { z } from "zod";
import { type SmokeClient, SmokeFailure } from "./client.ts";
import { measure, neverSeen, neverSeenPicture, photo } from "./photos.ts";
import { readAnswer } from "./read_answer.ts";

const NAMES = ["processed", "grid", "detail"] as const;
const EXACT: Partial<Record<typeof NAMES[number], string>> = {
  grid: "600 x 400",
  detail: "1200 x 800",
};

const variant = z.object({ width: z.int(), height: z.int(), bytes: z.int() });
const metadata = z.object({
  processed: variant,
  grid: variant,
  detail: variant,
  background: z.object({ removed: z.boolean(), provider: z.string().nullable() }),
});
/** Where the new pipeline fails, the service that it replaces may answer for it. */
const served_by = z.literal("new");
const inlineReply = z.object({
  served_by,
  metadata,
  processed: z.base64(),
  grid: z.base64(),
  detail: z.base64(),
});
const storedReply = z.object({
  served_by,
  metadata,
  storage_urls: z.object({ processed: z.url(), grid: z.url(), detail: z.url() }),
});
const removalReply = z.object({
  served_by,
  metadata: metadata.pick({ background: true }),
  warnings: z.array(z.object({ code: z.string() })),
});

/** It is the deployed pipeline that is looked at, whatever share of the photos it is given. */
const PROCESSOR = { "x-processor": "new" };

/**
 * Has a small photo processed that was never seen before, and decodes what the answer holds. Its background is kept: each
 * call of API4.ai costs.
 *
 * @throws {SmokeFailure}
 */
export async function checkTinyPhoto(client: SmokeClient): Promise<string> {
  const image_base64 = Buffer.from(neverSeen(await photo("small.jpg"))).toString("base64");
  const answer = await client.call("", {
    method: "POST",
    headers: { ...client.credential, ...PROCESSOR, "content-type": "application/json" },
    body: JSON.stringify({ image_base64, options: { skip_background_removal: true } }),
  });
  const reply = readAnswer(answer, 200, inlineReply);
  const sizes = await Promise.all(NAMES.map(async (name) => {
    const file = Uint8Array.from(Buffer.from(reply[name], "base64"));
    return await compare(name, file, reply.metadata[name]);
  }));
  return sizes.join(", ");
}

/**
 * Has a photo of 12 megapixels processed into Storage, and decodes what is at its public addresses.
 *
 * @throws {SmokeFailure}
 */
export async function checkStoredPhoto(client: SmokeClient): Promise<string> {
  // Rendered anew: the last smoke test's result would tell nothing.
  const answer = await client.call("?upload_to_storage=true&force=true", {
    method: "POST",
    headers: { ...client.credential, ...PROCESSOR, "content-type": "image/jpeg" },
    body: await photo("street.jpg"),
  });
  const { metadata, storage_urls } = readAnswer(answer, 200, storedReply);
  const sizes = await Promise.all(NAMES.map(async (name) => {
    const { status, bytes } = await client.call(storage_urls[name]);
    if (status !== 200) throw new SmokeFailure(`${name} at its public URL: HTTP ${status}`);
    return await compare(name, bytes, metadata[name]);
  }));
  return sizes.join(", ");
}

/**
 * Has the background of a picture removed that nobody has seen before: what is kept of API4.ai's answers would hide that it
 * refuses the key. A wrong key shows here only: photos are processed all the same.
 *
 * @throws {SmokeFailure}
 */
export async function checkRemoval(client: SmokeClient): Promise<string> {
  const answer = await client.call("?variants=grid", {
    method: "POST",
    headers: { ...client.credential, ...PROCESSOR, "content-type": "image/jpeg" },
    body: await neverSeenPicture(await photo("small.jpg")),
  });
  const { metadata, warnings } = readAnswer(answer, 200, removalReply);
  if (metadata.background.removed) return "removed";
  const codes = warnings.map(({ code }) => code);
  if (codes.includes("background_removal_not_configured")) return "not configured";
  throw new SmokeFailure(codes.join(", "));
}

/** Holds a file against what the answer says of it, and against the sizes that are promised. */
async function compare(
  name: typeof NAMES[number],
  file: Uint8Array<ArrayBuffer>,
  told: z.infer<typeof variant>,
): Promise<string> {
  const { width, height } = await measure(file).catch((error) => {
    throw new SmokeFailure(`${name}: ${error.message}`);
  });
  const [size, toldSize] = [`${width} x ${height}`, `${told.width} x ${told.height}`];
  const expected = EXACT[name] ?? toldSize;
  if (size !== expected || toldSize !== expected || file.length !== told.bytes) {
    const seen = `${size} of ${file.length} bytes, told as ${toldSize} of ${told.bytes}`;
    throw new SmokeFailure(`${name} is ${seen}; expected ${expected}`);
  }
  return `${name} ${size}`;
}

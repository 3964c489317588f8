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
/** The expected processor: if the new pipeline fails, the legacy service may answer. */
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

/** Selects the deployed pipeline, independently of the rollout. */
const PROCESSOR = { "x-processor": "new" };

/**
 * Processes a small unique photo, and decodes the answer's variants. It skips the background removal, as each call of
 * API4.ai costs.
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
 * Processes a photo of 12 megapixels into Storage, and decodes the variants at their public addresses.
 *
 * @throws {SmokeFailure}
 */
export async function checkStoredPhoto(client: SmokeClient): Promise<string> {
  // `force` ignores the result of the last smoke test.
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
 * Removes the background of a unique picture, as a cached cutout would hide that API4.ai refuses the key. Only this check
 * finds a wrong key, as photos are processed without one too.
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
  const { removed, provider } = metadata.background;
  if (removed) return `removed by ${provider}`;
  const codes = warnings.map(({ code }) => code);
  if (codes.includes("background_removal_not_configured")) return "not configured";
  throw new SmokeFailure(codes.join(", "));
}

/** Compares a file with the answer's facts and the documented sizes. */
async function compare(
  name: typeof NAMES[number],
  file: Uint8Array<ArrayBuffer>,
  claimed: z.infer<typeof variant>,
): Promise<string> {
  const { width, height } = await measure(file).catch((error) => {
    throw new SmokeFailure(`${name}: ${error.message}`);
  });
  const [size, claimedSize] = [`${width} x ${height}`, `${claimed.width} x ${claimed.height}`];
  const expected = EXACT[name] ?? claimedSize;
  if (size !== expected || claimedSize !== expected || file.length !== claimed.bytes) {
    const seen =
      `${size} of ${file.length} bytes, but the answer says ${claimedSize} of ${claimed.bytes}`;
    throw new SmokeFailure(`${name} is ${seen}; expected ${expected}`);
  }
  return `${name} ${size}`;
}

import { createClient } from "@supabase/supabase-js";
import { startStack } from "../../dev/stack.ts";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { expectReply, fixture, sendBytes } from "../helpers/call.ts";

/** The variants' names. */
export const NAMES = ["processed", "grid", "detail"] as const;

/** The query that stores a result. */
export const UPLOAD = "upload_to_storage=true";

/** The photo that most tests send. */
export const small = await fixture("small.jpg");

/** Starts a stack, and returns what tests of stored results need. */
export async function startResults() {
  const stack = await startStack();
  const auth = { authorization: `Bearer ${stack.adminToken}` };
  const bucket = createClient(stack.url, stack.secretKey).storage.from("car-images");
  let padding = 0;
  return {
    stack,
    auth,
    bucket,
    /** Returns an unused padding. Each test has its own paths: no result of one affects another. */
    nextPadding: () => padding++,
    /** Sends the small photo, always with the same options. */
    sender: (options = ""): (query?: string) => Promise<Reply> => {
      const own = `padding=${padding++}&${options}`;
      return async (query = UPLOAD) =>
        (await expectReply(sendBytes(stack.functionUrl, auth, small, `${own}&${query}`))).body;
    },
    manifestOf: async (reply: Reply): Promise<Record<string, unknown>> => {
      const { data, error } = await bucket.download(manifestPath(reply));
      if (error) throw error;
      return JSON.parse(await data.text());
    },
    writeManifest: async (reply: Reply, text: string): Promise<void> => {
      const { error } = await bucket.upload(manifestPath(reply), new TextEncoder().encode(text), {
        contentType: "application/json",
        upsert: true,
      });
      if (error) throw error;
    },
  };
}

/** Returns a variant's path in its bucket. */
export function pathOf(reply: Reply, name: typeof NAMES[number]): string {
  return reply.storage_urls![name]!.split("/car-images/")[1];
}

function manifestPath(reply: Reply): string {
  return pathOf(reply, "grid").replace(/[^/]*$/, "manifest.json");
}

/** Returns the parts of an answer that do not depend on the request. */
export function comparable({ metadata, request_id: _, ...reply }: Reply) {
  const { timings_ms: _timings, reused: _reused, background, ...rest } = metadata;
  const { cached: _cached, ...subject } = background;
  return { ...reply, metadata: { ...rest, background: subject } };
}

/**
 * The model's process: reads photos from standard input and writes cutouts to standard output, one at a time.
 *
 * @module
 */
import { decodeRgb, measure, startImageMagick } from "../../api4ai/image_files.ts";
import { makePicture } from "../../api4ai/make_picture.ts";
import { isTooBig } from "../../api4ai/resolution.ts";
import { Segmenter } from "../inference/segmenter.ts";
import { refineMask } from "../mask/refine_mask.ts";
import { encodeFrame, readFrames } from "./frames.ts";
import type { ProcessArgument, ProcessReply, ProcessRequest } from "./messages.ts";

const NOTHING = new Uint8Array();
const output = Deno.stdout.writable.getWriter();

function reply(answer: ProcessReply, bytes: Uint8Array = NOTHING): Promise<void> {
  return output.write(encodeFrame(answer, bytes));
}

async function cut(segmenter: Segmenter, photoFile: Uint8Array, mode: ProcessRequest["mode"]) {
  const size = measure(photoFile);
  if (size && isTooBig(size)) return await reply({ kind: "too big" });
  const photo = size && decodeRgb(photoFile);
  if (!photo) return await reply({ kind: "unreadable" });
  const mask = refineMask(photo, await segmenter.segment(photo));
  const { png, width, height, carBox } = makePicture(photo, mask, mode);
  await reply({ kind: "cut", width, height, carBox }, png);
}

const { file, input } = JSON.parse(Deno.args[0]) as ProcessArgument;
await startImageMagick();
const segmenter = await Segmenter.load(file, input);
await reply({ kind: "ready" });
for await (const { json, bytes } of readFrames(Deno.stdin.readable)) {
  try {
    await cut(segmenter, bytes, (json as ProcessRequest).mode);
  } catch (error) {
    await reply({ kind: "error", message: error instanceof Error ? error.message : String(error) });
  }
}

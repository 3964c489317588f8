/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { cutOut } from "./cut_out.ts";
import { FixtureMasks } from "./fixture_masks.ts";
import { startImageMagick } from "./image_files.ts";
import type { Cut, WorkerRequest } from "./messages.ts";

// The port queues requests during loading only if there is a listener already.
const fixtures = startImageMagick().then(() => new FixtureMasks());

self.onmessage = async ({ data }: MessageEvent<{ id: number; request: WorkerRequest }>) => {
  const { id, request } = data;
  try {
    self.postMessage({ id, value: answer(request, await fixtures) });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
};

function answer(request: WorkerRequest, known: FixtureMasks): Cut | boolean {
  switch (request.op) {
    case "isKnown":
      return isKnown(request.image, known);
    case "cut":
      return cutOut(request.image, request.mode, request.flaw, known);
  }
}

function isKnown(image: Uint8Array, known: FixtureMasks): boolean {
  try {
    return known.has(image);
  } catch {
    return false;
  }
}

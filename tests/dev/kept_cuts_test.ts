// Proves that the simulator's pictures of the project's photos come from the cache unchanged, and those of no other photo.
import assert from "node:assert/strict";
import { startApi4aiSimulator } from "../../dev/api4ai_simulator.ts";
import { fixture, paint, post, workingImage } from "./simulator_client.ts";

async function replies(images: Uint8Array<ArrayBuffer>[], cacheFolder: string): Promise<string[]> {
  const simulator = await startApi4aiSimulator({ cacheFolder });
  try {
    const answers: string[] = [];
    for (const image of images) {
      for (const mode of ["fg-mask", "fg-image"]) {
        answers.push(await (await post(simulator, image, { mode })).text());
      }
    }
    return answers;
  } finally {
    await simulator.close();
  }
}

Deno.test("a picture from the cache is the one that was cut out", async () => {
  const folder = await Deno.makeTempDir();
  const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  try {
    const other = paint(400, 300, "#dddddd", { x: 100, y: 80, width: 200, height: 120 });
    const images = [await fixture("small.jpg"), await workingImage("street.jpg", 320), other];
    const first = await replies(images, folder);
    const kept = names();
    assert.equal(kept.length, 4, "two photos in two modes");
    const second = await replies(images, folder);
    assert.deepEqual(second.slice(0, 4), first.slice(0, 4));
    assert.deepEqual(names(), kept);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

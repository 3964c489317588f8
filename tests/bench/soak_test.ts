// Proves that a process leaks no memory over many photos, and that the measurement detects leaks.
import assert from "node:assert/strict";
import { startBackend } from "../../bench/backend.ts";
import { leaks, soak, type SoakSample } from "../../bench/soak.ts";
import { isLongForm } from "../helpers/test_form.ts";

const MB = 2 ** 20;

function sample(photos: number, countedMb: number, rssMb: number): SoakSample {
  return { photos, countedBytes: countedMb * MB, peakBytes: countedMb * MB, rssBytes: rssMb * MB };
}

Deno.test("leaks() tolerates small changes of memory only", () => {
  assert.deepEqual(leaks([sample(50, 60, 200), sample(100, 62, 215), sample(150, 58, 190)]), []);
  assert.deepEqual(leaks([sample(50, 60, 200), sample(100, 64, 241)]), [
    "heap + external had grown by 6.7 % after photo 100.",
    "RSS had grown by 20.5 % after photo 100.",
  ]);
});

// The short form has fuzz_test.ts, which bounds the memory after its runs.
Deno.test(
  { name: "forty photos in one process leak no memory (Deno 2.1.4)", ignore: !isLongForm },
  async () => {
    await using backend = await startBackend();
    const samples = await soak(backend, { photos: ["small.jpg"], count: 40, every: 10 });
    assert.deepEqual(samples.map(({ photos }) => photos), [10, 20, 30, 40]);
    // A young process's RSS still grows with the code that V8 compiles: here only the heap counts.
    assert.deepEqual(leaks(samples.map((one) => ({ ...one, rssBytes: 1 }))), []);
  },
);

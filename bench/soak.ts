import type { Backend } from "./backend.ts";
import { MEASURED_ENTRY, MEASURED_ENV, type MemoryReport, readMemory } from "./memory_report.ts";
import { neverSeen, sendPhoto } from "./send_photo.ts";

/** Options of a soak test. */
export interface SoakOptions {
  /** Fixtures to send in turn. */
  photos: readonly string[];
  /** Number of photos. */
  count: number;
  /** Number of photos between two samples. */
  every: number;
  /** Called with each sample. */
  onSample?: (sample: SoakSample) => void;
}

/** Memory after a number of photos and a garbage collection. */
export interface SoakSample extends MemoryReport {
  photos: number;
}

/** Bound on heap + external relative to the first sample: it detects a leak of 5 kB per photo. */
const FLAT = 1.05;

/**
 * Bound on RSS in the last sample relative to the first. The host does not count RSS, and heap + external detects leaks of the
 * function itself. RSS also has freed pages that the allocator keeps: 1000 photos raise it by 3 % (`bench/COLD.md`), so this
 * bound detects a leak of native memory of about 25 kB per photo.
 */
const RSS_WITHIN = 1.1;

const FORMATS = ["webp", "png", "jpeg"];
const PADDINGS = [50, 0, 200];
const FITS = ["contain", "cover", "fill"];

/**
 * Sends photos through one process of the function, one after the other.
 *
 * All photos differ, and 36 photos of four fixtures cover every combination of photo, format and padding, on which memory
 * depends. Between two samples the combinations and their order are the same, so that only leaks make a difference.
 */
export async function soak(backend: Backend, options: SoakOptions): Promise<SoakSample[]> {
  const { count, every, onSample } = options;
  const photos = await Promise.all(
    options.photos.map((name) => Deno.readFile(new URL(`../fixtures/${name}`, import.meta.url))),
  );
  const served = await backend.start({ entrypoint: MEASURED_ENTRY, env: MEASURED_ENV });
  const samples: SoakSample[] = [];
  try {
    for (let sent = 1; sent <= count; sent++) {
      const turn = sent % every;
      const photo = neverSeen(photos[turn % photos.length]);
      const query = settings(turn, photos.length);
      await sendPhoto(served.url, backend.headers, photo, query);
      if (sent % every > 0) continue;
      backend.simulator.reset(); // the simulator keeps its requests
      const sample = { photos: sent, ...await readMemory(served.url, true) };
      samples.push(sample);
      onSample?.(sample);
    }
  } finally {
    await served.close();
  }
  return samples;
}

function settings(turn: number, photos: number): string {
  const round = Math.floor(turn / photos);
  return new URLSearchParams({
    format: FORMATS[round % FORMATS.length],
    padding: String(PADDINGS[Math.floor(round / FORMATS.length) % PADDINGS.length]),
    fit: FITS[turn % FITS.length],
    shadow: turn % 5 === 0 ? "none" : "auto",
    quality: String(60 + (turn % 37)),
    upload_to_storage: String(turn % 2 === 0),
  }).toString();
}

/**
 * Finds memory growth since the first sample.
 *
 * @returns Sentences about the growth; empty if there is none.
 */
export function leaks(samples: readonly SoakSample[]): string[] {
  const found: string[] = [];
  for (const { photos, countedBytes } of samples) {
    const share = countedBytes / samples[0].countedBytes;
    if (share > FLAT) found.push(`${grown("heap + external", share)} after photo ${photos}.`);
  }
  const last = samples[samples.length - 1];
  const share = last.rssBytes / samples[0].rssBytes;
  if (share > RSS_WITHIN) found.push(`${grown("RSS", share)} after photo ${last.photos}.`);
  return found;
}

function grown(what: string, share: number): string {
  return `${what} had grown by ${((share - 1) * 100).toFixed(1)} %`;
}

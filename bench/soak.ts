import type { Backend } from "./backend.ts";
import { MEASURED_ENTRY, MEASURED_ENV, type MemoryReport, readMemory } from "./memory_report.ts";
import { neverSeen, sendPhoto } from "./send_photo.ts";

/** What is sent, and how often memory is looked at. */
export interface SoakOptions {
  /** Fixtures, sent in turn. */
  photos: readonly string[];
  /** Photos in all. */
  count: number;
  /** Photos from one look at the memory to the next. */
  every: number;
  /** Hears each look as it is taken. */
  onSample?: (sample: SoakSample) => void;
}

/** Memory after so many photos; garbage has been collected. */
export interface SoakSample extends MemoryReport {
  photos: number;
}

/** How far heap + external may grow from the first look to any later one, as a share: a leak of 5 kB a photo is found. */
const FLAT = 1.05;

/** How far RSS may grow from the first look to the last, as a share. */
const RSS_WITHIN = 1.1;

const FORMATS = ["webp", "png", "jpeg"];
const PADDINGS = [50, 0, 200];
const FITS = ["contain", "cover", "fill"];

/**
 * Sends photos through one process of the function, one after the other.
 *
 * No two are alike, and 36 of four fixtures try every combination of what memory depends on: photo, format and padding.
 * From one look to the next it is the same ones in the same order, so that only what stays behind can make a difference.
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
      backend.simulator.reset(); // it keeps what it was sent
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
 * Whether memory stayed where it was at the first look.
 *
 * @returns Sentences about what did not; empty when all is well.
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

import { ImageMagick, type MagickReadSettings } from "@imagemagick/magick-wasm";

/**
 * Callback for each step of the engine's work, such as a row that is read or scaled. It must not throw.
 *
 * @returns True to continue, false to stop.
 */
export type OnStep = () => boolean;

/** The parts of the package's instance that its types omit. */
interface Api {
  HEAPU8: Uint8Array;
  addFunction(call: () => number, signature: string): number | bigint;
}

/** The settings of a read, in the form that the package passes to the engine. */
interface Native {
  _instance: number | bigint;
}
type Use = (work: (native: Native) => unknown) => unknown;

const holder = ImageMagick as unknown as { _api: Api };

/** The listener of the current work. The engine does one piece of work at a time. */
let listener: OnStep | undefined;
let stopped = false;

/** Each instance's handle on {@linkcode step}. */
const handles = new WeakMap<Api, number>();

/** Called by the engine. After a stop it refuses every further step, so that all later work ends at its first step. */
function step(): number {
  stopped ||= listener !== undefined && !listener();
  return stopped ? 0 : 1;
}

/** A MagickProgressMonitor: text, offset, extent, client data. */
const SIGNATURE = "iijji";

/**
 * Makes the engine report the steps of a read and of all later work on the same image.
 *
 * The package's own `onProgress` does not cover a read: it is set on an image, and a read makes a new image. For a
 * read, ImageMagick takes the monitor from its `ImageInfo`, so this function writes it there. The package version is
 * pinned, and `tests/image/engine/engine_steps_test.ts` fails if a new version changes the structure's layout.
 *
 * @param settings The settings of the read; their format is set.
 */
export function reportSteps(settings: MagickReadSettings): void {
  const inner = settings as unknown as { _use: Use };
  const use = inner._use.bind(settings);
  inner._use = (work) =>
    use((native) => {
      setMonitor(Number(native._instance), settings.format!);
      return work(native);
    });
}

/** `ImageInfo` holds, in this order: monitor, client data, cache, stream, file, blob, length, and the format's name. */
const MONITOR_BEFORE_NAME_BYTES = 28;

/** Range in which to search `ImageInfo` for the format's name, in bytes; it is at 528 in this version. */
const NAME_FROM = 256;
const NAME_BEFORE = 1_024;

function setMonitor(info: number, format: string): void {
  const api = holder._api;
  let handle = handles.get(api);
  if (handle === undefined) {
    handle = Number(api.addFunction(step, SIGNATURE));
    handles.set(api, handle);
  }
  const name = Uint8Array.from(`${format}\0`, (letter) => letter.charCodeAt(0));
  for (let at = info + NAME_FROM; at < info + NAME_BEFORE; at += 4) {
    if (!name.every((byte, i) => api.HEAPU8[at + i] === byte)) continue;
    const view = new DataView(api.HEAPU8.buffer, at - MONITOR_BEFORE_NAME_BYTES, 4);
    // An unknown layout stays unchanged: the read is not watched then, and nothing breaks.
    if (view.getUint32(0) === 0) view.setUint32(0, handle, true);
    return;
  }
}

/** The outcome of watched work. */
export type Watched<T> = { stopped: false; value: T } | { stopped: true };

/**
 * Runs work that a listener can stop at any step. The engine stays usable after a stop.
 *
 * @param onStep The listener; without one the work runs to its end.
 * @param work The work; it is synchronous.
 * @param discard Frees the work's value if the work was stopped but still returned one.
 * @throws The work's error, unless the listener stopped the work.
 */
export function watchSteps<T>(
  onStep: OnStep | undefined,
  work: () => T,
  discard: (value: T) => void,
): Watched<T> {
  listener = onStep;
  stopped = false;
  try {
    const value = work();
    if (!stopped) return { stopped, value };
    discard(value);
    return { stopped };
  } catch (error) {
    // A refused step leaves no image behind, so the next use of that image throws.
    if (!stopped || error instanceof WebAssembly.RuntimeError) throw error;
    return { stopped };
  } finally {
    listener = undefined;
    stopped = false;
  }
}

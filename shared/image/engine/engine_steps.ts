import { ImageMagick, type MagickReadSettings } from "@imagemagick/magick-wasm";

/**
 * Hears that the engine has done a step of its work, such as a row that is read or scaled. It must not throw.
 *
 * @returns Whether the engine may go on.
 */
export type OnStep = () => boolean;

/** The parts of the package's instance that its types do not show. */
interface Api {
  HEAPU8: Uint8Array;
  addFunction(call: () => number, signature: string): number | bigint;
}

/** The settings of a read, as the package hands them to the engine. */
interface Native {
  _instance: number | bigint;
}
type Use = (work: (native: Native) => unknown) => unknown;

const holder = ImageMagick as unknown as { _api: Api };

/** The listener of the work that runs now: the engine does one piece of work at a time. */
let listener: OnStep | undefined;
let stopped = false;

/** The engine's handle on {@linkcode step}, by instance. */
const handles = new WeakMap<Api, number>();

/** Called by the engine. After a stop every further step is refused, so that all that follows ends at its first step. */
function step(): number {
  stopped ||= listener !== undefined && !listener();
  return stopped ? 0 : 1;
}

/** A MagickProgressMonitor: text, offset, extent, client data. */
const SIGNATURE = "iijji";

/**
 * Makes the engine report the steps of a read, and of all later work on the image that was read.
 *
 * The package's own `onProgress` does not reach a read: it is set on an image, and a read makes a new one. ImageMagick
 * takes the monitor for a read from its `ImageInfo`, which is written here. The package is pinned exactly, and
 * `tests/image/engine_steps_test.ts` fails if a new version lays the structure out differently.
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

/** `ImageInfo` holds, side by side: monitor, client data, cache, stream, file, blob, length, and the format's name. */
const MONITOR_BEFORE_NAME_BYTES = 28;

/** Where to look for the format's name in `ImageInfo`, in bytes; it is at 528 in this version. */
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
    // A structure that is laid out differently is left as it is: nothing is watched then, and nothing breaks.
    if (view.getUint32(0) === 0) view.setUint32(0, handle, true);
    return;
  }
}

/** The outcome of watched work. */
export type Watched<T> = { stopped: false; value: T } | { stopped: true };

/**
 * Does work with the engine that a listener may stop at any step. The engine stays usable.
 *
 * @param onStep The listener; unset, the work runs to its end.
 * @param work The work; it ends before it returns.
 * @param discard Frees the work's result, if the work was stopped and has one all the same.
 * @throws What the work throws, unless it was stopped.
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
    // A step that was refused leaves no image behind, and whatever uses that image next fails over it.
    if (!stopped || error instanceof WebAssembly.RuntimeError) throw error;
    return { stopped };
  } finally {
    listener = undefined;
    stopped = false;
  }
}

import {
  answerJobs,
  type Rendered,
  type RenderJob,
  renderPhoto,
  type WorkerAnswer,
} from "./render_photo.ts";

/** The result of a job, and where it was computed. */
export interface Outcome {
  rendered: Rendered;
  /** Whether a worker computed it, so that the page did not freeze. */
  inWorker: boolean;
}

/** The used part of a worker, as browsers, Deno and Node type it differently. */
interface RenderWorker {
  onmessage: ((message: { data: WorkerAnswer }) => void) | null;
  onerror: ((event: { message?: string; preventDefault?(): void }) => void) | null;
  postMessage(job: RenderJob, transfer: unknown[]): void;
  terminate(): void;
}

/** Starts the worker from the package's own file. Bundlers recognize the expression, and a page's CSP needs no `blob:`. */
function fromFile(): RenderWorker {
  const worker: unknown = new Worker(new URL("./render_worker.ts", import.meta.url), {
    type: "module",
  });
  return worker as RenderWorker;
}

let textUrl: string | undefined;

/** Starts the worker from text, in case a bundler has left the file behind or the package has another origin. */
function fromText(): RenderWorker {
  const text = `(${answerJobs})(self, ${renderPhoto})`;
  textUrl ??= URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const worker: unknown = new Worker(textUrl, { type: "module" });
  return worker as RenderWorker;
}

/** The ways to start a worker that have not failed in this page. */
const ways = [fromFile, fromText];

/**
 * Encodes a photo in a worker, so that the page does not freeze. Without workers or `OffscreenCanvas`, and in code that
 * already runs in a worker, it uses the current thread.
 *
 * @param signal Ends the work.
 * @throws {Error} If the photo cannot be encoded; or the signal's reason.
 */
export async function renderInWorker(job: RenderJob, signal?: AbortSignal): Promise<Outcome> {
  const needed = ["document", "Worker", "OffscreenCanvas"];
  while (needed.every((name) => name in globalThis) && ways.length > 0) {
    const [way] = ways;
    const worker = await started(way, signal);
    if (!worker) {
      // Photos that start together find the same way failing.
      if (ways[0] === way) ways.shift();
      continue;
    }
    try {
      const transfer = job.source instanceof Blob ? [] : [job.source];
      const answer = await next(worker, signal, () => worker.postMessage(job, transfer));
      if ("rendered" in answer) return { rendered: answer.rendered, inWorker: true };
      throw new Error("failed" in answer ? answer.failed : "The worker did not answer.");
    } catch (error) {
      signal?.throwIfAborted();
      // The page can read a file again, but the worker has taken pixels over.
      if (!(job.source instanceof Blob)) throw error;
      break;
    } finally {
      worker.terminate();
    }
  }
  return { rendered: await renderPhoto(job), inWorker: false };
}

/** Starts a worker. @returns The worker once it is ready; `null` if it cannot start. */
async function started(
  start: () => RenderWorker,
  signal: AbortSignal | undefined,
): Promise<RenderWorker | null> {
  let worker: RenderWorker | undefined;
  try {
    worker = start();
    await next(worker, signal);
    return worker;
  } catch {
    worker?.terminate();
    signal?.throwIfAborted();
    return null;
  }
}

/** Waits for a worker's next message. @throws {Error} If the worker fails; or the signal's reason. */
function next(
  worker: RenderWorker,
  signal: AbortSignal | undefined,
  begin?: () => void,
): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const removing = <T>(settle: (value: T) => void) => (value: T) => {
      signal?.removeEventListener("abort", abort);
      settle(value);
    };
    worker.onmessage = ({ data }) => removing(resolve)(data);
    worker.onerror = (event) => {
      event.preventDefault?.();
      removing(reject)(new Error(event.message || "The worker did not start."));
    };
    if (signal?.aborted) abort();
    else begin?.();
  });
}

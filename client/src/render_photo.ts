/** The pixels of a decoded photo, upright: an `ImageBitmap`. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Releases the pixels. */
  close(): void;
}

/** A photo to encode again. */
export interface RenderJob {
  /** The file, or its pixels, which are closed at the end. */
  source: Blob | Picture;
  /** Bound on the longer side of the result in pixels. */
  longSide: number;
  /** Quality of a JPEG, above 0 and up to 1. */
  quality: number;
  /** Whether the photo cannot have transparent pixels. */
  isOpaque: boolean;
  /** Whether a photo that is within the bound is kept as it is. */
  onlySmaller: boolean;
}

/** The new file, or the reason why the photo has to be kept as it is. */
export type Rendered = { blob: Blob } | { kept: "undecodable" | "small" };

interface Pen {
  imageSmoothingQuality: string;
  drawImage(
    picture: Picture,
    x: number,
    y: number,
    width: number,
    height: number,
  ): void;
  getImageData(
    x: number,
    y: number,
    width: number,
    height: number,
  ): { data: Uint8ClampedArray };
}

interface Canvas {
  width: number;
  height: number;
  getContext(kind: "2d"): Pen | null;
  convertToBlob?(options: { type: string; quality: number }): Promise<Blob>;
  toBlob?(
    take: (blob: Blob | null) => void,
    type: string,
    quality: number,
  ): void;
}

/** The canvas API of browsers and workers. Node and Deno do not have it. */
interface Browser {
  createImageBitmap?(
    photo: Blob,
    options: { imageOrientation: "from-image" },
  ): Promise<Picture>;
  OffscreenCanvas?: new (width: number, height: number) => Canvas;
  document?: { createElement(name: "canvas"): Canvas };
}

/** A message to a worker. */
export interface JobMessage {
  data: RenderJob;
}

/** A worker's scope. */
export interface WorkerScope {
  onmessage: ((message: JobMessage) => void) | null;
  postMessage(answer: WorkerAnswer): void;
}

/** A worker's messages: first that it is ready, then the job's result or failure. */
export type WorkerAnswer = { ready: true } | { rendered: Rendered } | { failed: string };

/**
 * Encodes a photo as an upright sRGB JPEG, or as a PNG if it has transparent pixels, which a JPEG would lose. The browser
 * applies the orientation and converts the colours; the result has no metadata.
 *
 * The function's text also runs in a worker, so it uses nothing from outside of itself.
 *
 * @throws {Error} If there is no canvas, or if it cannot encode the photo.
 */
export async function renderPhoto(job: RenderJob): Promise<Rendered> {
  const browser = globalThis as Browser;
  const { source, longSide, quality, isOpaque, onlySmaller } = job;
  const picture = source instanceof Blob
    ? await browser.createImageBitmap?.(source, { imageOrientation: "from-image" })
      .catch(() => null)
    : source;
  if (!picture) return { kept: "undecodable" };
  try {
    const scale = Math.min(1, longSide / Math.max(picture.width, picture.height));
    if (scale === 1 && onlySmaller) return { kept: "small" };
    const width = Math.max(1, Math.round(picture.width * scale));
    const height = Math.max(1, Math.round(picture.height * scale));
    const canvas = browser.OffscreenCanvas
      ? new browser.OffscreenCanvas(width, height)
      : browser.document?.createElement("canvas");
    const pen = canvas?.getContext("2d");
    if (!canvas || !pen) throw new Error("There is no canvas.");
    // A canvas element has another size at first; the change resets its context.
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, width, height);
    let type = "image/jpeg";
    const stripRows = 256;
    for (let y = 0; y < height && !isOpaque && type === "image/jpeg"; y += stripRows) {
      const { data } = pen.getImageData(0, y, width, Math.min(stripRows, height - y));
      // Scaling may leave the alpha at the edges of an opaque photo a little below 255.
      for (let at = 3; at < data.length; at += 4) if (data[at] < 250) type = "image/png";
    }
    const blob = canvas.convertToBlob
      ? await canvas.convertToBlob({ type, quality })
      : await new Promise<Blob | null>((resolve) => {
        if (canvas.toBlob) canvas.toBlob(resolve, type, quality);
        else resolve(null);
      });
    canvas.width = canvas.height = 0; // releases its memory now, not at the next garbage collection
    if (!blob || blob.size === 0) throw new Error("The canvas did not encode the photo.");
    return { blob };
  } finally {
    picture.close();
  }
}

/** Answers the jobs that a worker receives. Like {@linkcode renderPhoto}, it uses nothing from outside of itself. */
export function answerJobs(
  scope: WorkerScope,
  render: (job: RenderJob) => Promise<Rendered>,
): void {
  scope.onmessage = ({ data }) => {
    render(data).then(
      (rendered) => scope.postMessage({ rendered }),
      (error) => scope.postMessage({ failed: String(error) }),
    );
  };
  scope.postMessage({ ready: true });
}

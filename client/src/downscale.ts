/** Settings for downscaling a photo before its upload. */
export interface DownscaleOptions {
  /** Longer side of the result in pixels; smaller photos stay unchanged. The function itself works at 2048. */
  longSide: number;
  /** Quality of the JPEG, above 0 and up to 1. @default 0.9 */
  quality?: number;
}

interface Picture {
  width: number;
  height: number;
  close(): void;
}

interface Pen {
  fillStyle: unknown;
  imageSmoothingQuality: string;
  fillRect(x: number, y: number, width: number, height: number): void;
  drawImage(picture: Picture, x: number, y: number, width: number, height: number): void;
}

interface Canvas {
  width: number;
  height: number;
  getContext(kind: "2d"): Pen | null;
  convertToBlob?(options: { type: string; quality: number }): Promise<Blob>;
  toBlob?(take: (blob: Blob | null) => void, type: string, quality: number): void;
}

/** The canvas API of browsers and workers. Node and Deno do not have it. */
interface Browser {
  createImageBitmap?(photo: Blob, options: { imageOrientation: "from-image" }): Promise<Picture>;
  OffscreenCanvas?: new (width: number, height: number) => Canvas;
  document?: { createElement(name: "canvas"): Canvas };
}

const DEFAULT_QUALITY = 0.9;

/**
 * Converts a photo to a smaller, upright JPEG, so that the upload is smaller.
 *
 * @returns The JPEG; or the photo itself if there is no canvas, if the browser cannot decode the type (mostly HEIC), or
 * if the JPEG would not be smaller.
 * @throws {TypeError} If an option is out of range.
 */
export async function downscale(photo: Blob, options: DownscaleOptions): Promise<Blob> {
  const { longSide, quality = DEFAULT_QUALITY } = options;
  if (!(longSide >= 1) || !(quality > 0 && quality <= 1)) {
    throw new TypeError("Expected downscale.longSide of 1 or more, and quality from 0 to 1.");
  }
  const browser = globalThis as Browser;
  const picture = await browser.createImageBitmap?.(photo, { imageOrientation: "from-image" })
    .catch(() => null);
  if (!picture) return photo;
  try {
    const scale = longSide / Math.max(picture.width, picture.height);
    if (scale >= 1) return photo;
    const canvas = canvasOf(
      browser,
      Math.max(1, Math.round(picture.width * scale)),
      Math.max(1, Math.round(picture.height * scale)),
    );
    const smaller = canvas && await draw(canvas, picture, quality);
    return smaller && smaller.size < photo.size ? smaller : photo;
  } finally {
    picture.close();
  }
}

function canvasOf(browser: Browser, width: number, height: number): Canvas | undefined {
  if (browser.OffscreenCanvas) return new browser.OffscreenCanvas(width, height);
  const canvas = browser.document?.createElement("canvas");
  return canvas && Object.assign(canvas, { width, height });
}

async function draw(canvas: Canvas, picture: Picture, quality: number): Promise<Blob | null> {
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  const { width, height } = canvas;
  // A JPEG has no transparency: transparent pixels would become black.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, width, height);
  const type = "image/jpeg";
  if (canvas.convertToBlob) return await canvas.convertToBlob({ type, quality });
  return await new Promise((resolve) => {
    if (canvas.toBlob) canvas.toBlob(resolve, type, quality);
    else resolve(null);
  });
}

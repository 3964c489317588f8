import assert from "node:assert/strict";

/** Behaviour of a fake browser. */
export interface FakeBrowserOptions {
  /** Size of each photo, in pixels. */
  width: number;
  height: number;
  /** Size of the files that it writes, in bytes. */
  bytes: number;
  /** Whether it decodes photos. @default true */
  reads?: boolean;
  /** Alpha of each pixel. @default 255 */
  alpha?: number;
}

const bitmap = globalThis.createImageBitmap;

/** A fake of a browser's canvas, in the current thread, that records its calls. */
export class FakeBrowser {
  readonly done: unknown[] = [];

  constructor({ width, height, bytes, reads = true, alpha = 255 }: FakeBrowserOptions) {
    const { done } = this;
    const pen = {
      imageSmoothingQuality: "",
      drawImage: (_: unknown, ...box: number[]) => done.push(box, pen.imageSmoothingQuality),
      getImageData: (_x: number, _y: number, width: number, height: number) => ({
        data: new Uint8ClampedArray(width * height * 4).fill(alpha),
      }),
    };
    class OffscreenCanvas {
      constructor(public width: number, public height: number) {}
      getContext = () => pen;
      convertToBlob = (options: { type: string; quality: number }) => {
        done.push(options.quality);
        // The first bytes of a JPEG, so that the client recognizes the type.
        const file = new Uint8Array(bytes);
        file.set([0xff, 0xd8, 0xff]);
        return Promise.resolve(new Blob([file], options));
      };
    }
    const createImageBitmap = (_: Blob, options: unknown) => {
      assert.deepEqual(options, { imageOrientation: "from-image" });
      const picture = { width, height, close: () => done.push("closed") };
      return reads ? Promise.resolve(picture) : Promise.reject(new Error("no HEIC here"));
    };
    Object.assign(globalThis, { OffscreenCanvas, createImageBitmap });
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, { OffscreenCanvas: undefined, createImageBitmap: bitmap });
  }
}

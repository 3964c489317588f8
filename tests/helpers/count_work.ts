import { init } from "@jsquash/webp/encode.js";
import { MagickImage, PixelCollection } from "@imagemagick/magick-wasm";
import { compileWasm } from "../../shared/image/engine/compile_wasm.ts";
import { loadMagick } from "../../shared/image/engine/magick.ts";
import { kernels } from "../../shared/image/kernels/kernels.ts";
import type { Size } from "../../shared/image/raster.ts";
import { loadWebp } from "../../shared/image/encode/webp.ts";

/** The calls of the engines, in order. Sizes have the form `width x height`. */
export interface Work {
  /**
   * ImageMagick's reads: the format and the decoded size. RGBA stands for raw pixels, not a file; "plain JPEG" for one that the
   * pixel loops have decoded.
   */
  decodes: string[];
  /** ImageMagick's writes: the format and the size. */
  encodes: string[];
  /** Areas of pixels copied out of a decoded photo, or into ImageMagick's memory. The JPEG encoder's strips are views. */
  copies: string[];
  /** All other ImageMagick calls that may pass over an image's pixels. */
  passes: string[];
  /** Resampling: the rows and columns that were read, and those that were made. */
  resamples: string[];
  /** Encodes of the function's own JPEG encoder. */
  jpegs: string[];
  /** Libwebp's encodes. */
  webps: string[];
}

/**
 * ImageMagick's methods and properties that read no pixels; `clone` shares the pixels until one of the two
 * images changes.
 */
const NO_PASS =
  /^(clone|getPixels|strip|onDispose|get(Color)?Profile|[gs]et (width|height|hasAlpha|colorSpace|settings|quality|format|orientation|onWarning|filterType|backgroundColor|channelCount|density))$/;

/**
 * Records the engines' work during a run. It wraps their methods and unwraps them afterwards, so no other code may
 * use the engines meanwhile.
 */
export async function countWork(run: () => Promise<unknown>): Promise<Work> {
  const work: Work = {
    decodes: [],
    encodes: [],
    copies: [],
    passes: [],
    resamples: [],
    jpegs: [],
    webps: [],
  };
  await loadMagick();
  await loadWebp();
  const restore = [
    ...watchMagick(work),
    watchResampling(work),
    watchJpeg(work),
    watchPlainJpeg(work),
    watchReads(work),
    await watchWebp(work),
  ];
  try {
    await run();
  } finally {
    for (const one of restore) one();
  }
  return work;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Note = (name: string, self: unknown, args: unknown[]) => void;

function watchMagick(work: Work): (() => void)[] {
  let ours = true; // false inside a method of ImageMagick: calls between its methods do not count
  const as = (whose: boolean, run: () => unknown): unknown => {
    const before = ours;
    ours = whose;
    try {
      return run();
    } finally {
      ours = before;
    }
  };
  const watch = (note: Note) => (name: string, original: Method): Method =>
    function (this: unknown, ...args) {
      if (!ours) return original.apply(this, args);
      const given = args.map((arg) =>
        typeof arg !== "function" ? arg : (...more: unknown[]) => as(true, () => arg(...more))
      );
      const result = as(false, () => original.apply(this, given));
      as(false, () => note(name, this, args));
      return result;
    };
  const image = watch((name, self, args) => {
    const { format, width, height } = self as MagickImage;
    // `MagickImage.create()` with data reads it with this method.
    if (/^read/.test(name)) work.decodes.push(`${format} ${sizeOf({ width, height })}`);
    else if (/^write/.test(name)) work.encodes.push(`${args[0]} ${sizeOf({ width, height })}`);
    else if (!NO_PASS.test(name)) work.passes.push(name);
  });
  const pixels = watch((name, _self, [, , width, height]) => {
    if (/Area|Array/.test(name) && name !== "getReadOnlyArea") {
      work.copies.push(sizeOf({ width, height } as Size));
    }
  });
  return [wrapAll(MagickImage.prototype, image), wrapAll(PixelCollection.prototype, pixels)];
}

/** Groups the rows that are scaled and joined by their lengths: no two pictures that follow each other have the same. */
function watchResampling(work: Work): () => void {
  const all = kernels();
  const { premultiply, scaleRow, joinRows } = all;
  let [from, to] = [{ width: 0, height: 0 }, { width: 0, height: 0 }];
  const next = (width: number, toWidth: number) => {
    if (from.width === width && to.width === toWidth) return;
    note();
    [from, to] = [{ width, height: 0 }, { width: toWidth, height: 0 }];
  };
  const note = () => {
    if (from.height > 0) work.resamples.push(`${sizeOf(from)} to ${sizeOf(to)}`);
  };
  let width = 0;
  all.premultiply = (...args) => {
    width = args[2];
    premultiply(...args);
  };
  all.scaleRow = (...args) => {
    next(width, args[2]);
    from.height++;
    scaleRow(...args);
  };
  all.joinRows = (...args) => {
    to.height++;
    joinRows(...args);
  };
  return () => {
    note();
    Object.assign(all, { premultiply, scaleRow, joinRows });
  };
}

function watchJpeg(work: Work): () => void {
  const all = kernels();
  const { beginJpeg, encodeUnits, endJpeg } = all;
  let size = { width: 0, height: 0 };
  all.beginJpeg = (...args) => {
    size = { width: args[0], height: 0 };
    beginJpeg(...args);
  };
  all.encodeUnits = (...args) => {
    size.height += args[1];
    return encodeUnits(...args);
  };
  all.endJpeg = (to) => {
    work.jpegs.push(sizeOf(size));
    return endJpeg(to);
  };
  return () => void Object.assign(all, { beginJpeg, encodeUnits, endJpeg });
}

function watchPlainJpeg(work: Work): () => void {
  const all = kernels();
  const { beginDecoding, takeRows, isAtEnd } = all;
  let size = { width: 0, height: 0 };
  all.beginDecoding = (...args) => {
    size = { width: 0, height: 0 };
    beginDecoding(...args);
  };
  all.takeRows = (...args) => {
    size = { width: args[1], height: size.height + args[0] };
    return takeRows(...args);
  };
  all.isAtEnd = () => {
    work.decodes.push(`plain JPEG ${sizeOf(size)}`);
    return isAtEnd();
  };
  return () => void Object.assign(all, { beginDecoding, takeRows, isAtEnd });
}

/** Groups the rows that are read from a photo by their length. */
function watchReads(work: Work): () => void {
  const all = kernels();
  const { addOpaqueAlpha } = all;
  let size = { width: 0, height: 0 };
  const note = () => {
    if (size.height > 0) work.copies.push(sizeOf(size));
  };
  all.addOpaqueAlpha = (...args) => {
    const [, , width] = args;
    if (width !== size.width) {
      note();
      size = { width, height: 0 };
    }
    size.height++;
    addOpaqueAlpha(...args);
  };
  return () => {
    note();
    Object.assign(all, { addOpaqueAlpha });
  };
}

interface WebpEncoder {
  encode(data: BufferSource, width: number, height: number, options: unknown): Uint8Array | null;
}

/** Starts libwebp again: the last started instance encodes, and only the code that started it can reach it. */
async function watchWebp(work: Work): Promise<() => void> {
  const entry = import.meta.resolve("@jsquash/webp/encode.js");
  const file = new URL("codec/enc/webp_enc_simd.wasm", entry);
  const encoder: WebpEncoder = await init(await compileWasm(file));
  const { encode } = encoder;
  encoder.encode = (data, width, height, options) => {
    work.webps.push(sizeOf({ width, height }));
    return encode.call(encoder, data, width, height, options);
  };
  return () => {
    encoder.encode = encode;
  };
}

/** Wraps every method, getter and setter of a class. */
function wrapAll(prototype: object, wrap: (name: string, original: Method) => Method): () => void {
  const before = Object.entries(Object.getOwnPropertyDescriptors(prototype));
  for (const [name, property] of before) {
    if (name === "constructor") continue;
    const { value, get, set } = property;
    Object.defineProperty(prototype, name, {
      ...property,
      ...typeof value === "function" ? { value: wrap(name, value) } : {},
      ...get ? { get: wrap(`get ${name}`, get) } : {},
      ...set ? { set: wrap(`set ${name}`, set) } : {},
    });
  }
  return () => {
    for (const [name, property] of before) Object.defineProperty(prototype, name, property);
  };
}

function sizeOf({ width, height }: Size): string {
  return `${width} x ${height}`;
}

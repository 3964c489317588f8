// The pixel loops of the function that take the most CPU in an isolate's first photo: V8 interprets JavaScript until it has
// compiled it, and compiles WebAssembly before its first run. `kernels/plain/` has a twin of each in TypeScript, for the tests.
//
// All addresses are those of the module's memory, which the caller lays out from `start` on. Only alpha.ts and the JPEG's files keep
// something between calls: until the end of a plane or of a picture.

export {
  addResiduals,
  beginCounting,
  beginWriting,
  endResiduals,
  filterFirstRow,
  filterRow,
} from "./alpha";
export { convertColors } from "./colors";
export { beginDecoding, decodeUnits, isAtEnd, moveWindow, nextByte, takeRows } from "./decode_jpeg";
export { beginJpeg, encodeUnits, endJpeg } from "./jpeg";
export { multiplyAlpha } from "./mask";
export { unfilter } from "./png";
export { addOpaqueAlpha, hasColor, turnRows } from "./rgb";
export { joinRows, premultiply, scaleRow } from "./resample";
export { addAlpha, blurTransposed, mixRows, shadeRow } from "./shadow";

/** The first free address. */
export const start: usize = __heap_base;

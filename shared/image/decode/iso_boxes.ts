/** A box's name and the range of its contents. */
export interface Box {
  name: string;
  from: number;
  to: number;
}

/**
 * Reads sibling boxes of an ISO base media file. It stops at a box with an invalid length.
 *
 * @param view The file.
 * @param from Offset of the first box.
 * @param to End of the last box.
 * @param left Budget of boxes for the whole file; each box takes one.
 */
export function isoBoxes(view: DataView, from: number, to: number, left: { boxes: number }): Box[] {
  const found: Box[] = [];
  for (let at = from; at + 8 <= to && left.boxes-- > 0;) {
    const length = view.getUint32(at);
    // Length 0: up to the end. Length 1: a 64-bit length follows the name; no file here needs its upper half.
    const large = length === 1 && at + 16 <= to;
    const end = length === 0 ? to : at + (large ? view.getUint32(at + 12) : length);
    const start = at + (large ? 16 : 8);
    if (end < start || end > to) break;
    const name = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
    found.push({ name, from: start, to: end });
    at = end;
  }
  return found;
}

/** A box's name, and where its contents lie. */
export interface Box {
  name: string;
  from: number;
  to: number;
}

/**
 * Reads the boxes of an ISO base media file that lie side by side, up to one whose length is none.
 *
 * @param view The file.
 * @param from Where the first begins.
 * @param to Where the last ends.
 * @param left How many may still be read, of the whole file.
 */
export function isoBoxes(view: DataView, from: number, to: number, left: { boxes: number }): Box[] {
  const found: Box[] = [];
  for (let at = from; at + 8 <= to && left.boxes-- > 0;) {
    const length = view.getUint32(at);
    // 0: up to the end; 1: the length follows the name, in 64 bit, of which no file here needs the upper half
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

import type { Size } from "../../raster.ts";

/** A colour component of a JPEG's frame. */
export interface JpegComponent extends Size {
  id: number;
  /** The component's blocks within a unit, horizontally and vertically: 1 to 4 each. */
  across: number;
  down: number;
}

/** A frame, measured in blocks of 8 x 8 samples; a component's `width` and `height` are in blocks too. */
export interface JpegFrame {
  components: JpegComponent[];
  /** Number of units across and down; a unit groups blocks of all components. */
  units: Size;
}

/**
 * Reads a frame's segment.
 *
 * @param data The segment's data behind its length.
 * @returns The frame, or `null` if the segment is damaged.
 */
export function readJpegFrame(data: Uint8Array): JpegFrame | null {
  const [height, width] = [(data[1] << 8) | data[2], (data[3] << 8) | data[4]];
  const count = data[5];
  if (data.length < 6 + 3 * count || count === 0 || width === 0 || height === 0) return null;
  const sampling = Array.from({ length: count }, (_, index) => {
    const [id, factors] = data.subarray(6 + 3 * index);
    return { id, across: factors >> 4, down: factors & 15 };
  });
  const isFactor = (factor: number) => factor >= 1 && factor <= 4;
  if (!sampling.every(({ across, down }) => isFactor(across) && isFactor(down))) return null;
  const max = {
    across: Math.max(...sampling.map(({ across }) => across)),
    down: Math.max(...sampling.map(({ down }) => down)),
  };
  return {
    components: sampling.map((component) => ({
      ...component,
      width: Math.ceil(Math.ceil(width * component.across / max.across) / 8),
      height: Math.ceil(Math.ceil(height * component.down / max.down) / 8),
    })),
    units: {
      width: Math.ceil(width / (8 * max.across)),
      height: Math.ceil(height / (8 * max.down)),
    },
  };
}

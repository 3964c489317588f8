const FAR = 1e20;

/**
 * Computes each pixel's distance to the nearest marked pixel: Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled
 * Functions" (2012).
 *
 * @param marked 1 for the marked pixels.
 * @returns Distances, in pixels.
 */
export function distances(marked: Uint8Array, width: number, height: number): Float64Array {
  const squares = Float64Array.from(marked, (one) => one ? 0 : FAR);
  const transform = lineTransform(Math.max(width, height));
  for (let x = 0; x < width; x++) transform(squares, x, width, height);
  for (let y = 0; y < height; y++) transform(squares, y * width, 1, width);
  return squares.map(Math.sqrt);
}

/** Returns a function that transforms one line of squared distances, in place. */
function lineTransform(longest: number) {
  const values = new Float64Array(longest);
  const vertices = new Uint32Array(longest);
  const bounds = new Float64Array(longest + 1);
  return (squares: Float64Array, start: number, step: number, length: number): void => {
    for (let i = 0; i < length; i++) values[i] = squares[start + i * step];
    // The lower envelope of the parabolas above each position.
    let last = 0;
    vertices[0] = 0;
    bounds[0] = -FAR;
    bounds[1] = FAR;
    for (let i = 1; i < length; i++) {
      let meets: number;
      do {
        const vertex = vertices[last];
        meets = (values[i] + i * i - values[vertex] - vertex * vertex) / (2 * (i - vertex));
      } while (meets <= bounds[last] && --last >= 0);
      last++;
      vertices[last] = i;
      bounds[last] = meets;
      bounds[last + 1] = FAR;
    }
    let at = 0;
    for (let i = 0; i < length; i++) {
      while (bounds[at + 1] < i) at++;
      squares[start + i * step] = (i - vertices[at]) ** 2 + values[vertices[at]];
    }
  };
}

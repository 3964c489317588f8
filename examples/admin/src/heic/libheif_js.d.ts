/** The used part of libheif-js, whose own types do not cover it. */
declare module "libheif-js" {
  interface HeifImage {
    is_primary(): boolean;
    get_width(): number;
    get_height(): number;
    /** Decodes to RGBA into `target`, and calls back with it; with `null` after a failure. */
    display(target: ImageData, callback: (shown: ImageData | null) => void): void;
  }
  const libheif: {
    HeifDecoder: new () => { decode(file: ArrayBuffer): HeifImage[] };
  };
  export default libheif;
}

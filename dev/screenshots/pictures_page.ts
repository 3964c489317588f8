import { Buffer } from "node:buffer";

/** Images of the README's picture. */
export interface Pictures {
  /** The uploaded photo, a JPEG. */
  photo: Uint8Array;
  /** The cutout without a shadow; a WebP, like the others. */
  cutout: Uint8Array;
  processed: Uint8Array;
  detail: Uint8Array;
  grid: Uint8Array;
}

/** Display widths in pixels; the variants keep their relative sizes. */
const WIDTHS: Record<keyof Pictures, number> = {
  photo: 610,
  cutout: 610,
  processed: 516,
  detail: 456,
  grid: 228,
};

const STYLE = `
  body { margin: 0; width: 1280px; background: #fff; color: #1f2328; font: 15px/1.4 "Liberation Sans", Arial, sans-serif }
  main { display: flex; flex-wrap: wrap; align-items: end; gap: 20px; padding: 20px }
  figure { margin: 0 }
  img { display: block; width: 100%; box-sizing: border-box; border: 1px solid #d1d9e0; border-radius: 8px; object-fit: contain }
  .top img { height: 458px }
  .checked img { background: repeating-conic-gradient(#e4e8ec 0 25%, #fff 0 50%) 0 0 / 20px 20px }
  figcaption { padding: 6px 2px 0 }
  figcaption span { color: #59636e }
`;

/** Creates the self-contained HTML page of the README's picture, 1280 pixels wide. */
export function picturesPage(pictures: Pictures): string {
  const figure = (name: keyof Pictures, title: string, note: string, classes = "") => {
    const type = name === "photo" ? "jpeg" : "webp";
    const source = `data:image/${type};base64,${Buffer.from(pictures[name]).toString("base64")}`;
    return `<figure class="${classes}" style="width: ${WIDTHS[name]}px">
<img src="${source}" alt="">
<figcaption>${title} <span>${note}</span></figcaption></figure>`;
  };
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><main>
${figure("photo", "The photo", "as it was uploaded", "top")}
${figure("cutout", "The car", "cut out, soft edges without the street's colour", "top checked")}
${figure("processed", "processed", "the crop's own size")}
${figure("detail", "detail", "1200 x 800")}
${figure("grid", "grid", "600 x 400")}
</main>`;
}

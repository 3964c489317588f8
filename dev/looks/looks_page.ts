import { FLOORS } from "./looks.ts";
import type { RenderedPhoto } from "./render_looks.ts";

const STYLE = `
  body { margin: 0; background: #fff; color: #1f2328; font: 14px/1.4 "Liberation Sans", Arial, sans-serif }
  main { padding: 16px; inline-size: max-content }
  h1 { font-size: 20px; margin: 0 0 12px }
  h2 { font-size: 15px; margin: 20px 0 6px }
  .row { display: flex; gap: 8px; margin-block-end: 8px }
  figure { margin: 0 }
  img { display: block; inline-size: var(--size); border-radius: 4px; box-shadow: 0 0 0 1px #d1d9e0 }
  figcaption { padding: 2px; color: #59636e }
`;

/** Settings of the page. */
export interface LooksPageOptions {
  /** The address of a look's PNG. */
  sourceOf: (photo: RenderedPhoto, look: number) => string;
  /** Names of the floors to show. @default all */
  floors?: readonly string[];
  /** Width of a picture in pixels of the page. @default 300 */
  widthPx?: number;
  /** The page's heading. @default none */
  heading?: string;
}

/** Creates an HTML page with a section for each look and floor, and a row of all photos in it. */
export function looksPage(
  photos: readonly RenderedPhoto[],
  { sourceOf, floors = FLOORS.map(({ name }) => name), widthPx = 300, heading }: LooksPageOptions,
): string {
  const sections = photos[0].looks.map(({ look }, index) => {
    const shown = look.options.background
      ? [null]
      : FLOORS.filter(({ name }) => floors.includes(name));
    const rows = shown.map((floor) => {
      const images = photos.map((photo) =>
        `<img style="background: ${floor?.color ?? "none"}" src="${
          escape(sourceOf(photo, index))
        }" alt="${escape(`${photo.name}, ${look.title}`)}">`
      );
      return `<div class="row">${images.join("")}</div>`;
    });
    return `<h2>${escape(look.title)}</h2>\n${rows.join("\n")}`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Looks</title>
<style>${STYLE} main { --size: ${widthPx}px }</style>
<main>
${heading ? `<h1>${escape(heading)}</h1>` : ""}
${sections.join("\n")}
</main>
</html>
`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

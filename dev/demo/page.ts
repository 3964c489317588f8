const GROUNDS = ["white", "dark", "checked"] as const;

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem }
  .row { display: grid; gap: 1rem; grid-template-columns: repeat(3, 1fr) }
  figure { margin: 0 0 1rem }
  img { width: 100%; display: block; border: 1px solid #ccc; box-sizing: border-box }
  .white { background: #fff }
  .dark { background: #20242c }
  .checked { background: repeating-conic-gradient(#ccc 0 25%, #fff 0 50%) 0 0 / 24px 24px }
`;

/** A photo and the names of its variants' files, next to the page. */
export interface ShownPhoto {
  title: string;
  /** The sentence that names the remover of the background. */
  removal: string;
  files: string[];
}

/** Creates an HTML page that shows every variant on white, on dark and on a checkerboard. */
export function page(photos: ShownPhoto[]): string {
  const sections = photos.map(({ title, removal, files }) =>
    `<h2>${escape(title)}</h2>\n<p>${escape(removal)}</p>\n${files.map(row).join("\n")}`
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>process-image</title>
<style>${STYLE}</style>
<h1>process-image</h1>
${sections.join("\n")}
</html>
`;
}

function row(file: string): string {
  const source = escape(encodeURIComponent(file));
  const images = GROUNDS.map((ground) => `<img class="${ground}" src="${source}" alt="">`);
  return `<figure><figcaption>${escape(file)}</figcaption><div class="row">${
    images.join("")
  }</div></figure>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

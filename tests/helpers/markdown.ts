/** A fenced block of a Markdown page. */
export interface Block {
  /** The language after the opening fence: `sh`, `ts`, `json` ...; empty without one. */
  language: string;
  /** The block's lines, without the fences. */
  text: string;
  /** The number of the block's first line in the page, from 1. */
  line: number;
}

/** Finds the fenced blocks of a page, in order. */
export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((
    { index, 1: language, 2: text },
  ) => ({
    language,
    text,
    line: page.slice(0, index).split("\n").length + 1,
  }));
}

/** Finds the targets of a page's relative links and pictures, without the part after `#`. */
export function linksOf(page: string): string[] {
  const prose = page.replace(/^```[\s\S]*?^```$/gm, "");
  return [...prose.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target]) => target);
}

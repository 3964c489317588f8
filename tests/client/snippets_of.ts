/**
 * Joins the TypeScript blocks of a README to one module: the imports first, then the first block at the top level, then each
 * other one in a block of its own.
 */
export function snippetsOf(readme: string): string {
  const blocks = [...readme.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code);
  const imports: string[] = [];
  const rest = blocks.map((code) =>
    code.replaceAll(/^import [^;]*;\n/gm, (line) => {
      imports.push(line);
      return "";
    })
  );
  return [...imports, rest[0], ...rest.slice(1).map((code) => `{\n${code}}\n`)]
    .join("");
}

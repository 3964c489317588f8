/**
 * Puts the TypeScript blocks of a README together as one module, as someone would who pastes one after the other: imports come first,
 * the first block is at the top, each other one in a block of its own.
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

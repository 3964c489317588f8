import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);

/** A source file. */
export interface Source {
  /** The path in the project, such as `shared/image/plan.ts`. */
  path: string;
  text: string;
  /** The text without comments. */
  code: string;
  /** All imports, static or dynamic, of values or types: paths in the project, or names such as `npm:zod@4.6.7`. */
  imports: string[];
}

/** A module in the output of `deno info --json`. */
interface Module {
  specifier: string;
  error?: string;
  dependencies?: {
    specifier: string;
    code?: { specifier?: string };
    type?: { specifier?: string };
  }[];
}

/** Lists all files below a folder, as sorted paths in the project. */
export function filesIn(folder: string): string[] {
  const files: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(new URL(`${folder}/`, ROOT))) {
    const path = `${folder}/${name}`;
    if (isDirectory) files.push(...filesIn(path));
    else files.push(path);
  }
  return files.sort();
}

/** Reads a file of the project as text. */
export function textOf(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** Finds all modules of the project that a module reaches by imports, with Deno's own parser. */
export async function sourcesFrom(entry: string): Promise<Map<string, Source>> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", new URL(entry, ROOT).href],
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: Module[] };
  const sources = new Map<string, Source>();
  for (const { specifier, error, dependencies = [] } of modules) {
    assert.equal(error, undefined, `${specifier}: ${error}`);
    if (!specifier.startsWith(ROOT.href)) continue;
    const path = pathOf(specifier);
    const text = textOf(path);
    const imports = dependencies.map((one) =>
      pathOf(one.code?.specifier ?? one.type?.specifier ?? one.specifier).replace("npm:/", "npm:")
    );
    sources.set(path, { path, text, code: withoutComments(text), imports });
  }
  return sources;
}

function pathOf(specifier: string): string {
  return specifier.startsWith(ROOT.href) ? specifier.slice(ROOT.href.length) : specifier;
}

/** Removes comments. A `//` after a colon or a quote is part of a URL. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1");
}

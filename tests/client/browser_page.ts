import ts from "typescript";

const ROOT = new URL("../../", import.meta.url);
const SUPABASE_JS = new URL(import.meta.resolve("@supabase/supabase-js/dist/umd/supabase.js"));
const HEIC_TO = new URL(import.meta.resolve("heic-to/csp"));
const PAGE = '<!doctype html><link rel="icon" href="data:,"><script src="/supabase.js"></script>';
/** `heic-to` and the client's worker from text need `blob:`. */
const CSP = "default-src 'self'; img-src data:; worker-src 'self' blob:";

/** Files for the test's page: an empty page, supabase-js, heic-to, the client's sources without their types, the fixtures. */
export class PageFiles {
  /** Further files, by path. */
  readonly made = new Map<string, Uint8Array<ArrayBuffer>>();
  /** Paths that are answered with 404. */
  readonly missing = new Set<string>();
  /** Paths that were requested. */
  readonly requested: string[] = [];

  async serve(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    this.requested.push(pathname);
    const type = (type: string) => ({ headers: { "content-type": type } });
    if (this.missing.has(pathname)) return new Response(null, { status: 404 });
    if (pathname === "/page") {
      const headers = { "content-type": "text/html", "content-security-policy": CSP };
      return new Response(PAGE, { headers });
    }
    const script = { "/supabase.js": SUPABASE_JS, "/heic-to.js": HEIC_TO }[pathname];
    if (script) return new Response(await Deno.readTextFile(script), type("text/javascript"));
    const made = this.made.get(pathname);
    if (made) return new Response(made);
    const file = new URL(`.${pathname}`, ROOT);
    if (!pathname.endsWith(".ts")) return new Response(await Deno.readFile(file));
    const { outputText } = ts.transpileModule(await Deno.readTextFile(file), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ES2022,
      },
    });
    return new Response(outputText, type("text/javascript"));
  }
}

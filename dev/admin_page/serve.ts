import type { AdminPageSettings } from "../admin_page.ts";
import type { Route } from "../function_gateway.ts";
import { DIST } from "./files.ts";

/** The current state of the page. */
export interface AdminPageState {
  /** Unknown before the stack is up. */
  settings?: AdminPageSettings;
  /** The reason why the last build failed. */
  problem: string | null;
}

const TYPES: Record<string, string> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};
/** The page's files; all other paths are Supabase's. The pattern allows no path outside of the folder. */
const FILES = /^\/(assets\/[\w-]+\.(js|css)|favicon\.svg)$/;

/** Security headers as strict as those of a portal: no inline script or style, no other origin. */
const SECURITY = {
  "content-security-policy": [
    "default-src 'self'",
    "img-src 'self' data: blob:",
    // The page reads its own object URLs to find the car in the photo.
    "connect-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/**
 * Serves the built page.
 *
 * @param stateOf Returns the state at each request.
 */
export function serveAdminPage(stateOf: () => AdminPageState): Route {
  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const { pathname, host } = new URL(request.url);
    const isPage = pathname === "/" || pathname === "/config.json" || FILES.test(pathname);
    return isPage ? answer(pathname, host, stateOf()) : undefined;
  };
}

async function answer(
  pathname: string,
  host: string,
  { settings, problem }: AdminPageState,
): Promise<Response> {
  if (pathname === "/" && settings && host !== new URL(settings.url).host) {
    // Under another name (localhost), all requests of the page would be cross-origin.
    return Response.redirect(`${settings.url}/`, 307);
  }
  if (pathname === "/config.json") {
    return settings
      ? Response.json(settings, { headers: { ...SECURITY, "cache-control": "no-store" } })
      : new Response(null, { status: 503 });
  }
  const name = pathname === "/" ? "index.html" : pathname.slice(1);
  const file = settings && await Deno.readFile(new URL(name, DIST)).catch(() => undefined);
  if (!file) {
    return pathname === "/" ? notThere(problem) : new Response(null, { status: 404 });
  }
  const headers = {
    ...SECURITY,
    "content-type": TYPES[name.split(".").at(-1)!],
    // The names of assets contain a hash of the content.
    "cache-control": name.startsWith("assets/") ? "max-age=31536000, immutable" : "no-cache",
  };
  return new Response(file, { headers });
}

/** Creates the page that reloads itself until there is a build. */
function notThere(problem: string | null): Response {
  const text = problem ?? "The page is being built. It appears in a moment.";
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="${problem ? 5 : 1}">
<title>Car photos</title>
<p>${escaped}</p>
</html>
`;
  const headers = { ...SECURITY, "content-type": TYPES.html, "cache-control": "no-store" };
  return new Response(html, { status: 503, headers });
}

import type { AdminPageSettings } from "../admin_page.ts";
import type { Route } from "../function_gateway.ts";
import { DIST } from "./files.ts";

/** How the page is at the moment. */
export interface AdminPageState {
  /** Not known before the stack is up. */
  settings?: AdminPageSettings;
  /** Why it could not be built last. */
  problem: string | null;
}

const TYPES: Record<string, string> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};
/** Nothing else is the page's: every other path is Supabase's. Without slashes or dots in a row, none leaves the folder. */
const FILES = /^\/(assets\/[\w-]+\.(js|css)|favicon\.svg)$/;

/** What a page of a portal should be able to live with: no inline script or style, no other origin. */
const SECURITY = {
  "content-security-policy": [
    "default-src 'self'",
    "img-src 'self' data: blob:",
    // The page reads its own object URLs, to look for the car in the photo.
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
 * @param stateOf asked at each request
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
    // Under another name (localhost) everything that it loads would be of another origin.
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
    // The names of assets have a hash of what is in them.
    "cache-control": name.startsWith("assets/") ? "max-age=31536000, immutable" : "no-cache",
  };
  return new Response(file, { headers });
}

/** Until there is a page: one that loads itself again. */
function notThere(problem: string | null): Response {
  const text = problem ?? "The page is being built. It shows itself in a moment.";
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

import { forwardRequest } from "./forward_request.ts";

const PREFIX = "/functions/v1";

/** Answers a request before Supabase sees it; undefined leaves it to Supabase. */
export type Route = (request: Request) => Promise<Response> | undefined;

/** What stands in front of the functions at `/functions/v1`. */
export interface FunctionGateway {
  /** Answers a request for a function; undefined for any other. */
  readonly route: Route;
  /** Tells it where the functions are served. */
  forwardTo(functionsUrl: string): void;
}

/**
 * Makes the part of Supabase's gateway that hands requests over to the functions: the prefix goes,
 * bodies stream through in both directions, and a caller who goes away is gone for the function too.
 */
export function createFunctionGateway(): FunctionGateway {
  let functionsUrl: string | undefined;
  return {
    forwardTo: (url) => functionsUrl = url,
    route: (request) => {
      const { pathname, search } = new URL(request.url);
      if (!pathname.startsWith(`${PREFIX}/`)) return undefined;
      if (!functionsUrl) return Promise.resolve(unavailable());
      return forward(
        request,
        `${functionsUrl}${pathname.slice(PREFIX.length)}${search}`,
      );
    },
  };
}

async function forward(request: Request, target: string): Promise<Response> {
  const { host, protocol } = new URL(request.url);
  try {
    return await forwardRequest(request, target, {
      headers: { "x-forwarded-host": host, "x-forwarded-proto": protocol.slice(0, -1) },
    });
  } catch {
    return unavailable();
  }
}

/** As the hosted gateway answers where no isolate came up. */
function unavailable(): Response {
  return Response.json({ code: "BOOT_ERROR", message: "Function failed to start" }, {
    status: 503,
  });
}

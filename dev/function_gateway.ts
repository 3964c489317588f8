import { forwardRequest } from "./forward_request.ts";

const PREFIX = "/functions/v1";

/** Answers a request in place of Supabase; `undefined` leaves the request to Supabase. */
export type Route = (request: Request) => Promise<Response> | undefined;

/** The gateway of the functions at `/functions/v1`. */
export interface FunctionGateway {
  /** Answers a request for a function; `undefined` for other requests. */
  readonly route: Route;
  /** Sets the address of the functions. */
  forwardTo(functionsUrl: string): void;
}

/**
 * Creates the part of Supabase's gateway that forwards requests to the functions. It removes the prefix, streams bodies in
 * both directions, and passes on a caller's disconnect.
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

/** Creates the hosted gateway's answer if no isolate starts. */
function unavailable(): Response {
  return Response.json({ code: "BOOT_ERROR", message: "Function failed to start" }, {
    status: 503,
  });
}

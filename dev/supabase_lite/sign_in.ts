import { decodeJwt } from "jose";
import type { Route } from "../function_gateway.ts";
import type { LocalSupabase } from "../local_supabase.ts";
import type { Signer } from "../tokens.ts";

const TOKEN_PATH = "/auth/v1/token";
const GRANTS = ["password", "refresh_token"];

/** The users of the local stack. */
export interface LocalUser {
  email: string;
  password: string;
  /** Becomes `app_metadata.role`. */
  role?: string;
}

/** The part of Supabase Auth that issues tokens. */
export interface SignIn {
  /** Answers a sign-in and a refresh; undefined for any other request. */
  readonly route: Route;
  /** Sets the Auth that checks the passwords and knows the users. */
  connect(supabase: LocalSupabase): void;
}

/** A session in an answer of Auth. */
interface Session {
  access_token: string;
  user: {
    app_metadata: Record<string, unknown>;
    user_metadata: Record<string, unknown>;
  };
}

/**
 * Creates a sign-in that answers like a hosted project: with a token that the project's asymmetric key signs and that has the
 * role in `app_metadata`.
 *
 * The local Auth checks the password, and keeps and refreshes the session. Its token is HS256 and has no role, so another token
 * of the same session replaces it. The first sign-in creates the users, so that no stack waits for them.
 *
 * @param signer Signs the tokens.
 * @param users The users that can sign in.
 */
export function createSignIn(signer: Signer, users: readonly LocalUser[]): SignIn {
  let supabase: LocalSupabase | undefined;
  let created: Promise<unknown> | undefined;

  const signIn = async (request: Request): Promise<Response> => {
    if (!supabase) return new Response(null, { status: 503 });
    created ??= createUsers(supabase, users);
    await created;
    const answer = await supabase.fetch(request);
    if (!answer.ok) return answer;
    const session = await answer.json() as Session;
    const { app_metadata, user_metadata } = session.user;
    const claims = decodeJwt(session.access_token);
    const access_token = await signer.sign({ ...claims, app_metadata, user_metadata });
    const headers = new Headers(answer.headers);
    headers.delete("content-length");
    return Response.json({ ...session, access_token }, { headers });
  };

  return {
    connect: (started) => supabase = started,
    route: (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const isSignIn = request.method === "POST" && pathname === TOKEN_PATH &&
        GRANTS.includes(searchParams.get("grant_type") ?? "");
      return isSignIn ? signIn(request) : undefined;
    },
  };
}

/** Creates users one after the other, as the database has one connection. */
async function createUsers(supabase: LocalSupabase, users: readonly LocalUser[]): Promise<void> {
  for (const user of users) await supabase.createLegacyUser(user);
}

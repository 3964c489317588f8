import type { Result } from "../../lib/result.ts";

/** The user that a verified token names. */
export interface TokenUser {
  /** The user's id, a UUID. */
  id: string;
  /** `app_metadata.role`. */
  role: unknown;
}

/** Verifies one token. */
export type VerifyToken = (token: string) => Promise<Result<TokenUser>>;

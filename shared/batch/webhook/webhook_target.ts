import { hostOf, PostError } from "./post_once.ts";
import { isPublicAddress } from "./public_address.ts";

/** Resolves a name to its addresses; `null` if the host does not let a function resolve names. */
export type ResolveName = (name: string) => Promise<string[] | null>;

/** Endings of names that exist only in private networks. */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|arpa)$/;

/**
 * Validates a webhook's address, without resolving its name.
 *
 * @param url The address.
 * @param allowPrivate Whether private addresses and plain HTTP are allowed: for development.
 * @returns The expected form, in words; `null` for a valid address.
 */
export function faultOfTarget(url: string, allowPrivate: boolean): string | null {
  if (!URL.canParse(url)) return "an https address";
  const { protocol, hostname, username, password } = new URL(url);
  if (username || password) return "an address without a user and a password";
  if (allowPrivate) return /^https?:$/.test(protocol) ? null : "an http or https address";
  if (protocol !== "https:") return "an https address";
  return isPublicHost(hostname) ? null : "a public address";
}

/**
 * Resolves a webhook's name, and checks that all of its addresses are public: otherwise it would be left to chance which
 * one a call reaches.
 *
 * @param url An address that {@linkcode faultOfTarget} accepts.
 * @param resolve Resolves a name. @default {@linkcode resolveName}
 * @returns The addresses, at least one, to which the call must be limited; `null` if this host cannot resolve names.
 * @throws {PostError} If the name does not resolve to public addresses only.
 */
export async function publicAddressesOf(
  url: URL,
  resolve: ResolveName = resolveName,
): Promise<string[] | null> {
  const host = hostOf(url);
  if (isPublicAddress(host)) return [host];
  const addresses = await resolve(host);
  if (addresses === null) return null;
  if (addresses.length === 0) throw new PostError("its name does not resolve");
  if (!addresses.every(isPublicAddress)) throw new PostError("its name leads to a private address");
  return addresses;
}

/** @param hostname The host name of a `URL`, which writes IPv4 in dotted form and IPv6 in brackets. */
function isPublicHost(hostname: string): boolean {
  if (hostname.startsWith("[")) return isPublicAddress(hostname.slice(1, -1));
  if (/^[\d.]+$/.test(hostname)) return isPublicAddress(hostname);
  const name = hostname.replace(/\.$/, "").toLowerCase();
  return name.includes(".") && !PRIVATE_NAME.test(name);
}

/**
 * Resolves a name by a name server, and follows its aliases.
 *
 * @param name The name.
 * @param options The name server. @default the host's
 * @returns The addresses, IPv4 first; empty if there is no such name; `null` if the host does not let a function resolve
 * names, or its name server does not answer.
 */
export async function resolveName(
  name: string,
  options?: Deno.ResolveDnsOptions,
): Promise<string[] | null> {
  if (typeof Deno.resolveDns !== "function") return null;
  const asked = await Promise.allSettled([
    Deno.resolveDns(name, "A", options),
    Deno.resolveDns(name, "AAAA", options),
  ]);
  const answers = asked.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  if (answers.length > 0) return answers.flat();
  const isUnknown = asked.every((one) =>
    one.status === "rejected" && one.reason instanceof Deno.errors.NotFound
  );
  return isUnknown ? [] : null;
}

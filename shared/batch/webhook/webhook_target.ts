import { hostOf, PostError } from "./post_once.ts";
import { isPublicAddress } from "./public_address.ts";

/** Finds the addresses of a name; `null` where this host lets no function ask. */
export type ResolveName = (name: string) => Promise<string[] | null>;

/** Endings of names that only a private network knows. */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|arpa)$/;

/**
 * Finds what is wrong with a webhook's address, as far as the address itself shows it.
 *
 * @param url The address.
 * @param allowPrivate Whether private addresses and plain HTTP will do: for development.
 * @returns What is expected instead, in words; `null` if nothing is wrong.
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
 * Finds the addresses that a webhook's name leads to, and checks that all of them are public: with one that is not, it would
 * be a matter of luck which is called.
 *
 * @param url An address that {@linkcode faultOfTarget} finds nothing wrong with.
 * @param resolve Finds the addresses. @default the host's own way
 * @returns The addresses, at least one, for a call that goes nowhere else; `null` where this host cannot tell them.
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

/** @param hostname As `URL` gives it: IPv4 in dotted form whatever it was written as, IPv6 in brackets. */
function isPublicHost(hostname: string): boolean {
  if (hostname.startsWith("[")) return isPublicAddress(hostname.slice(1, -1));
  if (/^[\d.]+$/.test(hostname)) return isPublicAddress(hostname);
  const name = hostname.replace(/\.$/, "").toLowerCase();
  return name.includes(".") && !PRIVATE_NAME.test(name);
}

/**
 * Asks a name server for the addresses of a name, following its aliases.
 *
 * @param name The name.
 * @param options The name server. @default the host's own
 * @returns The addresses, IPv4 first; none if there is no such name; `null` where the host lets no function ask, or its name
 * server does not answer.
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

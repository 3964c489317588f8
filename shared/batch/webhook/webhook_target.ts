import { isPublicAddress } from "./public_address.ts";

/** Finds the addresses of a name; `null` where this host does not let anybody ask. */
export type ResolveName = (name: string) => Promise<string[] | null>;

/** Endings of names that only a private network knows. */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|arpa)$/;

/**
 * Tells what is wrong with a webhook's address, as far as the address itself shows it.
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
 * Tells whether a webhook's host is public, asking for the addresses of a name: one that is not spoils them all, or it would be
 * a matter of luck which is called.
 *
 * @param url An address that {@linkcode faultOfTarget} finds nothing wrong with.
 * @param resolve Finds the addresses. @default the host's own way
 * @throws {Error} If the name does not resolve to public addresses only.
 */
export async function checkResolved(
  url: string,
  resolve: ResolveName = resolveName,
): Promise<void> {
  const name = new URL(url).hostname;
  if (name.startsWith("[") || isPublicAddress(name)) return; // an address, which has been looked at
  const addresses = await resolve(name);
  if (addresses === null) return;
  if (addresses.length === 0) throw new Error("its name does not resolve");
  if (!addresses.every(isPublicAddress)) throw new Error("its name leads to a private address");
}

/** @param hostname As `URL` gives it: IPv4 in dotted form whatever it was written as, IPv6 in brackets. */
function isPublicHost(hostname: string): boolean {
  if (hostname.startsWith("[")) return isPublicAddress(hostname.slice(1, -1));
  if (/^[\d.]+$/.test(hostname)) return isPublicAddress(hostname);
  const name = hostname.replace(/\.$/, "").toLowerCase();
  return name.includes(".") && !PRIVATE_NAME.test(name);
}

async function resolveName(name: string): Promise<string[] | null> {
  const asked = await Promise.allSettled([
    Deno.resolveDns(name, "A"),
    Deno.resolveDns(name, "AAAA"),
  ]);
  const answers = asked.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  if (answers.length > 0) return answers.flat();
  const isUnknown = asked.every((one) =>
    one.status === "rejected" && one.reason instanceof Deno.errors.NotFound
  );
  if (isUnknown) return [];
  const { reason } = asked[0] as PromiseRejectedResult;
  // A host that has no resolver, or does not let a function ask it: the network's own rules have to do.
  if (reason instanceof Deno.errors.NotSupported || reason instanceof TypeError) return null;
  if (/NotCapable|PermissionDenied/.test((reason as Error).name)) return null;
  throw new Error("its name can not be looked up", { cause: reason });
}

/** The provider of API4.ai's own cutouts. */
const API4AI = "api4ai";

/** The provider behind any other address, unless `API4AI_PROVIDER` names it. */
const OTHER = "cutout_server";

/** Hosts that only API4.ai answers at, with their subdomains. */
const API4AI_HOSTS = ["api4ai.cloud", "rapidapi.com"];

/** Names of providers that the project knows, for the beginning of a sentence. */
const NAMES: Readonly<Record<string, string>> = {
  [API4AI]: "API4.ai",
  [OTHER]: "The cutout server",
  simulator: "The API4.ai simulator",
};

/** A service that answers API4.ai's interface. */
export interface Provider {
  /** The id, for `metadata.background.provider` and the paths of cutouts. */
  provider: string;
  /** The name, for the beginning of a sentence. */
  name: string;
}

/**
 * Identifies the service at an address.
 *
 * @param url The address of its results.
 * @param given The value of `API4AI_PROVIDER`. @default `api4ai` at API4.ai's own hosts and RapidAPI, otherwise `cutout_server`
 */
export function providerAt(url: string, given?: string): Provider {
  const { hostname } = new URL(url);
  const isApi4ai = API4AI_HOSTS.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  const provider = given ?? (isApi4ai ? API4AI : OTHER);
  return { provider, name: NAMES[provider] ?? `The cutout service ${provider}` };
}

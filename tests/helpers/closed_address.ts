/**
 * An address of this machine that refuses connections.
 *
 * Its port has just been free. A fixed low one would not do: newer versions of Deno refuse to connect to some of those by
 * themselves, which is another error.
 */
export function closedAddress(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${listener.addr.port}`;
}

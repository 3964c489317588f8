/**
 * An address of this machine that refuses connections.
 *
 * Its port was free a moment ago. A fixed low port does not work: newer versions of Deno refuse to connect to some
 * of them, with another error.
 */
export function closedAddress(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${listener.addr.port}`;
}

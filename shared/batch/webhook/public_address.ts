/** IPv4 ranges outside of the public internet: address and length of the prefix in bits. */
const NOT_PUBLIC_V4: readonly [address: string, bits: number][] = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // shared by a provider's customers; a cloud's metadata
  ["127.0.0.0", 8], // this machine
  ["168.63.129.16", 32], // a cloud's metadata, in a public range
  ["169.254.0.0", 16], // link-local; clouds' metadata
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // relays to IPv6
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 3], // multicast, reserved, broadcast
];

/**
 * Checks whether an address belongs to the public internet: not to this machine, its network, its cloud's metadata, or a
 * range that translates to any of them.
 *
 * @param address An IPv4 address in dotted form, or an IPv6 address without brackets.
 * @returns `false` also for text that is not an address.
 */
export function isPublicAddress(address: string): boolean {
  const v4 = parseV4(address);
  if (v4 !== null) {
    return !NOT_PUBLIC_V4.some(([range, bits]) =>
      v4 >>> (32 - bits) === parseV4(range)! >>> (32 - bits)
    );
  }
  const v6 = parseV6(address);
  return v6 !== null && isPublicV6(v6);
}

/** Accepts 2000::/3, the only assigned range, except its parts that carry IPv4 addresses or are for documentation. */
function isPublicV6([first, second]: readonly number[]): boolean {
  if (first >>> 13 !== 1) return false; // this machine, mapped, translated, link-local, unique local, multicast
  if (first === 0x2001) return second >= 0x200 && second !== 0xdb8; // tunnels and protocols; documentation
  return first !== 0x2002 && !(first === 0x3fff && second < 0x1000); // tunnels; documentation
}

/** Parses an address to an unsigned 32-bit number; `null` for other text. */
function parseV4(text: string): number | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null;
  const bytes = text.split(".").map(Number);
  if (bytes.some((byte) => byte > 255)) return null;
  return bytes.reduce((all, byte) => all * 256 + byte, 0);
}

/** Parses an address to eight groups of 16 bits; `null` for other text. */
function parseV6(text: string): number[] | null {
  const [head, tail, ...more] = text.split("::");
  if (more.length > 0) return null;
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  if (!left || !right) return null;
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  return [...left, ...new Array<number>(missing).fill(0), ...right];
}

function groupsOf(text: string): number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  for (const part of text.split(":")) {
    const v4 = parseV4(part);
    if (v4 !== null) groups.push(v4 >>> 16, v4 & 0xffff);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16));
    else return null;
  }
  return groups;
}

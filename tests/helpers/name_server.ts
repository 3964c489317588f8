import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

const TYPES: Record<number, "A" | "AAAA"> = { 1: "A", 28: "AAAA" };
const CNAME = 5;
const NO_SUCH_NAME = 3;
const SERVER_FAILURE = 2;

/** The records of a name: its addresses, or the target of its alias. */
export interface Records {
  A?: string[];
  AAAA?: string[];
  CNAME?: string;
  /** Whether an answer with an alias omits the target's records, as a server of another zone does. */
  isAliasOnly?: boolean;
}

/** A name server on the loopback for a test's names. */
export class NameServer implements AsyncDisposable {
  /** The records of each name. A function can return different records each time; `"fails"` makes the server fail. */
  readonly names: Record<string, Records | (() => Records) | "fails">;
  /** The received questions, as `name type`. */
  readonly asked: string[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket, names: NameServer["names"]) {
    this.#socket = socket;
    this.names = names;
    socket.on("message", (query, { port, address }) => {
      socket.send(this.#answer(query), port, address);
    });
  }

  /** Starts a name server. */
  static async start(names: NameServer["names"]): Promise<NameServer> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new NameServer(socket, names);
  }

  /** The options with which `Deno.resolveDns` uses this server. */
  get options(): Deno.ResolveDnsOptions {
    return { nameServer: { ipAddr: "127.0.0.1", port: this.#socket.address().port } };
  }

  async [Symbol.asyncDispose]() {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }

  #answer(query: Uint8Array): Uint8Array {
    const { name, type, end } = questionOf(query);
    const kind = TYPES[type];
    this.asked.push(`${name} ${kind ?? type}`);
    const records = this.#recordsOf(name);
    if (records === "fails") return reply(query, end, SERVER_FAILURE, []);
    if (!records) return reply(query, end, NO_SUCH_NAME, []);
    const answers: Uint8Array[] = [];
    let [owner, current] = [name, records];
    while (current.CNAME !== undefined) {
      answers.push(record(owner, CNAME, encodeName(current.CNAME)));
      const next = current.isAliasOnly ? undefined : this.#recordsOf(current.CNAME);
      if (!next || next === "fails") return reply(query, end, 0, answers);
      [owner, current] = [current.CNAME, next];
    }
    for (const address of kind ? current[kind] ?? [] : []) {
      answers.push(record(owner, type, encodeAddress(address)));
    }
    return reply(query, end, 0, answers);
  }

  #recordsOf(name: string): Records | "fails" | undefined {
    const found = this.names[name];
    return typeof found === "function" ? found() : found;
  }
}

function questionOf(query: Uint8Array): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  while (query[at] > 0) {
    const start = at + 1;
    at = start + query[at];
    labels.push(new TextDecoder().decode(query.subarray(start, at)));
  }
  return {
    name: labels.join(".").toLowerCase(),
    type: query[at + 1] << 8 | query[at + 2],
    end: at + 5,
  };
}

function reply(query: Uint8Array, end: number, code: number, answers: Uint8Array[]): Uint8Array {
  const head = [query[0], query[1], 0x81, 0x80 | code, 0, 1, 0, answers.length, 0, 0, 0, 0];
  return join(new Uint8Array(head), query.subarray(12, end), ...answers);
}

/** Makes a record with a lifetime of one minute. */
function record(name: string, type: number, data: Uint8Array): Uint8Array {
  const fixed = [0, type, 0, 1, 0, 0, 0, 60, data.length >> 8, data.length & 255];
  return join(encodeName(name), new Uint8Array(fixed), data);
}

function encodeName(name: string): Uint8Array {
  const labels = name.split(".").flatMap((label) => [
    label.length,
    ...new TextEncoder().encode(label),
  ]);
  return new Uint8Array([...labels, 0]);
}

function encodeAddress(address: string): Uint8Array {
  if (!address.includes(":")) return new Uint8Array(address.split(".").map(Number));
  const { hostname } = new URL(`http://[${address}]/`); // an embedded IPv4 address becomes two groups
  const [left, right] = hostname.slice(1, -1).split("::").map((half) =>
    half.split(":").filter(Boolean).map((group) => parseInt(group, 16))
  );
  const zeros = right ? new Array<number>(8 - left.length - right.length).fill(0) : [];
  const groups = [...left, ...zeros, ...right ?? []];
  return new Uint8Array(groups.flatMap((group) => [group >> 8, group & 255]));
}

function join(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

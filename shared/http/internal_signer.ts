/**
 * Maximum accepted time between signing and verifying, in seconds. It allows for a cold start and for clock
 * differences.
 */
const FRESH_SECONDS = 60;

/** Separates the derived keys from all other uses of the secret keys. A new version of the format needs a new label. */
const LABEL = "process-image internal headers v1";

const HMAC = { name: "HMAC", hash: "SHA-256", length: 256 } as const;

const encoder = new TextEncoder();

/**
 * Signs the headers that isolates of this function send to each other, so that no other client can set them.
 *
 * The key is HKDF-SHA-256 of a secret key of the project. It is derived once, when it is first needed.
 */
export class InternalSigner {
  readonly #secretKeys: readonly string[];
  readonly #derived = new Map<string, Promise<CryptoKey>>();

  /**
   * @param secretKeys The project's secret keys. The first one signs and every one verifies, so that keys can be
   * rotated.
   */
  constructor(secretKeys: readonly string[]) {
    this.#secretKeys = secretKeys;
  }

  /**
   * Signs a purpose and the values that belong to it, together with the time.
   *
   * @param parts The purpose first. Verifying needs the same ones in the same order.
   * @param seconds The time, in whole seconds since 1970. @default now
   * @returns `t=<seconds>,v1=<HMAC-SHA-256 in lower-case hex digits>`
   */
  async sign(parts: readonly string[], seconds: number = nowSeconds()): Promise<string> {
    const key = await this.#keyOf(this.#secretKeys[0]);
    const mac = await crypto.subtle.sign("HMAC", key, messageOf(parts, seconds));
    const hex = Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, "0"));
    return `t=${seconds},v1=${hex.join("")}`;
  }

  /**
   * Verifies a signature in constant time.
   *
   * @param signature The header's value; `null` if there is none.
   * @param parts The signed values, with the purpose first.
   * @returns Whether one of the keys made the signature, less than a minute ago.
   */
  async verify(signature: string | null, parts: readonly string[]): Promise<boolean> {
    const [, t, v1] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(signature ?? "") ?? [];
    if (v1 === undefined || Math.abs(nowSeconds() - Number(t)) > FRESH_SECONDS) return false;
    const mac = Uint8Array.from(v1.match(/../g)!, (pair) => parseInt(pair, 16));
    const message = messageOf(parts, Number(t));
    for (const secretKey of this.#secretKeys) {
      const key = await this.#keyOf(secretKey);
      if (await crypto.subtle.verify("HMAC", key, mac, message)) return true;
    }
    return false;
  }

  #keyOf(secretKey: string): Promise<CryptoKey> {
    let key = this.#derived.get(secretKey);
    if (!key) this.#derived.set(secretKey, key = derive(secretKey));
    return key;
  }
}

async function derive(secretKey: string): Promise<CryptoKey> {
  const secret = encoder.encode(secretKey);
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const hkdf = {
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: encoder.encode(LABEL),
  };
  return await crypto.subtle.deriveKey(hkdf, base, HMAC, false, ["sign", "verify"]);
}

/** Serializes the signed values. JSON keeps the parts apart. */
function messageOf(parts: readonly string[], seconds: number): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify([...parts, seconds])) as Uint8Array<ArrayBuffer>;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

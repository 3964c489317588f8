import assert from "node:assert/strict";
import { startLocalSupabase } from "../../dev/local_supabase.ts";
import { SupabaseFaults } from "../../dev/supabase_faults.ts";
import { createSigner } from "../../dev/tokens.ts";
import { sha256 } from "../../shared/lib/sha256.ts";
import { fixture } from "../helpers/call.ts";
import { signedIn } from "./signed_in.ts";

/** Size of an upload's parts, in bytes. */
export const PART = 6 * 1024 * 1024;

/** Size of {@linkcode largePhoto}, in bytes. */
export const ALL = 2 * PART + 500_000;

/** The calls of an upload of {@linkcode largePhoto}. */
export const PARTS = [
  "HEAD object",
  `POST ${ALL}`,
  "PATCH 0",
  `PATCH ${PART}`,
  `PATCH ${2 * PART}`,
];

/** A small photo. */
export const small = await fixture("small.jpg");

/** Creates a unique photo of 13 MB. */
export function largePhoto(): Uint8Array<ArrayBuffer> {
  const photo = new Uint8Array(ALL);
  for (let at = 0; at < photo.length; at += 65_536) {
    crypto.getRandomValues(photo.subarray(at, at + 65_536));
  }
  photo.set(small);
  return photo;
}

/** Starts a Storage for uploads, with faults on demand. */
export async function startUploads() {
  const signer = await createSigner();
  const faults = new SupabaseFaults();
  const supabase = await startLocalSupabase({
    jwks: signer.jwks,
    route: (request) => faults.route(request),
  });
  faults.connect((request) => supabase.fetch(request));
  const stack = { ...supabase, adminToken: await signer.adminToken() };

  /** Creates a client that records its calls of Storage; `onCall` can answer one instead. */
  function watched(
    onCall?: (call: string, url: string, init: RequestInit) => Promise<Response> | undefined,
  ) {
    const calls: string[] = [];
    const client = signedIn(stack, {
      fetch: (input, init = {}) => {
        const headers = new Headers(init.headers);
        assert.equal(headers.get("authorization"), `Bearer ${stack.adminToken}`);
        assert.equal(headers.get("apikey"), stack.publishableKey);
        const offset = headers.get("upload-offset") ?? headers.get("upload-length") ?? "";
        const isObject = String(input).includes("/object/");
        const call = `${init.method} ${isObject ? "object" : offset}`.trim();
        calls.push(call);
        return onCall?.(call, String(input), init) ?? fetch(input, init);
      },
    });
    return { client, calls };
  }

  /** Checks that Storage has the photo at its path. */
  async function expectStored(photo: Uint8Array<ArrayBuffer>, path: string) {
    assert.equal(path, `${await sha256(photo)}.jpg`);
    const response = await supabase.fetch(
      new Request(`${supabase.url}/storage/v1/object/car-originals/${path}`, {
        headers: { authorization: `Bearer ${stack.adminToken}` },
      }),
    );
    assert.equal(response.headers.get("content-type"), "image/jpeg");
    assert.equal(await sha256(new Uint8Array(await response.arrayBuffer())), await sha256(photo));
  }

  /** Ends all faults and closes Storage. Hanging calls, which a failed test leaves behind, would prevent its end. */
  async function close() {
    faults.clear();
    await supabase.close();
  }
  return { signer, faults, supabase, stack, watched, expectStored, close };
}

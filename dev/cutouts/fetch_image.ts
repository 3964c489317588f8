import { readLimited } from "../../shared/lib/read_limited.ts";
import { MAX_IMAGE_BYTES } from "../api4ai/check_request.ts";

const TIMEOUT_MS = 10_000;

/** Fetches an image of at most the service's size from an http or https address; `null` if that fails. */
export async function fetchImage(address: string): Promise<Uint8Array | null> {
  if (!/^https?:\/\//i.test(address)) return null;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) {
      await response.body?.cancel();
      return null;
    }
    return await readLimited(response.body, MAX_IMAGE_BYTES);
  } catch {
    return null;
  }
}

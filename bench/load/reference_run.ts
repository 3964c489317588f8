import { startFunction } from "../../dev/function_process.ts";
import type { Stack } from "../../dev/stack.ts";
import { neverSeen } from "../send_photo.ts";
import { checkStored, type Digests } from "./check_stored.ts";
import { upload } from "./upload.ts";

/**
 * Creates the reference variants of a photo, in a separate process without limits.
 *
 * @throws Error if that fails
 */
export async function referenceRun(
  stack: Stack,
  photo: Uint8Array<ArrayBuffer>,
): Promise<Digests> {
  const env = { ...stack.env, CPU_BUDGET_MS: "0" };
  const alone = await startFunction({ deno: "2.1.4", env });
  try {
    const { reply, complaint } = await upload(
      `${alone.url}/process-image`,
      stack.adminToken,
      neverSeen(photo),
    );
    if (!reply || reply.warnings.length > 0) {
      throw new Error(`The reference run failed: ${complaint ?? JSON.stringify(reply?.warnings)}`);
    }
    const { digests, faults } = await checkStored(reply);
    if (faults.length > 0) throw new Error(`The reference run has faults: ${faults.join(" ")}`);
    return digests as Digests;
  } finally {
    await alone.close();
  }
}

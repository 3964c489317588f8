import { createHmac } from "node:crypto";

/** Header of a webhook's signature. */
export const SIGNATURE_HEADER = "x-process-image-signature";

/**
 * Signs a webhook's body together with the time. An observer of one call can neither forge another nor replay it much later.
 *
 * @param body The body as it is sent.
 * @param secret The secret shared with the receiver.
 * @param seconds The time, in whole seconds since 1970.
 * @returns `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>", in lower-case hex digits>`.
 */
export function signWebhook(body: string, secret: string, seconds: number): string {
  const digest = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${digest}`;
}

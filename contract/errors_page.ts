import { ERROR_CATALOGUE } from "../shared/errors.ts";
import { WARNING_CATALOGUE } from "../shared/photo/warning.ts";
import { table } from "./table.ts";

/** The text of `docs/errors.md`. */
export function errorsPage(): string {
  const errors = Object.entries(ERROR_CATALOGUE).map(([code, { status, retryable, when }]) => [
    `\`${code}\``,
    String(status),
    retryable ? "yes" : "",
    when,
  ]);
  const warnings = Object.entries(WARNING_CATALOGUE).map(([code, when]) => [`\`${code}\``, when]);
  return `# Errors and warnings

<!-- \`deno task openapi\` writes this page from shared/errors.ts and shared/photo/warning.ts. Do not edit it. -->

## Errors

An error is always

\`\`\`json
{ "success": false, "error": { "code": "...", "message": "...", "retryable": false, "details": {} }, "request_id": "..." }
\`\`\`

\`message\` says what is wrong and what to do. Some errors have \`details\` for programs. If \`retryable\` is true, the same request can
succeed after \`Retry-After\` seconds. The meaning of a code never changes; later versions may add codes.
[openapi.json](openapi.json) has an example of each.

${table(["code", "status", "retryable", "when"], errors)}
Supabase's platform has failures of its own, with the header \`sb-error-code\`: 503 \`BOOT_ERROR\`, 546 \`WORKER_LIMIT\`, 500 and 504.
Send the same photo again after those, and after every answer with \`Retry-After\`: the paths of the variants
depend only on the photo and its options. The [client](../client/README.md) does so.

## Warnings

A photo whose background cannot be removed is processed with its background: status 200, and \`metadata.background.removed\` is
false. The \`warnings\` of an answer say why, and in what else the result differs from what the request asked for. In this table, API4.ai
stands for the service at \`API4AI_URL\`; the messages name the service that was called.

${table(["code", "when"], warnings)}`;
}

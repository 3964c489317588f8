/** The platform's errors, as callers see them. */
const PLATFORM_ERRORS = {
  BOOT_ERROR: { status: 503, message: "Function failed to start" },
  WORKER_LIMIT: {
    status: 546,
    message: "Function failed due to not having enough compute resources (please check logs)",
  },
  WORKER_ERROR: { status: 500, message: "Function exited due to an error (please check logs)" },
  WorkerAlreadyRetired: { status: 500, message: "The worker has already retired" },
  IDLE_TIMEOUT: { status: 504, message: "Request idle timeout limit (150s) reached" },
} as const;

/** Creates the platform's answer in the function's place. */
export function platformError(code: keyof typeof PLATFORM_ERRORS): Response {
  const { status, message } = PLATFORM_ERRORS[code];
  return Response.json({ code, message }, { status, headers: { "sb-error-code": code } });
}

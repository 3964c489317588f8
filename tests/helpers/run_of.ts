import type { Run } from "../../shared/telemetry/metrics/run.ts";

/** Makes an ordinary run: a photo that was processed in a second. */
export function runOf(changes: Partial<Run> = {}): Run {
  return {
    requestId: "r-1",
    startedAt: new Date(),
    totalMs: 1_000,
    stepsMs: { auth: 4.26, decode: 69.5 },
    cpuMs: 300,
    servedBy: "new",
    isShadow: false,
    errorCode: null,
    bytesIn: 2_000_000,
    sizeIn: { width: 4_032, height: 3_024 },
    bytesOut: 200_000,
    api4ai: "called",
    warnings: [],
    ...changes,
  };
}

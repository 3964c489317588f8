import { Admission } from "../../shared/isolate/admission.ts";
import { MemoryBudget } from "../../shared/isolate/memory_budget.ts";
import { InternalSigner } from "../../shared/http/internal_signer.ts";
import { IsolateMetrics } from "../../shared/telemetry/metrics/isolate_metrics.ts";
import { Shutdown } from "../../shared/isolate/shutdown.ts";
import { wholeApp, type WholeDeps } from "./whole_app.ts";

/** An application that authenticates the caller as a server, and whose other dependencies all fail. */
export function brokenApp(shutdown?: Shutdown): ReturnType<typeof wholeApp> {
  const broken = () => Promise.reject(new Error("database password is hunter2"));
  const admission = new Admission({ budgetMs: 0 });
  const deps: WholeDeps = {
    allowedOrigins: ["*"],
    shutdown: shutdown ?? new Shutdown(admission),
    auth: { secretKeys: ["key"], adminRoles: ["admin"], verifyToken: broken },
    maxImageBytes: 1_000,
    memoryBudget: new MemoryBudget(Infinity),
    functionUrl: "http://localhost/functions/v1/process-image",
    signer: new InternalSigner(["key"]),
    process: {
      store: { save: broken } as unknown as WholeDeps["process"]["store"],
      limits: { maxPixels: 1_000 },
      cpuBudgetMs: 0,
      admission,
    },
    readSource: broken,
    observe: () => {},
    healthChecks: [],
    isolateMetrics: new IsolateMetrics(),
    runStore: { statistics: broken },
    batchStore: { create: broken, status: broken, cancel: broken, requeue: broken },
    vehicleStore: { show: broken, arrange: broken, forget: broken },
    unreadable: broken,
    photoFiles: () => {
      throw new Error("database password is hunter2");
    },
    serviceKey: "key",
    sourceBuckets: [],
    webhook: { allowPrivate: false },
    worker: { isFull: false, run: broken },
  };
  return wholeApp(deps);
}

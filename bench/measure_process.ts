import type { Backend } from "./backend.ts";
import { type CpuTimes, readCpuTimes } from "../dev/linux_cpu.ts";
import { neverSeen, sendPhoto } from "./send_photo.ts";

/** Cost of a request, or of a process up to the request's end. */
export interface Cost extends CpuTimes {
  wallMs: number;
  /** Wall time of the function's steps, by its own `timings_ms`. */
  stepsMs: Record<string, number>;
}

/** Cost of one process of the function. */
export interface ProcessCost {
  /** From the process's start to the answer of its health check. */
  boot: CpuTimes;
  /** From the process's start to the answer to its first photo; the wall time starts at the request. */
  first: Cost;
  /** The second photo. */
  second?: Cost;
  /** The photos after the warm-up. */
  later: Cost[];
}

/** The photos for one process. */
export interface Work {
  photo: Uint8Array;
  /** The request's query. */
  query: string;
  /** Number of unmeasured photos after the first one. @default 3 */
  warmUps?: number;
  /** Number of measured photos after the warm-up. */
  later: number;
}

/** Starts a process of the function, sends it photos one after the other, and measures its CPU times. */
export async function measureProcess(backend: Backend, work: Work): Promise<ProcessCost> {
  const { photo, query, warmUps = 3, later } = work;
  const served = await backend.start();
  try {
    const boot = await readCpuTimes(served.pid);
    const measure = async (since: CpuTimes): Promise<Cost> => {
      const { reply, wallMs } = await sendPhoto(
        served.url,
        backend.headers,
        neverSeen(photo),
        query,
      );
      const now = await readCpuTimes(served.pid);
      return {
        mainThreadMs: now.mainThreadMs - since.mainThreadMs,
        allThreadsMs: now.allThreadsMs - since.allThreadsMs,
        wallMs,
        stepsMs: reply.metadata.timings_ms,
      };
    };
    const first = await measure({ mainThreadMs: 0, allThreadsMs: 0 });
    const rest: Cost[] = [];
    while (later > 0 && rest.length < warmUps + later) {
      rest.push(await measure(await readCpuTimes(served.pid)));
    }
    return { boot, first, second: rest[0], later: rest.slice(warmUps) };
  } finally {
    await served.close();
  }
}

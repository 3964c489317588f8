import type { Backend } from "./backend.ts";
import { type CpuTimes, readCpuTimes } from "../dev/linux_cpu.ts";
import { neverSeen, sendPhoto } from "./send_photo.ts";

/** A request, or the part of a process's life up to its end. */
export interface Cost extends CpuTimes {
  wallMs: number;
  /** The function's own account of its steps. */
  stepsMs: Record<string, number>;
}

/** What one process of the function used. */
export interface ProcessCost {
  /** From the start of the process until its health check answered. */
  boot: CpuTimes;
  /** From the start of the process until its first photo was answered; wall time from the request. */
  first: Cost;
  /** The second photo. */
  second?: Cost;
  /** Photos after the warm-up. */
  later: Cost[];
}

/** Which photos one process is sent. */
export interface Work {
  photo: Uint8Array;
  /** Settings of the request. */
  query: string;
  /** Photos between the first one and those that are measured. @default 3 */
  warmUps?: number;
  /** Photos that are measured after that. */
  later: number;
}

/** Starts a process of the function, sends it photos one after the other, and takes down its CPU times. */
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

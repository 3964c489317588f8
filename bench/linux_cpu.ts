/** What the kernel has accounted to a process so far, in milliseconds of CPU. */
export interface CpuTimes {
  /** Its main thread, which is where `deno serve` runs JavaScript and WebAssembly. */
  mainThreadMs: number;
  /** All of its threads, those that have ended too. */
  allThreadsMs: number;
}

/** Ticks a second of `/proc/<pid>/stat`: the same on every Linux that Deno has builds for. */
const TICKS_PER_SECOND = 100;

/**
 * Reads a process's CPU times from `/proc`: the main thread's to the nanosecond, all threads' to 10 ms.
 *
 * @throws Deno.errors.NotFound when there is no such process
 */
export async function readCpuTimes(pid: number): Promise<CpuTimes> {
  const [schedstat, stat] = await Promise.all([
    Deno.readTextFile(`/proc/${pid}/task/${pid}/schedstat`),
    Deno.readTextFile(`/proc/${pid}/stat`),
  ]);
  // The second field is the command's name in brackets and may hold spaces: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [userTicks, systemTicks] = fields.slice(11, 13).map(Number);
  return {
    mainThreadMs: Number(schedstat.split(" ")[0]) / 1e6,
    allThreadsMs: ((userTicks + systemTicks) * 1000) / TICKS_PER_SECOND,
  };
}

/** What the kernel has accounted to a process so far, in milliseconds of CPU. */
export interface CpuTimes {
  /** Its main thread, which is where `deno serve` runs JavaScript and WebAssembly. */
  mainThreadMs: number;
  /** All of its threads, those that have ended too. */
  allThreadsMs: number;
}

/** Ticks a second of `/proc/<pid>/stat`: the same on every Linux that Deno has builds for. */
const TICKS_PER_SECOND = 100;

/** Enough of the C library to read a file without Deno. */
const LIBC_SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const;
const READ_ONLY = 0;
const MAX_BYTES = 128;

let libc: Deno.DynamicLibrary<typeof LIBC_SYMBOLS> | undefined;

/**
 * The CPU time of another process's main thread, for those who look often: a reading takes a few microseconds and does not
 * wait.
 *
 * It goes through the C library (`--allow-ffi`): Deno opens `/proc/<pid>` only for those who have every permission, which
 * the tests have not.
 */
export class MainThreadClock {
  readonly #file: number;
  readonly #text = new Uint8Array(MAX_BYTES);
  #lastMs = 0;

  /** @throws Deno.errors.NotFound when there is no such process */
  constructor(pid: number) {
    libc ??= Deno.dlopen("libc.so.6", LIBC_SYMBOLS);
    this.#file = libc.symbols.open(new TextEncoder().encode(`${schedstatPath(pid)}\0`), READ_ONLY);
    if (this.#file < 0) throw new Deno.errors.NotFound(`There is no process ${pid}.`);
  }

  /** Milliseconds since the process began; once it has ended, as they were at the last look. */
  readMs(): number {
    const length = Number(
      libc!.symbols.pread(this.#file, this.#text, BigInt(MAX_BYTES), 0n),
    );
    if (length > 0) {
      this.#lastMs = parseSchedstat(new TextDecoder().decode(this.#text.subarray(0, length)));
    }
    return this.#lastMs;
  }

  /** Closes its file. It can not be read after that. */
  close(): void {
    libc!.symbols.close(this.#file);
  }
}

/**
 * Reads a process's CPU times from `/proc`: the main thread's to the nanosecond, all threads' to 10 ms.
 *
 * @throws Deno.errors.NotFound when there is no such process
 */
export async function readCpuTimes(pid: number): Promise<CpuTimes> {
  const [schedstat, stat] = await Promise.all([
    Deno.readTextFile(schedstatPath(pid)),
    Deno.readTextFile(`/proc/${pid}/stat`),
  ]);
  // The second field is the command's name in brackets and may hold spaces: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [userTicks, systemTicks] = fields.slice(11, 13).map(Number);
  return {
    mainThreadMs: parseSchedstat(schedstat),
    allThreadsMs: ((userTicks + systemTicks) * 1000) / TICKS_PER_SECOND,
  };
}

function schedstatPath(pid: number): string {
  return `/proc/${pid}/task/${pid}/schedstat`;
}

/** Its first field is the time on a processor, in nanoseconds. */
function parseSchedstat(text: string): number {
  return Number(text.split(" ")[0]) / 1e6;
}

/** CPU times of a process by the kernel's accounting, in milliseconds. */
export interface CpuTimes {
  /** The main thread, in which `deno serve` runs JavaScript and WebAssembly. */
  mainThreadMs: number;
  /** All threads, including ended ones. */
  allThreadsMs: number;
}

/** Ticks per second in `/proc/<pid>/stat`, the same on every Linux with a build of Deno. */
const TICKS_PER_SECOND = 100;

/** The functions of the C library for reading a file without Deno. */
const LIBC_SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const;
const READ_ONLY = 0;
const MAX_BYTES = 128;

let libc: Deno.DynamicLibrary<typeof LIBC_SYMBOLS> | undefined;

/**
 * Reads the CPU time of another process's main thread often: a read takes a few microseconds and is synchronous.
 *
 * It uses the C library (`--allow-ffi`), as Deno opens `/proc/<pid>` only with all permissions, which the tests do not
 * have.
 */
export class MainThreadClock {
  readonly #file: number;
  readonly #text = new Uint8Array(MAX_BYTES);
  #lastMs = 0;

  /** @throws Deno.errors.NotFound if the process does not exist */
  constructor(pid: number) {
    libc ??= Deno.dlopen("libc.so.6", LIBC_SYMBOLS);
    this.#file = libc.symbols.open(new TextEncoder().encode(`${schedstatPath(pid)}\0`), READ_ONLY);
    if (this.#file < 0) throw new Deno.errors.NotFound(`There is no process ${pid}.`);
  }

  /** Returns the CPU time since the process's start, in milliseconds; after its end, the last value. */
  readMs(): number {
    const length = Number(
      libc!.symbols.pread(this.#file, this.#text, BigInt(MAX_BYTES), 0n),
    );
    if (length > 0) {
      this.#lastMs = parseSchedstat(new TextDecoder().decode(this.#text.subarray(0, length)));
    }
    return this.#lastMs;
  }

  /** Closes the file; no reads are possible after that. */
  close(): void {
    libc!.symbols.close(this.#file);
  }
}

/**
 * Reads a process's CPU times from `/proc`: the main thread's to the nanosecond, all threads' to 10 ms.
 *
 * @throws Deno.errors.NotFound if the process does not exist
 */
export async function readCpuTimes(pid: number): Promise<CpuTimes> {
  const [schedstat, stat] = await Promise.all([
    Deno.readTextFile(schedstatPath(pid)),
    Deno.readTextFile(`/proc/${pid}/stat`),
  ]);
  // The second field is the command's name in brackets and may contain spaces, so fields are counted after it.
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

/** Parses `schedstat`: its first field is the time on a processor, in nanoseconds. */
function parseSchedstat(text: string): number {
  return Number(text.split(" ")[0]) / 1e6;
}

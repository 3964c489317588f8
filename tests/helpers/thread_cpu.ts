const LIBC = { clock_gettime: { parameters: ["i32", "buffer"], result: "i32" } } as const;
const CLOCK_THREAD_CPUTIME_ID = 3;

let libc: Deno.DynamicLibrary<typeof LIBC> | undefined;
const time = new BigInt64Array(2);

/** Whether {@linkcode threadCpuMs} works on this system. */
export const CAN_TELL_CPU = Deno.build.os === "linux";

/** Returns the CPU that this thread or worker has used so far, in milliseconds. Linux only; needs `--allow-ffi`. */
export function threadCpuMs(): number {
  libc ??= Deno.dlopen("libc.so.6", LIBC);
  libc.symbols.clock_gettime(CLOCK_THREAD_CPUTIME_ID, new Uint8Array(time.buffer));
  return Number(time[0]) * 1e3 + Number(time[1]) / 1e6;
}

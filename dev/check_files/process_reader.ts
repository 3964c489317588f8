import { z } from "zod";
import type { Size } from "../../shared/image/raster.ts";
import { ByteReader } from "./byte_reader.ts";
import type { FileReader, Reading } from "./reading.ts";

const readySchema = z.union([
  z.object({ ready: z.string() }),
  z.object({ absent: z.string() }),
]);
const px = z.int().positive();
const answerSchema = z.union([
  z.object({ refused: z.string() }),
  z.object({
    ...{ width: px, height: px, format: z.string() },
    /** The picture's pixels, which follow as RGBA: absent where they were not wanted. */
    image: z.object({ width: px, height: px }).optional(),
  }),
]);

/** Bound on the start of a reader, in milliseconds: a busy machine takes seconds. */
const START_TIMEOUT_MS = 60_000;

/** A command that starts a reader. */
export type ReaderCommand = readonly [program: string, ...args: string[]];

/** A reader that is not installed. */
export class AbsentReader extends Error {}

interface Running {
  name: string;
  child: Deno.ChildProcess;
  input: WritableStreamDefaultWriter<Uint8Array>;
  output: ByteReader;
}

/**
 * Another program that reads image files: Pillow or sharp. It runs in a process of its own, which is restarted after a crash.
 *
 * The process first writes a line of JSON: `{"ready": NAME}`, or `{"absent": REASON}`. Then it gets a line for each file,
 * `{"path", "width"?, "height"?}`, and answers with a line, `{"refused": REASON}` or
 * `{"width", "height", "format", "image"?: {"width", "height"}}`; where there is an `image`, its RGBA bytes follow.
 */
export class ProcessReader implements FileReader {
  readonly name: string;
  readonly #command: ReaderCommand;
  readonly #timeoutMs: number;
  #running: Running | undefined;

  private constructor(command: ReaderCommand, timeoutMs: number, running: Running) {
    this.#command = command;
    this.#timeoutMs = timeoutMs;
    this.#running = running;
    this.name = running.name;
  }

  /**
   * Starts a reader.
   *
   * @param command How its process is started.
   * @param timeoutMs Bound on each file.
   * @throws {AbsentReader} If it is not installed.
   */
  static async start(command: ReaderCommand, timeoutMs: number): Promise<ProcessReader> {
    return new ProcessReader(command, timeoutMs, await started(command));
  }

  async read(path: string, size?: Size): Promise<Reading> {
    try {
      this.#running ??= await started(this.#command);
      return await inTime(ask(this.#running, path, size), this.#timeoutMs);
    } catch (error) {
      await this.close();
      return { status: "crashed", reason: (error as Error).message.slice(0, 200) };
    }
  }

  async close(): Promise<void> {
    if (this.#running) await ended(this.#running.child);
    this.#running = undefined;
  }
}

async function started([program, ...args]: ReaderCommand): Promise<Running> {
  let child: Deno.ChildProcess;
  try {
    const pipes = { stdin: "piped", stdout: "piped", stderr: "null" } as const;
    child = new Deno.Command(program, { args, ...pipes }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new AbsentReader(`There is no ${program}.`);
    throw error;
  }
  const output = new ByteReader(child.stdout);
  try {
    const first = readySchema.parse(JSON.parse(await inTime(output.line(), START_TIMEOUT_MS)));
    if ("absent" in first) throw new AbsentReader(first.absent);
    return { name: first.ready, child, input: child.stdin.getWriter(), output };
  } catch (error) {
    await ended(child);
    throw error instanceof AbsentReader ? error : new AbsentReader(`${program} does not start.`);
  }
}

async function ask({ input, output }: Running, path: string, size?: Size): Promise<Reading> {
  const request = { path, width: size?.width, height: size?.height };
  await input.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
  const answer = answerSchema.parse(JSON.parse(await output.line()));
  if ("refused" in answer) return { status: "refused", reason: answer.refused };
  const { width, height, format, image } = answer;
  const read = { status: "read", size: { width, height }, format } as const;
  if (!image) return read;
  const { buffer } = await output.bytes(image.width * image.height * 4);
  return { ...read, image: { ...image, data: new Uint8ClampedArray(buffer) } };
}

async function ended(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
  await child.status;
}

/** @throws {Error} If it takes longer. */
async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const message = `timed out after ${timeoutMs / 1_000} s`;
  const timer = setTimeout(() => late.reject(new Error(message)), timeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

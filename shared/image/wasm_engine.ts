import { AppError } from "../errors.ts";
import { log } from "../log.ts";
import { compileWasm } from "./compile_wasm.ts";

/** What an engine is made of. */
export interface EngineParts<T> {
  /** Its name, for the log. */
  name: string;
  /**
   * Makes an instance.
   *
   * @param compile Compiles a WASM file; later calls have the module of the first.
   */
  start(compile: (file: URL) => Promise<WebAssembly.Module>): T | Promise<T>;
  /** Makes the package forget its instance, where it keeps one by itself. */
  discard?(): void;
  /** Whether an error is the engine's own word on its input, after which it is as good as before. @default none is */
  isReport?(error: unknown): boolean;
}

/**
 * A WASM engine that survives its own crashes.
 *
 * After an abort, a trap or memory that ran out, an instance's memory can hold anything. So whatever an engine throws,
 * except its own reports, ends that instance: what still refers to it fails, and the next request gets a new one. The
 * compiled module is kept, so that a rebuild costs milliseconds.
 */
export class WasmEngine<T> {
  readonly #parts: EngineParts<T>;
  #module?: WebAssembly.Module;
  #loading?: Promise<EngineInstance<T>>;

  /** @param parts What it is made of. */
  constructor(parts: EngineParts<T>) {
    this.#parts = parts;
  }

  /**
   * The instance in use. The first call makes it, and so does the first after a crash.
   *
   * @throws {Error} If the WASM file can not be read or compiled; the next call tries again.
   */
  load(): Promise<EngineInstance<T>> {
    const loading = this.#loading ?? this.#start();
    this.#loading = loading;
    return loading;
  }

  #start(): Promise<EngineInstance<T>> {
    const { name, start, discard, isReport } = this.#parts;
    const forget = () => {
      this.#loading = undefined;
      discard?.();
    };
    return Promise.resolve(start(this.#compile)).then(
      (handle) => new EngineInstance(name, handle, isReport ?? (() => false), forget),
    ).catch((cause) => {
      this.#loading = undefined;
      throw cause;
    });
  }

  /**
   * Does a piece of work with the instance in use.
   *
   * @param work The work; it ends before it returns.
   * @throws {EngineCrash} `engine_failed`, if the engine crashes over it.
   * @throws What the engine reports.
   */
  async run<R>(work: (handle: T, instance: EngineInstance<T>) => R): Promise<R> {
    let instance = await this.load();
    while (instance.ended) instance = await this.load(); // another request's work ended it meanwhile
    return instance.run((handle) => work(handle, instance));
  }

  readonly #compile = async (file: URL): Promise<WebAssembly.Module> =>
    this.#module ??= await compileWasm(file);
}

/** One instance of an engine, until it crashes or is retired. */
export class EngineInstance<T = unknown> {
  readonly #name: string;
  /** What its work is done with. */
  readonly handle: T;
  readonly #isReport: (error: unknown) => boolean;
  readonly #forget: () => void;
  #ended = false;

  /**
   * @param name The engine's name.
   * @param handle What its work is done with.
   * @param isReport Whether an error leaves it as good as before.
   * @param forget Makes the engine start a new one.
   */
  constructor(
    name: string,
    handle: T,
    isReport: (error: unknown) => boolean,
    forget: () => void,
  ) {
    this.#name = name;
    this.handle = handle;
    this.#isReport = isReport;
    this.#forget = forget;
  }

  /** Whether it has crashed, or was retired: what it held is gone then, and need not be freed. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Does a piece of work with it.
   *
   * @param work The work; it ends before it returns.
   * @throws {EngineCrash} `engine_failed`, if the engine crashes meanwhile, or has ended before.
   * @throws What the engine reports.
   */
  run<R>(work: (handle: T) => R): R {
    if (this.#ended) throw new EngineCrash(false);
    try {
      return work(this.handle);
    } catch (error) {
      throw this.#judge(error);
    }
  }

  /** The same, for work that ends later. */
  async runAsync<R>(work: (handle: T) => Promise<R>): Promise<R> {
    if (this.#ended) throw new EngineCrash(false);
    try {
      return await work(this.handle);
    } catch (error) {
      throw this.#judge(error);
    }
  }

  /** Makes the engine start a new one for the next request: the only way to give back memory that has grown. */
  retire(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#forget();
  }

  #judge(error: unknown): unknown {
    if (this.#isReport(error)) return error;
    const isCause = !this.#ended;
    if (isCause) {
      this.retire();
      const told = error instanceof Error ? error.stack : String(error);
      log("error", "engine_crashed", { engine: this.#name, error: told?.slice(0, 2_000) });
    }
    return new EngineCrash(isCause, error);
  }
}

/** The error `engine_failed` of work that an engine's crash ended. */
export class EngineCrash extends AppError {
  /** Whether the work itself crashed the engine; otherwise it lost what the engine held to the crash of other work. */
  readonly isCause: boolean;

  /**
   * @param isCause Whether the work itself crashed the engine.
   * @param cause What it threw.
   */
  constructor(isCause: boolean, cause?: unknown) {
    const message = "The image engine crashed and was started anew. Send the photo again.";
    super("engine_failed", message, { cause, retryAfterSeconds: 1 });
    this.isCause = isCause;
  }
}

import { AppError } from "../../errors.ts";
import { log } from "../../telemetry/log.ts";
import { compileWasm } from "./compile_wasm.ts";

/** The definition of an engine. */
export interface EngineParts<T> {
  /** The engine's name in the log. */
  name: string;
  /**
   * Starts an instance.
   *
   * @param compile Compiles a WASM file; later calls return the first call's module.
   */
  start(compile: (file: URL) => Promise<WebAssembly.Module>): T | Promise<T>;
  /** Makes the package forget its instance, for packages that keep one. */
  discard?(): void;
  /** Returns true for an error that is a report on the input and leaves the engine intact. @default always false */
  isReport?(error: unknown): boolean;
}

/**
 * A WASM engine that recovers from its own crashes.
 *
 * An abort, a trap or exhausted memory can leave anything in an instance's memory. Therefore every error except the
 * engine's own reports ends the instance: remaining references to it fail, and the next request gets a new instance.
 * The compiled module is kept, so that a restart costs milliseconds.
 */
export class WasmEngine<T> {
  readonly #parts: EngineParts<T>;
  #module?: WebAssembly.Module;
  #loading?: Promise<EngineInstance<T>>;

  /** @param parts The engine's definition. */
  constructor(parts: EngineParts<T>) {
    this.#parts = parts;
  }

  /** Whether an instance has been started and has not crashed. */
  get isUp(): boolean {
    return this.#loading !== undefined;
  }

  /**
   * Returns the current instance. The first call starts one, and so does the first call after a crash.
   *
   * @throws {Error} If the WASM file cannot be read or compiled; the next call tries again.
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
   * Runs work with the current instance.
   *
   * @param work The work; it is synchronous.
   * @throws {EngineCrash} `engine_failed`, if the engine crashes
   * @throws The engine's reports.
   */
  async run<R>(work: (handle: T, instance: EngineInstance<T>) => R): Promise<R> {
    let instance = await this.load();
    while (instance.ended) instance = await this.load(); // the work of another request has ended it
    return instance.run((handle) => work(handle, instance));
  }

  readonly #compile = async (file: URL): Promise<WebAssembly.Module> =>
    this.#module ??= await compileWasm(file);
}

/** One instance of an engine, until it crashes or retires. */
export class EngineInstance<T = unknown> {
  readonly #name: string;
  /** The handle that the work receives. */
  readonly handle: T;
  readonly #isReport: (error: unknown) => boolean;
  readonly #forget: () => void;
  #ended = false;

  /**
   * @param name The engine's name.
   * @param handle The handle that the work receives.
   * @param isReport Returns true for an error that leaves the instance intact.
   * @param forget Makes the engine start a new instance for the next request.
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

  /** Whether it has crashed or retired. Its memory is gone then, so nothing in it needs to be freed. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Runs work with the instance.
   *
   * @param work The work; it is synchronous.
   * @throws {EngineCrash} `engine_failed`, if the engine crashes, or the instance has already ended
   * @throws The engine's reports.
   */
  run<R>(work: (handle: T) => R): R {
    if (this.#ended) throw new EngineCrash(false);
    try {
      return work(this.handle);
    } catch (error) {
      throw this.#judge(error);
    }
  }

  /** Runs asynchronous work; otherwise like {@linkcode run}. */
  async runAsync<R>(work: (handle: T) => Promise<R>): Promise<R> {
    if (this.#ended) throw new EngineCrash(false);
    try {
      return await work(this.handle);
    } catch (error) {
      throw this.#judge(error);
    }
  }

  /** Ends the instance; the next request starts a new one. Only this gives back memory that has grown. */
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
      const text = error instanceof Error ? error.stack : String(error);
      log("error", "engine_crashed", { engine: this.#name, error: text?.slice(0, 2_000) });
    }
    return new EngineCrash(isCause, error);
  }
}

/** The error `engine_failed` of work that a crash of the engine ended. */
export class EngineCrash extends AppError {
  /** Whether the work itself crashed the engine. If false, other work did, and this work lost its data in the engine. */
  readonly isCause: boolean;

  /**
   * @param isCause True if the work itself crashed the engine.
   * @param cause The original error.
   */
  constructor(isCause: boolean, cause?: unknown) {
    const message = "The image engine crashed and was restarted. Send the photo again.";
    super("engine_failed", message, { cause, retryAfterSeconds: 1 });
    this.isCause = isCause;
  }
}

import type { Admission } from "./admission.ts";
import { hasWorkLeft, workDone } from "../telemetry/after_response.ts";
import { log } from "../telemetry/log.ts";

/** Longest wait for the requests in flight after SIGTERM, in milliseconds: hosts kill the process after 30 s. */
const GRACE_MS = 25_000;

/** Time for the last answer's bytes to leave, in milliseconds: the server reports an answer as sent before they have. */
const FLUSH_MS = 500;

/** Counts the requests in flight, so that the process can end when the last of them is answered. */
export class Shutdown {
  readonly #admission: Admission;
  readonly #done = Promise.withResolvers<void>();
  #inFlight = 0;
  #begun = false;

  /** @param admission Admission to close when the host is about to end the isolate. */
  constructor(admission: Admission) {
    this.#admission = admission;
  }

  /** Whether the process is about to end: new requests are refused. */
  get begun(): boolean {
    return this.#begun;
  }

  /**
   * Counts a request as in flight until it is answered.
   *
   * @param answer Answers it.
   * @param sent Settles when the answer has been sent, if the server reports that.
   */
  async track<T>(answer: () => Promise<T>, sent?: Promise<void>): Promise<T> {
    this.#inFlight++;
    try {
      return await answer();
    } finally {
      const over = () => {
        this.#inFlight--;
        this.#settle();
      };
      if (sent) sent.then(over, over);
      else over();
    }
  }

  /**
   * Stops taking requests. Those in flight go on, including those that wait for the CPU.
   *
   * @returns Resolves when the last request in flight is answered.
   */
  begin(): Promise<void> {
    this.#begun = true;
    this.#settle();
    return this.#done.promise;
  }

  /**
   * Listens for the end of the process. On SIGTERM, finishes the requests in flight and the work after answers, then ends
   * the process. On `beforeunload`, which hosted Supabase sends before it ends an isolate, closes the admission.
   */
  listen(): void {
    addEventListener("beforeunload", (event) => {
      const reason = (event as CustomEvent<{ reason?: string }>).detail?.reason;
      this.#log("beforeunload", reason);
      this.#admission.close(reason === "cpu");
    });
    try {
      Deno.addSignalListener("SIGTERM", () => {
        this.#log("SIGTERM");
        if (this.#inFlight === 0 && !hasWorkLeft()) Deno.exit(0);
        endIn(GRACE_MS, 1);
        this.begin().then(workDone).then(() => endIn(FLUSH_MS, 0));
      });
    } catch {
      // Hosted Supabase has no signals; it sends the event above.
    }
  }

  #settle(): void {
    if (this.#begun && this.#inFlight === 0) this.#done.resolve();
  }

  #log(cause: string, reason?: string): void {
    log("info", "shutting_down", { cause, reason, in_flight: this.#inFlight });
  }
}

/** Ends the process after a delay. It ends earlier if nothing is left to do: current versions of Deno close the server. */
function endIn(ms: number, code: number): void {
  Deno.unrefTimer(setTimeout(() => Deno.exit(code), ms) as unknown as number);
}

import type { Admission } from "./admission.ts";
import { hasWorkLeft, workDone } from "../telemetry/after_response.ts";
import { log } from "../telemetry/log.ts";

/** Longest wait for the requests in flight when the process is told to end, in milliseconds: hosts kill after 30 s. */
const GRACE_MS = 25_000;

/** What the last answer's bytes get to leave, in milliseconds: a server tells of an answer before they have. */
const FLUSH_MS = 500;

/** Counts the requests in flight, so that the process can end when the last of them is answered. */
export class Shutdown {
  readonly #admission: Admission;
  readonly #done = Promise.withResolvers<void>();
  #inFlight = 0;
  #begun = false;

  /** @param admission What takes no more jobs once the host is about to end the isolate. */
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
   * @param sent When its answer has been sent, where the server tells that.
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
   * Takes no more requests. Those in flight go on, those among them that wait for their turn too.
   *
   * @returns When the last of those in flight is answered.
   */
  begin(): Promise<void> {
    this.#begun = true;
    this.#settle();
    return this.#done.promise;
  }

  /**
   * Hears of the process's end: on SIGTERM finishes what is in flight, and what goes on after answers, and then ends it;
   * takes on nothing more when hosted Supabase says that it is about to end the isolate (`beforeunload`).
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
      // Hosted Supabase has no signals; it tells by the event above.
    }
  }

  #settle(): void {
    if (this.#begun && this.#inFlight === 0) this.#done.resolve();
  }

  #log(cause: string, reason?: string): void {
    log("info", "shutting_down", { cause, reason, in_flight: this.#inFlight });
  }
}

/** Ends the process after some time, or before if there is nothing left to do: current versions of Deno close the server. */
function endIn(ms: number, code: number): void {
  Deno.unrefTimer(setTimeout(() => Deno.exit(code), ms) as unknown as number);
}

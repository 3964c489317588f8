/** A fault of a call to Supabase. */
export type Fault =
  /** An error of that status, in the format of Storage and the Data API. */
  | { kind: "status"; status: number }
  /** No answer until the caller gives up. */
  | { kind: "hang" }
  /** The connection breaks in the middle of the answer. */
  | { kind: "cut" }
  /** The call succeeds, but its answer is lost: the caller waits until it gives up. */
  | { kind: "lost-answer" };

interface Rule {
  method: string;
  path: RegExp;
  fault: Fault;
  /** Number of calls left. */
  left: number;
}

/** Text of an upstream service that must not appear in any answer of the function. */
export const UPSTREAM_TEXT = "upstream text: relation storage.objects at 10.0.0.1";

/** Fails calls of a local Supabase, like the network or an overloaded project. */
export class SupabaseFaults {
  /** The failed calls in order, as method and path. */
  readonly calls: string[] = [];
  #rules: Rule[] = [];
  #hung = new Set<() => void>();
  #supabase: ((request: Request) => Promise<Response>) | undefined;

  /** Sets the handler of calls. */
  connect(supabase: (request: Request) => Promise<Response>): void {
    this.#supabase = supabase;
  }

  /**
   * Fails the next matching calls.
   *
   * @param method The method, in capitals.
   * @param path Pattern of the address's path.
   * @param times Number of calls. @default 1
   */
  next(method: string, path: RegExp, fault: Fault, times = 1): void {
    this.#rules.push({ method, path, fault, left: times });
  }

  /** Ends all faults, including hanging calls, and forgets the calls. */
  clear(): void {
    this.#rules = [];
    this.calls.length = 0;
    for (const release of this.#hung) release();
  }

  /** Answers a call that has to fail; `undefined` for other calls. */
  route(request: Request): Promise<Response> | undefined {
    const { pathname } = new URL(request.url);
    const rule = this.#rules.find(({ method, path, left }) =>
      left > 0 && method === request.method && path.test(pathname)
    );
    if (!rule) return undefined;
    rule.left--;
    this.calls.push(`${request.method} ${pathname}`);
    return this.#perform(rule.fault, request);
  }

  async #perform(fault: Fault, request: Request): Promise<Response> {
    switch (fault.kind) {
      case "status": {
        await request.arrayBuffer();
        const { status } = fault;
        const body = { statusCode: String(status), error: UPSTREAM_TEXT, message: UPSTREAM_TEXT };
        return Response.json(body, { status });
      }
      case "hang":
        return await this.#hang(request);
      case "cut":
        await request.arrayBuffer();
        return new Response(brokenOff(), { headers: { "content-type": "application/json" } });
      case "lost-answer": {
        const answer = await this.#supabase!(request);
        await answer.body?.cancel();
        return await this.#hang(request);
      }
    }
  }

  async #hang({ signal }: Request): Promise<Response> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#hung.add(resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
    await promise;
    this.#hung.delete(resolve);
    return new Response(null, { status: 504 });
  }
}

function brokenOff(): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      // The server logs this intended error; a stack would hide other output.
      if (sent) return controller.error(Object.assign(new Error("broken off"), { stack: "" }));
      sent = true;
      controller.enqueue(new TextEncoder().encode('{"Key":"'));
    },
  });
}

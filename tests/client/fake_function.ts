import { signedIn } from "./signed_in.ts";

/** A body that the function could answer, as far as the client looks at it. */
export const REPLY = {
  success: true,
  metadata: {},
  warnings: [],
  served_by: "new",
  request_id: "r-1",
};

/** An answer, or what the network fails with. */
export type Reaction =
  | Response
  | Error
  | ((request: Request) => Promise<Response>);

/** Answers of a function that is not there, one after the other; the last again and again. */
export function fakeFunction(...reactions: Reaction[]) {
  const calls: Request[] = [];
  const texts = new Map<Response, string>();
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    calls.push(request);
    const reaction = reactions[Math.min(calls.length, reactions.length) - 1];
    if (reaction instanceof Error) throw reaction;
    if (!(reaction instanceof Response)) return await reaction(request);
    if (!texts.has(reaction)) texts.set(reaction, await reaction.text());
    // Not `clone`: on Deno 2.9.6 that loses the type of a body that is JSON.
    return new Response(texts.get(reaction), reaction);
  };
  const project = {
    url: "http://127.0.0.1:9",
    publishableKey: "sb_publishable_x",
    adminToken: "secret-token",
  };
  return { calls, supabase: signedIn(project, { fetch }) };
}

/** A stream of events; what is no event stays as it is. */
export function eventStream(...events: ([name: string, data: unknown] | string)[]): Response {
  const text = events.map((event) =>
    typeof event === "string" ? event : `event: ${event[0]}\ndata: ${JSON.stringify(event[1])}\n\n`
  );
  return new Response(text.join(""), {
    headers: { "content-type": "text/event-stream" },
  });
}

import { signedIn } from "./signed_in.ts";

/** The fields of the function's answer that the client reads. */
export const REPLY = {
  success: true,
  metadata: {},
  warnings: [],
  served_by: "new",
  request_id: "r-1",
};

/** An answer, or the network's error. */
export type Reaction =
  | Response
  | Error
  | ((request: Request) => Promise<Response>);

/** Creates a fake function that gives these answers in order, and then repeats the last one. */
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
    // Not `clone`: on Deno 2.9.6 it loses the content type of a JSON body.
    return new Response(texts.get(reaction), reaction);
  };
  const project = {
    url: "http://127.0.0.1:9",
    publishableKey: "sb_publishable_x",
    adminToken: "secret-token",
  };
  return { calls, supabase: signedIn(project, { fetch }) };
}

/** Creates a stream of events; strings are written unchanged. */
export function eventStream(...events: ([name: string, data: unknown] | string)[]): Response {
  const text = events.map((event) =>
    typeof event === "string" ? event : `event: ${event[0]}\ndata: ${JSON.stringify(event[1])}\n\n`
  );
  return new Response(text.join(""), {
    headers: { "content-type": "text/event-stream" },
  });
}

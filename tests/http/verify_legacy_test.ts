// Proves how the function answers for a legacy token, by what Supabase Auth says about it: a fault of Auth itself is not the
// caller's fault, and can pass.
import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { createApp } from "../../shared/app.ts";
import { readConfig } from "../../shared/config.ts";
import type { ErrorCode } from "../../shared/errors.ts";
import { createServices } from "../../shared/services.ts";
import { workDone } from "../../shared/telemetry/after_response.ts";
import { ALONE } from "../fuzz/in_process.ts";
import { expectError } from "../helpers/call.ts";

const USER = { id: crypto.randomUUID(), app_metadata: { role: "admin" } };
const SECRET = new TextEncoder().encode("the project's own legacy secret, 32 bytes");

/** Answers of Auth and the function's errors; an admitted caller gets `missing_image`, as the request has no photo. */
const ANSWERS: [name: string, answer: () => Response, code: ErrorCode][] = [
  ["an admin", () => Response.json(USER), "missing_image"],
  ["a user without a role", () => Response.json({ ...USER, app_metadata: {} }), "forbidden"],
  ["a user without metadata", () => Response.json({ id: USER.id }), "forbidden"],
  ["no user", () => Response.json(null), "forbidden"],
  ["401", () => Response.json({ msg: "invalid JWT" }, { status: 401 }), "invalid_credential"],
  ["403", () => Response.json({ msg: "user not found" }, { status: 403 }), "invalid_credential"],
  ["429", () => Response.json({ msg: "too many" }, { status: 429 }), "auth_unavailable"],
  ["500", () => new Response("oops", { status: 500 }), "auth_unavailable"],
  ["a page instead of JSON", () => new Response("<html>"), "auth_unavailable"],
  ["two megabytes", () => new Response(new Uint8Array(2 << 20)), "auth_unavailable"],
];

for (const [name, answer, code] of ANSWERS) {
  Deno.test(`a legacy token for which Auth answers ${name} gets ${code}`, async () => {
    const calls: (string | null)[][] = [];
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      if (new URL(request.url).pathname !== "/auth/v1/user") return Response.json(null);
      const { headers } = request;
      calls.push([headers.get("authorization"), headers.get("apikey")]);
      return answer();
    });
    try {
      const url = `http://127.0.0.1:${server.addr.port}`;
      const claims = { iss: `${url}/auth/v1`, sub: USER.id, aud: "authenticated" };
      const token = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" })
        .setExpirationTime("1h").sign(SECRET);
      const app = createApp(createServices(readConfig({ ...ALONE, SUPABASE_URL: url })));
      const headers = { authorization: `Bearer ${token}`, "content-type": "image/jpeg" };
      const request = new Request("http://localhost/process-image", { method: "POST", headers });
      await expectError(Promise.resolve(app.fetch(request)), code);
      assert.deepEqual(calls, [[`Bearer ${token}`, ALONE.SUPABASE_SECRET_KEY]]);
    } finally {
      await workDone();
      await server.shutdown();
    }
  });
}

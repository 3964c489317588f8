// Proves which claims a user's token needs, whoever signed it: this project's issuer, the audience `authenticated`, a
// UUID as its subject, an expiry, and a role in `app_metadata`.
import assert from "node:assert/strict";
import { type JWTPayload, SignJWT } from "jose";
import { createSigner } from "../../dev/tokens.ts";
import { workDone } from "../../shared/telemetry/after_response.ts";
import { readConfig } from "../../shared/config.ts";
import { createApp } from "../../shared/app.ts";
import { createServices } from "../../shared/services.ts";
import { expectError } from "../helpers/call.ts";
import { ALONE } from "../fuzz/in_process.ts";

const ADMIN = { app_metadata: { role: "admin" } };
const SECRET = new TextEncoder().encode("the project's own legacy secret, 32 bytes");

/** Replacements for valid claims; `undefined` removes one. */
type Claims = Record<string, unknown>;

/** Signs claims for the project at an address. */
interface Kind {
  name: string;
  sign(claims: Claims, url: string): Promise<string>;
}

const signer = await createSigner();
const KINDS: Kind[] = [
  { name: "signed with ES256", sign: (claims, url) => signer.sign(claimsOf(claims, url)) },
  {
    name: "signed with the legacy secret",
    sign: (claims, url) =>
      new SignJWT(claimsOf(claims, url)).setProtectedHeader({ alg: "HS256" }).sign(SECRET),
  },
];

function claimsOf(claims: Claims, url: string): JWTPayload {
  const sound = {
    iss: `${url}/auth/v1`,
    sub: crypto.randomUUID(),
    aud: "authenticated",
    exp: Math.floor(Date.now() / 1000) + 3600,
    ...ADMIN,
  };
  return { ...sound, ...claims };
}

/** Simulates Supabase Auth: it accepts every token, and returns the same user. */
class Auth implements AsyncDisposable {
  calls = 0;
  /** The user as Auth knows it. */
  user: Record<string, unknown> = { id: crypto.randomUUID(), user_metadata: {}, ...ADMIN };
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      if (new URL(request.url).pathname !== "/auth/v1/user") return Response.json(null);
      this.calls++;
      return Response.json(this.user);
    },
  );

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose]() {
    await workDone();
    await this.#server.shutdown();
  }
}

/** @returns A function that sends a token without a photo: an admitted caller gets `missing_image`. */
function functionAt(url: string, env: Record<string, string> = {}) {
  const settings = { ...ALONE, SUPABASE_URL: url, SUPABASE_JWKS: JSON.stringify(signer.jwks) };
  const app = createApp(createServices(readConfig({ ...settings, ...env })));
  return (token: string, path = "") =>
    Promise.resolve(app.fetch(
      new Request(`http://localhost/process-image${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "image/jpeg" },
      }),
    ));
}

for (const { name, sign } of KINDS) {
  Deno.test(`a token ${name} needs exactly this project's issuer`, async () => {
    await using auth = new Auth();
    const send = functionAt(auth.url);
    const { port } = new URL(auth.url);
    await expectError(send(await sign({}, auth.url)), "missing_image");
    const { calls } = auth;
    const forged = [
      undefined,
      "",
      "supabase",
      `${auth.url}/auth/v1/`,
      `${auth.url}/auth/v2`,
      `${auth.url}/AUTH/v1`,
      `${auth.url}/auth/v1#`,
      ` ${auth.url}/auth/v1`,
      auth.url,
      `https://127.0.0.1:${port}/auth/v1`,
      `http://127.0.0.1:${port}0/auth/v1`,
      `http://127.0.0.1/auth/v1`,
      `http://localhost:${port}/auth/v1`,
      `http://127.0.0.1:${port}@evil.example/auth/v1`,
      "https://otherprojectsreference.supabase.co/auth/v1",
      [`${auth.url}/auth/v1`],
      { toString: `${auth.url}/auth/v1` },
      JSON.parse("[".repeat(2_000) + "]".repeat(2_000)),
      null,
      7,
    ];
    for (const iss of forged) {
      const { body } = await expectError(send(await sign({ iss }, auth.url)), "invalid_credential");
      assert.match(body.error.message, /issuer/);
    }
    assert.equal(auth.calls, calls, "Auth is not asked about another issuer's token");
  });

  Deno.test(`a token ${name} may also come from PUBLIC_SUPABASE_URL or JWT_ISSUERS, but not from other issuers`, async () => {
    await using auth = new Auth();
    const send = functionAt(auth.url, {
      PUBLIC_SUPABASE_URL: "http://127.0.0.1:54321/",
      JWT_ISSUERS: "https://auth.example.com/, supabase-demo",
    });
    const own = `${auth.url}/auth/v1`;
    const good = [
      own,
      "http://127.0.0.1:54321/auth/v1",
      "https://auth.example.com/",
      "supabase-demo",
    ];
    for (const iss of good) {
      await expectError(send(await sign({ iss }, auth.url)), "missing_image");
    }
    const bad = ["https://auth.example.com", "http://127.0.0.1:54321//auth/v1", "supabase-dem"];
    for (const iss of bad) {
      await expectError(send(await sign({ iss }, auth.url)), "invalid_credential");
    }
  });

  Deno.test(`a token ${name} must have a UUID as its subject, which is checked before the database is queried`, async () => {
    await using auth = new Auth();
    const send = functionAt(auth.url);
    const ids = ["", "admin", "1", "00000000-0000-0000-0000-00000000000", "' or true --", 7, null];
    const sound = crypto.randomUUID();
    for (const sub of [undefined, ...ids, `{${sound}}`, sound.replaceAll("-", ""), `${sound}\n`]) {
      const token = await sign({ sub }, auth.url);
      await expectError(send(token), "invalid_credential");
      await expectError(send(token, "/batch"), "invalid_credential");
    }
    assert.equal(auth.calls, 0);
    await expectError(send(await sign({ sub: sound.toUpperCase() }, auth.url)), "missing_image");
  });

  Deno.test(`a token ${name} must have the audience "authenticated", alone or among others`, async () => {
    await using auth = new Auth();
    const send = functionAt(auth.url);
    for (const aud of ["authenticated", ["authenticated"], ["api", "authenticated"]]) {
      await expectError(send(await sign({ aud }, auth.url)), "missing_image");
    }
    const bad = [undefined, "", "anon", "Authenticated", "authenticated ", [], ["anon"], [[
      "authenticated",
    ]], { authenticated: true }];
    for (const aud of bad) {
      await expectError(send(await sign({ aud }, auth.url)), "invalid_credential");
    }
  });

  Deno.test(`a token ${name} is refused without an expiry, and an expired one is named as such`, async () => {
    await using auth = new Auth();
    const send = functionAt(auth.url);
    for (const exp of [undefined, null, "9999999999", true]) {
      await expectError(send(await sign({ exp }, auth.url)), "invalid_credential");
    }
    const exp = Math.floor(Date.now() / 1000) - 60;
    await expectError(send(await sign({ exp }, auth.url)), "expired_credential");
    assert.equal(auth.calls, 0);
  });

  Deno.test(`a token ${name} gets no role from user_metadata, even without app_metadata or a role in it`, async () => {
    await using auth = new Auth();
    const send = functionAt(auth.url);
    const user_metadata = { role: "admin", app_metadata: ADMIN.app_metadata };
    for (const app_metadata of [undefined, null, {}, { role: null }, { role: "" }, "admin"]) {
      auth.user = { id: auth.user.id, user_metadata, app_metadata, role: "admin" };
      const token = await sign({ user_metadata, app_metadata, role: "admin" }, auth.url);
      await expectError(send(token), "forbidden");
    }
  });
}

for (const { name, sign } of KINDS) {
  Deno.test(`a token ${name} must have an admin's role in full, and nothing but it`, async () => {
    await using auth = new Auth();
    const send = functionAt(auth.url, { ADMIN_ROLES: "admin,editor" });
    const sendAs = async (role: unknown) => {
      auth.user = { id: auth.user.id, app_metadata: { role }, user_metadata: {} };
      return await send(await sign({ app_metadata: { role } }, auth.url));
    };
    for (const role of ["admin", "editor"]) await expectError(sendAs(role), "missing_image");
    const others = ["administrator", "superadmin", "admi", "Admin", "admin ", "admin,editor"];
    for (const role of [...others, ["admin"], { admin: true }, true]) {
      await expectError(sendAs(role), "forbidden");
    }
  });
}

Deno.test("a legacy token's role is the one that Auth returns", async () => {
  await using auth = new Auth();
  const send = functionAt(auth.url);
  auth.user = { id: auth.user.id, app_metadata: {}, user_metadata: {} };
  await expectError(send(await KINDS[1].sign(ADMIN, auth.url)), "forbidden");
});

// Proves which tokens and keys are admitted, and which are refused with 401 or 403.
import assert from "node:assert/strict";
import { createSigner } from "../../dev/tokens.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { base64url, decodeJwt, SignJWT } from "jose";

const QUICK = "skip_background_removal=true&variants=grid";

onBothDenos("only admins and secret keys may send photos", {}, async (t, stack) => {
  const photo = await fixture("small.jpg");
  const url = stack.functionUrl;
  const send = (headers: HeadersInit) => sendBytes(url, headers, photo, QUICK);
  const withToken = (token: string) => send({ authorization: `Bearer ${token}` });
  const { signer } = stack;
  const admin = { app_metadata: { role: "admin" } };

  await t.step("an admin's token is admitted", async () => {
    await expectReply(withToken(stack.adminToken));
    await expectReply(
      send({ authorization: `bearer ${stack.adminToken}`, apikey: stack.publishableKey }),
    );
  });
  await t.step("a secret key is admitted, as apikey and as supabase-js sends it", async () => {
    await expectReply(send({ apikey: stack.secretKey }));
    await expectReply(
      send({ apikey: stack.secretKey, authorization: `Bearer ${stack.secretKey}` }),
    );
  });
  await t.step("a request without credentials is refused with 401", async () => {
    const { headers } = await expectError(send({}), "missing_credential");
    assert.equal(headers.get("www-authenticate"), "Bearer");
    await expectError(send({ apikey: stack.publishableKey }), "missing_credential");
    const publishable = stack.publishableKey;
    await expectError(
      send({ apikey: publishable, authorization: `Bearer ${publishable}` }),
      "missing_credential",
    );
  });
  await t.step("the legacy anon key is refused, as it names no user", async () => {
    const anon = await new SignJWT({ role: "anon", iss: "supabase" }).setProtectedHeader({
      alg: "HS256",
    })
      .setExpirationTime("10y").sign(
        new TextEncoder().encode("not the project's secret, 32 bytes"),
      );
    await expectError(withToken(anon), "invalid_credential");
  });
  await t.step("a user without the role is refused with 403", async () => {
    await expectError(withToken(await signer.sign()), "forbidden");
    await expectError(
      withToken(await signer.sign({ app_metadata: { role: "editor" } })),
      "forbidden",
    );
    await expectError(
      withToken(await signer.sign({ app_metadata: { role: ["admin"] } })),
      "forbidden",
    );
  });
  await t.step("a role in user_metadata, which users can write, is refused with 403", async () => {
    await expectError(
      withToken(await signer.sign({ user_metadata: { role: "admin" } })),
      "forbidden",
    );
    await expectError(withToken(await signer.sign({ role: "admin" })), "forbidden");
  });
  await t.step("an expired token is refused with 401", async () => {
    await expectError(
      withToken(await signer.adminToken({ expiresInSeconds: -60 })),
      "expired_credential",
    );
  });
  await t.step("a tampered token is refused with 401", async () => {
    const [head, , signature] = (await signer.sign()).split(".");
    const [, adminBody] = stack.adminToken.split(".");
    await expectError(withToken(`${head}.${adminBody}.${signature}`), "invalid_credential");
    await expectError(withToken(`${stack.adminToken.slice(0, -6)}AAAAAA`), "invalid_credential");
  });
  await t.step("the algorithm none is refused with 401", async () => {
    const [, body] = stack.adminToken.split(".");
    const none = base64url.encode(JSON.stringify({ alg: "none", typ: "JWT" }));
    await expectError(withToken(`${none}.${body}.`), "invalid_credential");
    await expectError(withToken(`${none}.${body}.AAAA`), "invalid_credential");
  });
  await t.step(
    "a wrong algorithm is refused with 401, also HS256 with the public key as its secret",
    async () => {
      const secret = new TextEncoder().encode(JSON.stringify(signer.jwks.keys[0]));
      const [, body] = stack.adminToken.split(".");
      const claims = JSON.parse(new TextDecoder().decode(base64url.decode(body)));
      for (const alg of ["HS256", "HS512"]) {
        const token = await new SignJWT(claims).setProtectedHeader({ alg, kid: signer.kid }).sign(
          secret,
        );
        await expectError(withToken(token), "invalid_credential");
      }
    },
  );
  await t.step("an unknown key is refused with 401", async () => {
    const stranger = await createSigner();
    await expectError(withToken(await stranger.adminToken()), "invalid_credential");
    await expectError(
      withToken(await stranger.adminToken({ kid: signer.kid })),
      "invalid_credential",
    );
  });
  await t.step(
    "a token for another audience, or without a subject, is refused with 401",
    async () => {
      await expectError(
        withToken(await signer.sign({ ...admin, aud: "anon" })),
        "invalid_credential",
      );
      await expectError(
        withToken(await signer.sign({ ...admin, sub: undefined })),
        "invalid_credential",
      );
    },
  );
  await t.step("text that is not a token is refused with 401", async () => {
    await expectError(withToken("garbage"), "invalid_credential");
    await expectError(withToken("a.b.c"), "invalid_credential");
    await expectError(send({ authorization: "Basic dXNlcjpwYXNz" }), "invalid_credential");
  });
  await t.step("an unknown secret key is refused with 401, even beside a valid token", async () => {
    await expectError(send({ apikey: "sb_secret_wrong" }), "invalid_credential");
    await expectError(
      send({ apikey: "sb_secret_wrong", authorization: `Bearer ${stack.adminToken}` }),
      "invalid_credential",
    );
  });
  await t.step("the body is not read before the caller is authenticated", async () => {
    const garbage = new TextEncoder().encode("{not json");
    const headers = { "content-type": "application/json" };
    await expectError(sendBytes(url, headers, garbage), "missing_credential");
    await expectError(
      sendBytes(url, { ...headers, authorization: `Bearer ${stack.adminToken}` }, garbage),
      "invalid_json",
    );
  });
  await t.step(
    "Supabase Auth verifies a legacy HS256 token, and the role comes from app_metadata",
    async () => {
      const { supabase } = stack;
      const email = () => `${crypto.randomUUID()}@example.com`;
      await expectReply(
        withToken(await supabase.createLegacyUser({ email: email(), role: "admin" })),
      );
      await expectError(
        withToken(await supabase.createLegacyUser({ email: email() })),
        "forbidden",
      );
      const good = await supabase.createLegacyUser({ email: email(), role: "admin" });
      await expectError(withToken(`${good.slice(0, -6)}AAAAAA`), "invalid_credential");
      const { iss: _, ...nameless } = decodeJwt(good);
      await expectError(withToken(await supabase.signLegacy(nameless)), "invalid_credential");
      const { exp: __, ...endless } = decodeJwt(good);
      await expectError(withToken(await supabase.signLegacy(endless)), "invalid_credential");
    },
  );
  await t.step(
    "another project's token is refused with 401, even if the key is the same",
    async () => {
      const iss = "https://otherprojectsreference.supabase.co/auth/v1";
      await expectError(withToken(await signer.sign({ ...admin, iss })), "invalid_credential");
      await expectError(
        withToken(await signer.sign({ ...admin, iss: `${signer.issuer}/` })),
        "invalid_credential",
      );
    },
  );
  await t.step(
    "a subject that is not a UUID is refused with 401 wherever the database would be queried",
    async () => {
      const token = await signer.sign({ ...admin, sub: "not-a-uuid" });
      await expectError(withToken(token), "invalid_credential");
      const item = { storage_path: { bucket: "car-originals", path: "a.jpg" } };
      const headers = { authorization: `Bearer ${token}` };
      await expectError(
        sendJson(`${url}/batch`, headers, { items: [item] }),
        "invalid_credential",
      );
    },
  );
  await t.step("a token without an expiry is refused with 401", async () => {
    const endless = await signer.sign({ ...admin, exp: undefined });
    await expectError(withToken(endless), "invalid_credential");
  });
});

const rsa = await createSigner({ alg: "RS256" });
const settings = {
  SUPABASE_JWKS: JSON.stringify(rsa.jwks.keys),
  JWT_ISSUERS: rsa.issuer,
  ADMIN_ROLES: "manager, owner",
  SUPABASE_SECRET_KEYS: '{"default":"sb_secret_one","cron":"sb_secret_two"}',
  SUPABASE_SECRET_KEY: "sb_secret_three",
  SUPABASE_SERVICE_ROLE_KEY: "eyJ.legacy.key",
};
onBothDenos(
  "settings allow RS256, another issuer, other roles and several keys",
  settings,
  async (_, stack) => {
    const photo = await fixture("small.jpg");
    const send = (headers: HeadersInit) => sendBytes(stack.functionUrl, headers, photo, QUICK);
    const withToken = (token: string) => send({ authorization: `Bearer ${token}` });
    await expectReply(withToken(await rsa.sign({ app_metadata: { role: "owner" } })));
    await expectError(withToken(await rsa.adminToken()), "forbidden");
    await expectError(withToken(stack.adminToken), "invalid_credential");
    for (const key of ["sb_secret_one", "sb_secret_two", "sb_secret_three"]) {
      await expectReply(
        send({ apikey: key }),
      );
    }
    await expectReply(withToken("eyJ.legacy.key"));
    await expectReply(send({ apikey: "eyJ.legacy.key" }));
    await expectError(send({ apikey: stack.secretKey }), "invalid_credential");
  },
);

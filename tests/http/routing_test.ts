// Proves over HTTP which routes are open, how request ids are chosen, and which origins CORS allows.
import assert from "node:assert/strict";
import { healthSchema } from "../../shared/status/health_schema.ts";
import { CONTRACT } from "../helpers/contract.ts";
import { expectError, expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";

/** Headers that a page can always read, or does not need: the error's body has the same content. */
const NOT_EXPOSED = new Set([
  "cache-control",
  "vary",
  "allow",
  "www-authenticate",
  "sb-error-code",
]);

const ORIGINS = "https://admin.example.com, https://staff.example.com";

onBothDenos(
  "health is open, request ids are accepted, every answer has CORS headers",
  {},
  async (t, stack) => {
    const url = stack.functionUrl;
    const auth = { authorization: `Bearer ${stack.adminToken}` };

    await t.step("health needs no credentials", async () => {
      for (const address of [`${url}/health`, `${stack.function.url}/process-image/health`]) {
        const response = await fetch(address);
        assert.equal(response.status, 200);
        assert.equal(healthSchema.parse(await response.json()).status, "healthy");
      }
    });
    await t.step("a valid x-request-id is accepted, another one is replaced", async () => {
      const call = (id: string) =>
        expectError(
          fetch(url, { method: "POST", headers: { "x-request-id": id } }),
          "missing_credential",
        );
      assert.equal((await call("upload:42/7".replace("/", "-"))).body.request_id, "upload:42-7");
      for (const id of ["a b", "x".repeat(129), "<script>", '"']) {
        const { body } = await call(id);
        assert.match(body.request_id, /^[0-9a-f-]{36}$/);
      }
    });
    await t.step("a browser's preflight succeeds, and pages can read ids and timings", async () => {
      const preflight = await fetch(url, {
        method: "OPTIONS",
        headers: {
          origin: "https://admin.example.com",
          "access-control-request-method": "POST",
          "access-control-request-headers":
            "authorization,apikey,content-type,x-client-info,x-request-id",
        },
      });
      await preflight.body?.cancel();
      assert.equal(preflight.status, 204);
      assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
      assert.match(preflight.headers.get("access-control-allow-methods") ?? "", /POST/);
      const allowed = preflight.headers.get("access-control-allow-headers") ?? "";
      for (
        const name of ["authorization", "apikey", "content-type", "x-client-info", "x-request-id"]
      ) {
        assert.ok(allowed.toLowerCase().includes(name), name);
      }
      const photo = await fixture("small.jpg");
      const { headers } = await expectReply(
        sendBytes(
          url,
          { ...auth, origin: "https://admin.example.com" },
          photo,
          "skip_background_removal=true",
        ),
      );
      assert.equal(headers.get("access-control-allow-origin"), "*");
      const exposed = headers.get("access-control-expose-headers")?.toLowerCase() ?? "";
      assert.deepEqual(exposed.split(/, ?/).sort(), [
        ...["etag", "location", "retry-after", "server-timing", "x-request-id"],
      ]);
      for (const name of Object.keys(CONTRACT.components.headers)) {
        assert.ok(exposed.includes(name) || NOT_EXPOSED.has(name), `${name} is not exposed`);
      }
      assert.match(
        headers.get("server-timing") ?? "",
        /auth;dur=.*body;dur=.*decode;dur=.*detail;dur=.*total;dur=/,
      );
    });
  },
);

onBothDenos("only origins in ALLOWED_ORIGINS may call from a browser", {
  ALLOWED_ORIGINS: ORIGINS,
}, async (_, stack) => {
  for (const origin of ORIGINS.split(", ")) {
    const response = await fetch(stack.functionUrl, { method: "POST", headers: { origin } });
    await response.body?.cancel();
    assert.equal(response.headers.get("access-control-allow-origin"), origin);
    assert.match(response.headers.get("vary") ?? "", /origin/i);
  }
  const response = await fetch(stack.functionUrl, {
    method: "POST",
    headers: { origin: "https://evil.example" },
  });
  await response.body?.cancel();
  assert.equal(response.headers.get("access-control-allow-origin"), null);
});

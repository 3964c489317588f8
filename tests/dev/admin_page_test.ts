// Proves what the local stack serves at `/`: the admin page, its settings, or the reason for its absence.
import assert from "node:assert/strict";
import { type AdminPageState, serveAdminPage } from "../../dev/admin_page/serve.ts";

const settings = {
  url: "http://127.0.0.1:54321",
  publishableKey: "sb_publishable_x",
  demoUser: { email: "admin@example.com", password: "secret" },
};

async function get(path: string, state: AdminPageState): Promise<Response | undefined> {
  const request = new Request(new URL(path, settings.url));
  return await serveAdminPage(() => state)(request);
}

Deno.test("until the stack is up and the page is built, `/` answers a page that reloads itself", async () => {
  const response = await get("/", { problem: null });
  assert.equal(response?.status, 503);
  assert.equal(response.headers.get("cache-control"), "no-store");
  const html = await response.text();
  assert.match(html, /<meta http-equiv="refresh" content="1">/);
  assert.match(html, /is being built/);
});

Deno.test("if the page cannot be built, `/` answers the reason as text", async () => {
  const response = await get("/", { problem: "There is no admin page: <script>" });
  assert.match(await response!.text(), /There is no admin page: &lt;script>/);
});

Deno.test("another origin cannot read the page's settings", async () => {
  const response = await get("/config.json", { settings, problem: null });
  assert.deepEqual(await response!.json(), settings);
  assert.equal(response!.headers.get("access-control-allow-origin"), null);
});

Deno.test("under another host name of this machine the page calls its own address", async () => {
  const response = await get("http://localhost:54321/", { settings, problem: null });
  assert.equal(response?.status, 307);
  assert.equal(response.headers.get("location"), "http://127.0.0.1:54321/");
});

Deno.test("every other path goes to Supabase", async () => {
  const state = { settings, problem: null };
  for (
    const path of [
      "/auth/v1/health",
      "/rest/v1/",
      "/storage/v1/object/public/car-images/index.html",
      "/assets/..%2f..%2fpackage.json",
      "/assets/x/y.js",
      "/src/main.ts",
      "/index.html",
    ]
  ) {
    assert.equal(await get(path, state), undefined, path);
  }
  const post = new Request(settings.url, { method: "POST" });
  assert.equal(serveAdminPage(() => state)(post), undefined);
  const missing = await get("/assets/no-such-file.js", state);
  assert.equal(missing?.status, 404);
});

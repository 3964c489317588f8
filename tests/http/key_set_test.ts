// Proves how long the function trusts the key set that it has fetched from Supabase Auth: a withdrawn key admits nobody
// after ten minutes, and a new key admits after half a minute.
import assert from "node:assert/strict";
import type { JWK } from "jose";
import { createSigner, type Signer } from "../../dev/tokens.ts";
import { createApp } from "../../shared/app.ts";
import { readConfig } from "../../shared/config.ts";
import { createServices } from "../../shared/services.ts";
import { workDone } from "../../shared/telemetry/after_response.ts";
import { expectError } from "../helpers/call.ts";

const MINUTE_MS = 60_000;

/** Stands in for Supabase Auth, and moves the clock. */
class Project implements AsyncDisposable {
  /** The key set. */
  keys: JWK[] = [];
  /** Number of times that the key set was fetched. */
  fetches = 0;
  readonly #now = Date.now;
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      if (new URL(request.url).pathname !== "/auth/v1/.well-known/jwks.json") {
        return Response.json(null);
      }
      this.fetches++;
      return Response.json({ keys: this.keys });
    },
  );
  readonly url = `http://127.0.0.1:${this.#server.addr.port}`;
  readonly #app = createApp(createServices(readConfig({
    SUPABASE_URL: this.url,
    SUPABASE_SECRET_KEY: "sb_secret_x",
  })));

  async signer(): Promise<Signer> {
    return await createSigner({ issuer: `${this.url}/auth/v1` });
  }

  /** Moves the clock to this time after the start. */
  goTo(ms: number): void {
    const now = this.#now;
    Date.now = () => now() + ms;
  }

  /** Sends a token without a photo: the answer to an admitted caller is `missing_image`. */
  send(token: string): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "image/jpeg" };
    const request = new Request("http://localhost/process-image", { method: "POST", headers });
    return Promise.resolve(this.#app.fetch(request));
  }

  async [Symbol.asyncDispose]() {
    Date.now = this.#now;
    await workDone();
    await this.#server.shutdown();
  }
}

Deno.test("a token whose key was withdrawn is refused ten minutes after the key set was fetched", async () => {
  await using project = new Project();
  const [old, current] = [await project.signer(), await project.signer()];
  const token = await old.adminToken();
  project.keys = old.jwks.keys;
  await expectError(project.send(token), "missing_image");
  await expectError(project.send(token), "missing_image");
  assert.equal(project.fetches, 1, "the key set is cached");
  project.keys = current.jwks.keys;
  project.goTo(10 * MINUTE_MS + 1_000);
  await expectError(project.send(token), "invalid_credential");
  await expectError(project.send(await current.adminToken()), "missing_image");
});

Deno.test("a token whose key is new is accepted half a minute after the key set was fetched", async () => {
  await using project = new Project();
  const [old, current] = [await project.signer(), await project.signer()];
  project.keys = old.jwks.keys;
  await expectError(project.send(await old.adminToken()), "missing_image");
  project.keys = [...old.jwks.keys, ...current.jwks.keys];
  project.goTo(MINUTE_MS / 2 + 1_000);
  await expectError(project.send(await current.adminToken()), "missing_image");
  await expectError(project.send(await old.adminToken()), "missing_image");
});

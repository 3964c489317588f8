// Proves that `deno task delete` deletes photos by hash, URL and path, and asks before it does.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { startStack } from "../../dev/stack.ts";
import { BatchError } from "../../dev/batch/batch_error.ts";
import { readDeleteArguments } from "../../dev/delete/read_delete_arguments.ts";
import { sha256 } from "../../shared/lib/sha256.ts";
import { expectReply, fixture, sendBytes } from "../helpers/call.ts";

const ENV = { SUPABASE_URL: "https://ref.supabase.co", SUPABASE_SECRET_KEY: "sb_secret_k" };
const HASH = "0123456789abcdef".repeat(4);

Deno.test("a photo is named by its hash, the URL of a picture, or the path of its original", () => {
  const url = `https://ref.supabase.co/storage/v1/object/public/car-images/${HASH}/15dd/grid.webp`;
  assert.deepEqual(
    readDeleteArguments([HASH, url, "car-originals/stock/a b.jpg", "--yes"], ENV),
    {
      url: ENV.SUPABASE_URL,
      key: ENV.SUPABASE_SECRET_KEY,
      photos: [
        { photo_hash: HASH },
        { photo_hash: HASH },
        { storage_path: { bucket: "car-originals", path: "stock/a b.jpg" } },
      ],
      isConfirmed: true,
    },
  );
});

Deno.test("invalid arguments are refused with a sentence", () => {
  const refuses = (args: string[], expected: RegExp, env: Record<string, string> = ENV) =>
    assert.throws(() => readDeleteArguments(args, env), (error) => {
      assert.ok(error instanceof BatchError);
      assert.match(error.message, expected);
      return true;
    });
  refuses([], /at least one photo/);
  refuses(["a.jpg"], /Expected a hash, a URL or BUCKET\/PATH but received a\.jpg/);
  refuses(["https://ref.supabase.co/other.webp"], /not the URL of a picture/);
  refuses([HASH, "--all"], /--all/);
  refuses([HASH], /SUPABASE_URL/, { SUPABASE_SECRET_KEY: "k" });
  refuses([HASH], /SUPABASE_SECRET_KEY/, { SUPABASE_URL: ENV.SUPABASE_URL });
});

Deno.test("the command deletes a sold car's photos, and nothing without --yes or an answer", async () => {
  const stack = await startStack({ tickEveryMs: 0 });
  try {
    const photo = await fixture("small.jpg");
    const hash = await sha256(photo);
    const auth = { apikey: stack.secretKey };
    const query = "upload_to_storage=true&variants=grid";
    const { body } = await expectReply(sendBytes(stack.functionUrl, auth, photo, query));
    const { error } = await createClient(stack.url, stack.secretKey).storage.from("car-originals")
      .upload("stock/sold.jpg", photo, { contentType: "image/jpeg" });
    assert.equal(error, null);

    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--allow-net=127.0.0.1", "--allow-env", "dev/delete.ts", ...args],
        cwd: new URL("../../", import.meta.url),
        env: { SUPABASE_URL: stack.url, SUPABASE_SECRET_KEY: stack.secretKey, NO_COLOR: "1" },
        stdin: "null",
      }).output();
      const text = new TextDecoder();
      return { code, out: text.decode(stdout) + text.decode(stderr) };
    };
    const picture = async () => {
      const response = await fetch(body.storage_urls!.grid!);
      await response.body?.cancel();
      return response.ok;
    };

    const asked = await run(hash);
    assert.equal(asked.code, 2, asked.out);
    assert.match(asked.out, /Nothing was deleted\. Without a terminal, add --yes\./);
    assert.equal(await picture(), true);

    const done = await run("car-originals/stock/sold.jpg", "--yes");
    assert.equal(done.code, 0, done.out);
    assert.match(
      done.out,
      /^car-originals\/stock\/sold\.jpg: 2 files of results, [01] cutouts and 1 originals deleted$/m,
    );
    assert.equal(await picture(), false);

    const again = await run("car-originals/stock/sold.jpg", "--yes");
    assert.equal(again.code, 1, again.out);
    assert.match(again.out, /nothing deleted: there is no such original/);
  } finally {
    await stack.close();
  }
});

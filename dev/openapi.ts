/**
 * Writes the files that are generated from the function's schemas: `docs/openapi.json`, which the function serves, the client's types
 * (`client/src/contract.ts`), `docs/errors.md`, `docs/settings.md` and `.env.example`.
 *
 * `deno task openapi`
 *
 * @module
 */
import { contractFiles } from "../contract/contract_files.ts";

const ROOT = new URL("../", import.meta.url);

for (const [path, text] of await contractFiles()) {
  await Deno.writeTextFile(new URL(path, ROOT), text);
  console.log(`Written: ${path}`);
}

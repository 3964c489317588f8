import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import { openapiDocument } from "./document.ts";

const HEADER = `/**
 * The function's interface, as types. Made by \`deno task openapi\` from what the function itself checks requests with: do not
 * edit it.
 *
 * @module
 */

`;

/**
 * Makes the files that the function's interface is kept in.
 *
 * @returns Their texts, formatted, by their paths in the project.
 * @throws {Error} If a field of the interface has no description, or `deno fmt` fails.
 */
export async function contractFiles(): Promise<Map<string, string>> {
  const document = openapiDocument();
  const json = JSON.stringify(document);
  const copy = JSON.parse(json);
  // Which of two fields is there is nothing that these types can say: they would have "& (unknown | unknown)".
  delete copy.components.schemas.PhotoRequest.oneOf;
  // The client calls by supabase-js: of the interface it needs what is sent and answered, not the operations.
  const { openapi, info, components: { schemas } } = copy;
  const parts = { openapi, info, paths: {}, components: { schemas } };
  const types = await openapiTS(parts, { defaultNonNullable: false });
  return new Map([
    ["docs/openapi.json", await formatted(JSON.stringify(document, null, 2), "json")],
    ["client/src/contract.ts", await formatted(HEADER + astToString(types), "ts")],
  ]);
}

/** As `deno fmt` writes it. */
async function formatted(text: string, extension: string): Promise<string> {
  const config = fileURLToPath(new URL("../deno.json", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--config", config, "--ext", extension, "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

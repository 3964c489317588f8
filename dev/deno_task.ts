/** The start of a command that this project prints. It needs no Deno of one's own. */
export const DENO_TASK = "npx --yes deno@2.9.6 task";

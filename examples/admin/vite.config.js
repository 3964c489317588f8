import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  resolve: {
    // In a copy of this folder, install the client's package (client/README.md) and remove these lines.
    alias: {
      "@process-image/client": fileURLToPath(
        new URL("../../client/mod.ts", import.meta.url),
      ),
    },
    dedupe: ["@supabase/supabase-js"],
  },
  build: {
    target: "es2022",
    // Without `data:` addresses, the page's content security policy stays short.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});

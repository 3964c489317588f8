import { createClient, type Session } from "@supabase/supabase-js";
import { el, fill } from "./dom.ts";
import { loadPageSettings } from "./page_settings.ts";
import { createShell } from "./shell.ts";
import { createSignIn } from "./sign_in.ts";

const page = document.getElementById("page")!;

try {
  const settings = await loadPageSettings();
  const supabase = createClient(settings.url, settings.publishableKey);
  let shown: string | null | undefined;

  const show = (session: Session | null): void => {
    const user = session?.user.id ?? null;
    // A refreshed token does not need a new page.
    if (user === shown) return;
    const first = shown === undefined;
    shown = user;
    const part = session ? createShell(supabase, session.user) : createSignIn(supabase, settings);
    fill(page, part.element);
    if (!first) part.focus();
  };
  supabase.auth.onAuthStateChange((_event, session) => show(session));
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  fill(
    page,
    el(
      "main",
      { class: "narrow" },
      el("h1", {}, "Car photos"),
      el("p", {}, text),
    ),
  );
}

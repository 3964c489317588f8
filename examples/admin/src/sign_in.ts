import type { AuthError, SupabaseClient } from "@supabase/supabase-js";
import { el, fill, newId } from "./dom.ts";
import type { PageSettings } from "./page_settings.ts";

/** Creates the sign-in form. */
export function createSignIn(
  supabase: SupabaseClient,
  { demoUser }: PageSettings,
) {
  const problem = el("p", { class: "form-problem", role: "alert" });
  const email = el("input", {
    id: newId("email"),
    type: "email",
    autocomplete: "username",
    required: true,
    value: demoUser?.email,
  });
  const password = el("input", {
    id: newId("password"),
    type: "password",
    autocomplete: "current-password",
    required: true,
    value: demoUser?.password,
  });
  const submit = el("button", { type: "submit", class: "primary" }, "Sign in");

  const signIn = async (): Promise<void> => {
    submit.disabled = true;
    fill(problem);
    const { error } = await supabase.auth.signInWithPassword({
      email: email.value,
      password: password.value,
    });
    submit.disabled = false;
    if (!error) return; // the page reacts to the new session
    fill(problem, messageFor(error));
    password.select();
    password.focus();
  };

  const form = el(
    "form",
    {
      class: "stack",
      on: {
        submit: (event) => {
          event.preventDefault();
          void signIn();
        },
      },
    },
    el(
      "div",
      { class: "field" },
      el("label", { for: email.id }, "E-mail"),
      email,
    ),
    el(
      "div",
      { class: "field" },
      el("label", { for: password.id }, "Password"),
      password,
    ),
    problem,
    submit,
    demoUser &&
      el(
        "p",
        { class: "quiet" },
        "The demo user of the local stack is filled in.",
      ),
  );
  const element = el(
    "main",
    { class: "narrow" },
    el("h1", {}, "Car photos"),
    form,
  );
  return { element, focus: () => email.focus() };
}

function messageFor(error: AuthError): string {
  if (error.code === "invalid_credentials") {
    return "The e-mail address or the password is wrong.";
  }
  if (error.code === "email_not_confirmed") {
    return "This e-mail address is not confirmed yet.";
  }
  if (error.status === 429) {
    return "Too many tries. Wait a minute, then try again.";
  }
  if (!error.status) {
    return "Supabase cannot be reached. Check the connection, then try again.";
  }
  return `The sign-in failed: ${error.message}`;
}

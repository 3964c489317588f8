import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import type { Stack } from "../../dev/stack.ts";
import { seriousViolations } from "../helpers/axe.ts";

/** The admin page in a browser, with the stack behind it. */
export interface OpenPage {
  page: Page;
  stack: Stack;
}

export const fixture = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
export const PHONE = { width: 360, height: 740 };
export const DESKTOP = { width: 1280, height: 900 };

/** Errors and warnings of the browser, for every page of the context. */
export class Complaints {
  readonly all: string[] = [];

  watch(page: Page): void {
    page.on("pageerror", (error) => this.all.push(error.message));
    page.on("console", (message) => {
      // The browser logs every failed answer; the page itself reports them.
      const isAnswer = message.text().startsWith("Failed to load resource");
      if (["error", "warning"].includes(message.type()) && !isAnswer) {
        this.all.push(message.text());
      }
    });
  }
}

export async function signIn(page: Page, { email, password }: { email: string; password: string }) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Opens a view, and waits for it: the address changes a moment after the click. */
export async function open(
  page: Page,
  view: "Car" | "Photos" | "Batch" | "Gallery",
): Promise<void> {
  await page.getByRole("link", { name: view, exact: true }).click();
  await page.getByRole("heading", { name: view, level: 1, exact: true }).waitFor();
}

/** Chooses photos in the current view. */
export async function choose(page: Page, ...names: string[]): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(names.map(fixture));
}

export const card = (page: Page, name: string): Locator =>
  page.getByRole("article").filter({ has: page.getByRole("heading", { name }) });

/** Waits until a photo reaches a state. */
export const reached = (photo: Locator, state: "stored" | "failed") =>
  photo.and(photo.page().locator(`[data-state=${state}][aria-busy=false]`)).waitFor();

/** Runs in the page: records each step that a photo's progress marks, in order. */
export const RECORD_STEPS = `
  globalThis.steps = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) if (target.ariaCurrent) steps.push(target.innerText);
  }).observe(document.body, { subtree: true, attributeFilter: ["aria-current"] });
`;

/** Returns a computed style of an element. */
export const styleOf = (element: Locator, name: string): Promise<string> =>
  element.evaluate((one, name) => one.ownerDocument.defaultView.getComputedStyle(one)[name], name);

/** Waits for a text; a timeout's error contains the present text instead. */
export async function waitForText(part: Locator, text: string): Promise<void> {
  await part.getByText(text).waitFor().catch(async (cause) => {
    throw new Error(`Not "${text}": ${await part.allInnerTexts()}`, { cause });
  });
}

export async function noScrollAside(page: Page): Promise<void> {
  const width = await page.evaluate<number>("document.documentElement.scrollWidth");
  assert.ok(width <= PHONE.width, `the page is ${width} pixels wide`);
}

export async function inBothSchemes(page: Page): Promise<void> {
  for (const colorScheme of SCHEMES) await inScheme(page, colorScheme);
}

/** The colour schemes. */
export const SCHEMES = ["dark", "light"] as const;

/** Runs axe in a colour scheme. */
export async function inScheme(page: Page, colorScheme: typeof SCHEMES[number]): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  assert.deepEqual(await seriousViolations(page), [], colorScheme);
}

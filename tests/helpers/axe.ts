import axe from "axe-core";
import type { Page } from "playwright-core";

/** The parts of axe-core's result that are read here. */
interface StoredResult {
  violations: {
    id: string;
    impact?: string | null;
    nodes: { html: string; failureSummary?: string }[];
  }[];
}

/** Loaded into each page once; Playwright's evaluation is not bound by the page's content security policy. */
const SCRIPT = axe.source;

/**
 * Finds what axe-core reports as serious or critical violations of WCAG 2.2 A and AA, or of good practice.
 *
 * @returns A line for each element that violates a rule.
 */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(SCRIPT);
  const { violations } = await page.evaluate<StoredResult>("axe.run(document)");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)
    );
}

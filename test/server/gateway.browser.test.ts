import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

const TABS = ['Trace', 'Lattice', 'Component', 'Ask', 'Structure', 'Explain'];

let browser: Browser;
let gateway: TestGateway;

beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchBrowser(), startTestGateway()]);
});
afterAll(() => Promise.all([browser?.close(), gateway?.close()]));

it('opens GraphiQL with the Trace query in its first tab, runs it, and shows the answer from all three stores', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  await page.goto(gateway.url);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor({ timeout: 60_000 });
  expect(await page.locator('.graphiql-tab-button').allTextContents()).toEqual(TABS);
  const answered = page.waitForResponse((response) => response.request().postData()?.includes('query Trace') ?? false);
  await page.getByRole('button', { name: /execute query/i }).click();
  const { data, errors } = (await (await answered).json()) as { data: { search: { node: { identifier: string; components: unknown[]; similar: unknown[] } }[] }; errors?: unknown };
  expect(errors).toBeUndefined();
  const range = data.search.find(({ node }) => node.identifier === 'AIR-002')!;
  expect(range.node.components).not.toHaveLength(0);
  expect(range.node.similar).toHaveLength(3);
  await expect.poll(async () => (await page.locator('.result-window .view-lines').first().textContent()) ?? '', { timeout: 20_000 }).toContain('"identifier"');
});

it('shows which statements answered, in the tab that sends the header', async () => {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1600 } });
  await page.goto(gateway.url);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor({ timeout: 60_000 });
  await page.locator('.graphiql-tab-button', { hasText: 'Explain' }).click();
  await expect.poll(async () => (await page.locator('.graphiql-query-editor .view-lines').first().textContent()) ?? '', { timeout: 20_000 }).toContain('Explain');
  const storesExplained = async () => {
    const answered = page.waitForResponse((response) => response.request().postData()?.includes('query Explain') ?? false);
    await page.getByRole('button', { name: /execute query/i }).click();
    const { extensions } = (await (await answered).json()) as { extensions?: { explain: { statements: { store: string }[] } } };
    return [...new Set(extensions?.explain.statements.map(({ store }) => store))].sort();
  };
  expect(await storesExplained()).toEqual(['graph', 'relational', 'vector']);
  const shown = async () => ((await page.locator('.result-window').first().textContent()) ?? '').replaceAll('\u00a0', ' ');
  await expect.poll(shown, { timeout: 20_000 }).toContain('"wheres"');
  await page.waitForTimeout(1_000); // the page stores its tabs with a delay of half a second
  await page.reload();
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  expect(await page.locator('.graphiql-tab-button').allTextContents()).toEqual(TABS);
  expect(await storesExplained()).toEqual(['graph', 'relational', 'vector']);
});

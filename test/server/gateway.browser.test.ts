import { buildSchema, parse, validate } from 'graphql';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readExamples } from '../../src/server/examples.js';
import { launchBrowser } from '../support/browser.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

const TABS = ['Trace', 'Lattice', 'Component', 'Ask', 'Structure', 'Explain'];

let browser: Browser;
let gateway: TestGateway;

beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchBrowser(), startTestGateway()]);
});
afterAll(() => Promise.all([browser?.close(), gateway?.close()]));

/** Presses the button until the query of this name is sent, since the page takes no press while it reads the schema; the answer to it. */
const run = async (page: Page, name: string) => {
  let sent = false;
  const asks = (request: Request) => request.postData()?.includes(`query ${name}`) ?? false;
  const answered = page.waitForResponse((response) => asks(response.request()));
  page.on('request', (request) => (sent ||= asks(request)));
  await expect
    .poll(async () => {
      if (!sent) await page.getByRole('button', { name: /execute query/i }).click();
      return sent;
    })
    .toBe(true);
  return (await answered).json() as Promise<unknown>;
};

it('opens GraphiQL with the Trace query in its first tab, runs it, and shows the answer from all three stores', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  await page.goto(gateway.url);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor({ timeout: 60_000 });
  await expect.poll(() => page.locator('.graphiql-tab-button').allTextContents()).toEqual(TABS);
  const { data, errors } = (await run(page, 'Trace')) as {
    data: { search: { node: { identifier: string; components: unknown[]; similar: unknown[] } }[] };
    errors?: unknown;
  };
  expect(errors).toBeUndefined();
  const range = data.search.find(({ node }) => node.identifier === 'AIR-002')!;
  expect(range.node.components).not.toHaveLength(0);
  expect(range.node.similar).toHaveLength(3);
  await expect.poll(async () => (await page.locator('.result-window .view-lines').first().textContent()) ?? '').toContain('"identifier"');
});

it('shows which statements answered, in the tab that sends the header', async () => {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1600 } });
  await page.goto(gateway.url);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor({ timeout: 60_000 });
  await page.locator('.graphiql-tab-button', { hasText: 'Explain' }).click();
  await expect
    .poll(async () => (await page.locator('.graphiql-query-editor .view-lines').first().textContent()) ?? '')
    .toContain('Explain');
  const storesExplained = async () => {
    const { extensions } = (await run(page, 'Explain')) as { extensions?: { explain: { statements: { store: string }[] } } };
    return [...new Set(extensions?.explain.statements.map(({ store }) => store))].sort();
  };
  expect(await storesExplained()).toEqual(['graph', 'relational', 'vector']);
  const shown = async () => ((await page.locator('.result-window').first().textContent()) ?? '').replaceAll('\u00a0', ' ');
  await expect.poll(shown).toContain('"wheres"');
  await page.waitForTimeout(1_000); // the page stores its tabs with a delay of half a second
  await page.reload();
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await expect.poll(() => page.locator('.graphiql-tab-button').allTextContents()).toEqual(TABS);
  expect(await storesExplained()).toEqual(['graph', 'relational', 'vector']);
});

/** Monaco draws spaces as no-break spaces. */
const textOf = async (page: Page, selector: string) =>
  ((await page.locator(selector).first().textContent()) ?? '').replaceAll('\u00a0', ' ');
const tool = '.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines';

it('shows every line of every example whole at 1,400 pixels, and the header of the one that sends it', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.setViewportSize({ width: 1_400, height: 900 });
  await page.goto(gateway.url);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor({ timeout: 60_000 });
  for (const title of TABS) {
    await page.locator('.graphiql-tab-button', { hasText: title }).click();
    await expect.poll(() => textOf(page, '.graphiql-query-editor .view-lines')).toContain(`query ${title}`);
    const rights = (selector: string) =>
      page
        .locator(selector)
        .evaluateAll((elements) =>
          elements.map((element) => (element as unknown as { getBoundingClientRect(): { right: number } }).getBoundingClientRect().right),
        );
    expect(Math.max(...(await rights('.graphiql-query-editor .view-line > span'))), title).toBeLessThan(
      Math.max(...(await rights('.graphiql-query-editor .monaco-editor'))),
    );
    if (title === 'Trace') await expect.poll(() => textOf(page, tool)).toMatch(/^\{\s*"text": "how far can it fly"\s*\}$/);
  }
  await expect.poll(() => textOf(page, tool)).toContain('"x-odras-explain": "true"');
  await page.context().close();
});

it.each([1_400, 400])('needs no scrolling sideways at %i pixels: tabs and long lines wrap', async (width) => {
  const page = await (await browser.newContext({ viewport: { width, height: 900 } })).newPage();
  await page.goto(gateway.url);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor({ timeout: 60_000 });
  for (const title of TABS) {
    await page.locator('.graphiql-tab-button', { hasText: title }).click();
    const text = async () => (await textOf(page, '.graphiql-query-editor .view-lines')).replace(/\s+/g, '');
    await expect.poll(text).toContain(`query${title}`);
    expect(await page.evaluate(WIDER), title).toEqual([]);
  }
  await page.context().close();
});

/** What can be scrolled sideways: elements that are wider inside than outside, and editors, which have scroll bars of their own. */
const WIDER = `[
  ...[...document.querySelectorAll('*')].filter((element) =>
    ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + 1),
  ...[...document.querySelectorAll('.graphiql-editors .scrollbar.horizontal')].filter((bar) =>
    bar.clientWidth > 0 && bar.firstElementChild.clientWidth > 0 && bar.firstElementChild.clientWidth < bar.clientWidth - 1),
].map(({ className }) => className)`;

it('opens a linked query in a tab of its own, on the first visit and later', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const [name, tabs] of [
    ['First', [...TABS, 'First']],
    ['Second', [...TABS, 'First', 'Second']],
  ] as const) {
    await page.goto(`${gateway.url}?query=${encodeURIComponent(`query ${name} { projects { name } }`)}`);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor({ timeout: 60_000 });
    await expect.poll(() => page.locator('.graphiql-tab-button').allTextContents()).toEqual(tabs);
    await expect.poll(() => textOf(page, '.graphiql-query-editor .view-lines')).toContain(`query ${name} { projects`);
    await expect.poll(() => page.locator('.graphiql-tab-active .graphiql-tab-button').textContent()).toBe(name);
    await page.waitForTimeout(1_000); // the page stores its tabs with a delay of half a second
  }
  await context.close();
});

it('opens GraphiQL of another schema with a query of that schema, and without the examples that it does not know', async () => {
  const schema = buildSchema(`type Query { books(where: String, limit: Int): [Book!] search: Int } type Book {
    id: ID! title: String author: Author! } type Author { name: String books(limit: Int): [Book!] }`);
  const tabs = readExamples({ schema, explain: true });
  expect(tabs.map(({ query }) => query)).toEqual([
    'query First {\n  books(limit: 5) {\n    __typename id title\n    author { name }\n  }\n}',
  ]);
  expect(validate(schema, parse(tabs[0]!.query))).toEqual([]);
  expect(readExamples({ schema: buildSchema('type Query { a: Int }'), explain: true })).toEqual([]);
});

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

let browser: Browser;
let gateway: TestGateway;
let context: BrowserContext;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchBrowser(), startTestGateway({ settings: { DEMO_USER: 'hale' } })]);
});
afterAll(() => Promise.all([browser?.close(), gateway?.close()]));

beforeEach(async () => {
  problems.length = 0;
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await open(page);
});
afterEach(() => context.close());

const open = async (on: Page): Promise<void> => {
  await on.goto(`${gateway.url}?query=${encodeURIComponent('query Who { me { name isAdmin } }')}`);
  await on.locator('.graphiql-query-editor .view-line').first().waitFor({ timeout: 60_000 });
};

/** Presses the button until the answer shows this. */
const expectAnswer = (on: Page, text: string): Promise<void> =>
  expect
    .poll(async () => {
      await on.getByRole('button', { name: /execute query/i }).click();
      await on.waitForTimeout(300);
      return (await on.locator('.result-window .view-lines').first().textContent()) ?? '';
    })
    .toContain(text);

const choice = (on: Page) => on.getByLabel(/requests act as/i);

it('GraphiQL acts as the administrator first, and offers all eight users and nobody', async () => {
  const options = await choice(page).locator('option').allTextContents();
  expect(options).toHaveLength(9);
  expect(options[0]).toBe('Margaret Hale, administrator (hale)');
  expect(options).toContain('Jonas Brandt, inactive (brandt)');
  await expectAnswer(page, '"hale"');
  expect(problems).toEqual([]);
});

it('a visitor becomes another user, who stays when the page is loaded again', async () => {
  await choice(page).selectOption('okafor');
  await expectAnswer(page, '"okafor"');
  await open(page);
  expect(await choice(page).inputValue()).toBe('okafor');
  await expectAnswer(page, '"okafor"');
  expect(problems).toEqual([]);
});

it('an inactive user is refused', async () => {
  await choice(page).selectOption('brandt');
  await expectAnswer(page, 'UNAUTHENTICATED');
});

it('the page fills the window below the switch, and does not scroll', async () => {
  const [bar, root] = [await page.locator('#demo').boundingBox(), await page.locator('#root').boundingBox()];
  expect(root!.y).toBe(bar!.y + bar!.height);
  expect(root!.y + root!.height).toBe(800);
  expect(await page.evaluate<boolean>('document.documentElement.scrollHeight > innerHeight')).toBe(false);
});

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

let browser: Browser;
let gateway: TestGateway;

beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchBrowser(), startTestGateway()]);
});
afterAll(() => Promise.all([browser?.close(), gateway?.close()]));

const WIDE = { width: 1_400, height: 900 };
const NARROW = { width: 400, height: 800 };

/** Opens the page at an address below it, does something with it, and expects that it logged no problem. */
const visit = async (hash: string, options: BrowserContextOptions, act: (page: Page) => Promise<void>) => {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => ['warning', 'error'].includes(message.type()) && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(`${new URL('/example', gateway.url).href}${hash}`);
  await page.locator('#requirements a').first().waitFor();
  await act(page);
  expect(problems).toEqual([]);
  await context.close();
};

const identifiers = (page: Page) => page.locator('#requirements b').allTextContents();
const heading = (page: Page) => page.locator('#detail h2').textContent();
const focused = (page: Page) => page.evaluate('document.activeElement.textContent');
const status = (page: Page, text: string) => expect.poll(() => page.locator('#count').textContent()).toBe(text);

describe('the example page', () => {
  it('lists the requirements of a project, and filters them by columns and by the graph', () =>
    visit('', {}, async (page) => {
      await status(page, '25 of 50 requirements');
      await page.getByLabel('Project').selectOption('Air Vehicle');
      await expect.poll(() => identifiers(page)).toContain('AIR-001');
      await page.getByLabel('Priority').selectOption('CRITICAL');
      await page.getByLabel('Contains').fill('range');
      await page.getByLabel('Deployed to').fill('battery');
      await expect.poll(() => identifiers(page)).toEqual(['AIR-002']);
      await status(page, '1 of 1 requirements');
      await page.getByLabel('Contains').fill('no such words');
      await status(page, 'No requirement matches these filters.');
    }));

  it('shows more of a long list', () =>
    visit('', {}, async (page) => {
      await page.getByRole('button', { name: 'Show more' }).click();
      await status(page, '50 of 50 requirements');
      await expect.poll(() => page.getByRole('button', { name: 'Show more' }).isHidden()).toBe(true);
      await expect.poll(() => focused(page)).toContain('PRG-026');
    }));

  it('opens a requirement with its trace across the stores', () =>
    visit('', {}, async (page) => {
      await page.getByLabel('Project').selectOption('Air Vehicle');
      await page.locator('#requirements a', { hasText: 'AIR-002' }).click();
      const section = (title: string) => page.locator('.trace section', { hasText: title }).first().textContent();
      await expect.poll(() => heading(page)).toBe('AIR-002 Flight range out and back');
      expect(await section('Constraints')).toMatch(/PostgreSQL.*18 km Radius objective/);
      expect(await section('Deployed to')).toMatch(/Neo4j.*Battery pack/);
      expect(await section('What depends on it')).toMatch(/LNK-001 Reach of the command link directly/);
      expect(await section('Similar requirements')).toMatch(/Qdrant.*AIR-003.*88 % alike/);
      expect(await page.locator('#requirements a[aria-current]').textContent()).toContain('AIR-002');
    }));

  it('draws the neighbourhood, with nodes named as people name them, and says the same in sentences', () =>
    visit('', {}, async (page) => {
      await page.getByLabel('Project').selectOption('Air Vehicle');
      await page.locator('#requirements a', { hasText: 'AIR-002' }).click();
      await page.locator('.canvas canvas').first().waitFor();
      const drawn = await page.locator('.canvas').screenshot();
      await page.locator('summary').click();
      const sentences = await page.locator('details li').allTextContents();
      expect(sentences).toContain('AIR-002 Flight range out and back deploys Battery pack');
      expect(sentences.join('\n')).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
      await page.getByLabel('Up to').selectOption('2');
      await expect.poll(() => page.locator('details li').count()).toBeGreaterThan(sentences.length);
      await expect.poll(async () => (await page.locator('.canvas').screenshot()).equals(drawn)).toBe(false);
    }));

  it('finds requirements and passages by meaning, and leads from them to a requirement', () =>
    visit('', {}, async (page) => {
      await page.getByRole('searchbox').fill('how far can it fly');
      await page.getByRole('searchbox').press('Enter');
      await expect.poll(() => heading(page)).toBe('Found for “how far can it fly”');
      await expect.poll(() => page.locator('.hits > li').first().textContent()).toContain('AIR-002 Flight range out and back');
      await expect.poll(() => page.locator('.hits > li').count()).toBe(8);
      await page.locator('.hits a').first().click();
      await expect.poll(() => heading(page)).toBe('AIR-002 Flight range out and back');
      await page.goBack();
      await expect.poll(() => heading(page)).toBe('Found for “how far can it fly”');
    }));

  it('shows the rest of a requirement when a store is down, and says what is missing', () =>
    visit('', {}, async (page) => {
      // The answer as it is when the vectors are down, made from the real one.
      await page.route('**/graphql', async (route) => {
        const response = await route.fetch();
        const answer = await response.json();
        if (!answer.data?.requirement?.identifier) return route.fulfill({ response });
        answer.data.requirement.similar = null;
        answer.errors = [
          { message: 'The vector store is not available.', path: ['requirement', 'similar'], extensions: { code: 'STORE_UNAVAILABLE' } },
        ];
        await route.fulfill({ response, json: answer });
      });
      await page.locator('#requirements a').first().click();
      const similar = page.locator('.trace section', { hasText: 'Similar requirements' });
      await expect.poll(() => similar.getByRole('alert').textContent()).toBe('The vector store is not available.');
      expect(await page.locator('.trace section', { hasText: 'Constraints' }).first().getByRole('listitem').count()).toBeGreaterThan(0);
      await page.unrouteAll({ behavior: 'wait' });
    }));

  it('says so where there is nothing', () =>
    visit('#requirement=00000000-0000-0000-0000-000000000000', {}, async (page) => {
      await expect.poll(() => page.locator('#detail').textContent()).toContain('There is no such requirement.');
    }));

  it('is used by keyboard alone', () =>
    visit('', { viewport: NARROW }, async (page) => {
      for (let presses = 0; !String(await focused(page)).startsWith('PRG-001'); presses += 1) {
        expect(presses).toBeLessThan(20);
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Enter');
      await expect.poll(() => focused(page)).toBe('PRG-001 Search an area within the first hour');
      await page.keyboard.press('Shift+Tab');
      await expect.poll(() => focused(page)).toBe('Back to the list');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('#list').isVisible()).toBe(true);
    }));

  it.each([
    ['light', WIDE],
    ['dark', WIDE],
    ['light', NARROW],
    ['dark', NARROW],
  ] as const)('fits, and can be read, in %s at %o', (colorScheme, viewport) =>
    visit('', { colorScheme, viewport }, async (page) => {
      const fits = () => page.evaluate('document.documentElement.scrollWidth <= innerWidth');
      expect(await fits()).toBe(true);
      await page.locator('#requirements a').nth(1).click();
      await page.locator('.canvas canvas').first().waitFor();
      await page.locator('.trace').waitFor();
      expect(await fits()).toBe(true);
      expect(await page.locator('#list').isVisible()).toBe(viewport === WIDE);
      expect(await page.evaluate(FAINTEST)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

/** The least contrast between a visible text and what is behind it, by the formula of WCAG 2. */
const FAINTEST = `(() => {
  const channel = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  };
  const behind = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour !== 'rgba(0, 0, 0, 0)' || !element.parentElement ? colour : behind(element.parentElement);
  };
  const shown = [...document.body.querySelectorAll('*')].filter((element) =>
    element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return Math.min(...shown.map((element) => {
    const pair = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((one, other) => other - one);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  }));
})()`;

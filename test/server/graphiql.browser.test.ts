import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, graphql } from 'graphql';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGraphiQL } from '../../src/server/graphiql.js';
import { launchBrowser } from '../support/browser.js';

const ENDPOINT = '/graphql';
const TITLE = 'Odras <Gateway> & Co';
const TABS = [
  { name: 'Greets someone', query: 'query Greeting($who: String!) {\n  hello(who: $who)\n}', variables: '{\n  "who": "Ada"\n}' },
  { query: 'query Answer {\n  answer\n}' },
  { name: 'Variables again', query: 'query Farewell($who: String!) {\n  bye(who: $who)\n}', variables: '{\n  "who": "Grace"\n}' },
];

const schema = buildSchema(`
  type Query { hello(who: String!): String! bye(who: String!): String! answer: Int! }
`);
const rootValue = {
  hello: ({ who }: { who: string }) => `Hello, ${who}!`,
  bye: ({ who }: { who: string }) => `Goodbye, ${who}!`,
  answer: 42,
};

let server: Server;
let origin: string;

beforeAll(async () => {
  const graphiql = createGraphiQL({ endpoint: ENDPOINT, title: TITLE, tabs: TABS });
  server = createServer((req, res) => {
    if (graphiql.handle(req, res, (req.url ?? '').split('?', 1)[0]!)) return;
    if (req.method !== 'POST' || req.url !== ENDPOINT) return void res.writeHead(404).end('not found');
    void (async () => {
      let body = '';
      for await (const chunk of req) body += String(chunk);
      const { query, variables, operationName } = JSON.parse(body) as {
        query: string;
        variables?: Record<string, unknown>;
        operationName?: string;
      };
      const result = await graphql({ schema, rootValue, source: query, variableValues: variables, operationName });
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

/** The status of a GET whose path is sent exactly as written. */
const rawStatus = (path: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    request({ hostname, port, path }, (res) => resolve(res.resume().statusCode))
      .on('error', reject)
      .end();
  });

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('GraphiQL over HTTP', () => {
  const get = (path: string, headers: Record<string, string>) => fetch(origin + path, { headers });

  it.each([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 200],
    ['text/html;q=0.9, application/json;q=0.8', 200],
    ['*/*', 404],
    ['application/json', 404],
    ['application/graphql-response+json, text/html;q=0.5', 404],
    ['application/json, text/html', 404],
    ['text/event-stream', 404],
    ['text/html;q=0', 404],
  ])('answers Accept: %s with %i', async (accept, status) => {
    const page = await get(ENDPOINT, { accept });
    expect(page.status).toBe(status);
    await page.text();
  });

  it('sends a page that allows nothing but its own server', async () => {
    const page = await get(`${ENDPOINT}?query=%7Banswer%7D`, { accept: 'text/html' });
    const policy = page.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    const html = await page.text();
    expect(html).toContain(`<script nonce="${nonce}">`);
    expect(html).not.toMatch(/https?:\/\//);
    const again = await get(ENDPOINT, { accept: 'text/html' });
    expect(again.headers.get('content-security-policy')).not.toContain(nonce);
    await again.text();
  });

  it('lets assets be cached for good, compressed or not, and nothing else be read', async () => {
    const html = await (await get(ENDPOINT, { accept: 'text/html' })).text();
    const script = /src="([^"]+\/graphiql\.js)"/.exec(html)?.[1] ?? '';
    const plain = await get(script, { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-type')).toContain('text/javascript');
    expect(plain.headers.get('cache-control')).toContain('immutable');
    expect(plain.headers.get('content-encoding')).toBeNull();
    const zipped = await get(script, { 'accept-encoding': 'gzip' });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(await zipped.text()).toBe(await plain.text());
    const etag = plain.headers.get('etag') ?? '';
    expect((await get(script, { 'if-none-match': etag })).status).toBe(304);
    const base = script.slice(0, script.lastIndexOf('/') + 1);
    for (const name of ['', 'toString', '../package.json', '..%2fpackage.json', '%2e%2e/package.json', 'x/graphiql.js']) {
      expect(await rawStatus(base + name), name).toBe(404); // fetch would resolve the dots itself
    }
  });
});

describe('GraphiQL in a browser', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let requests: string[];
  let problems: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);

  afterAll(() => browser?.close());

  beforeEach(async () => {
    requests = [];
    problems = [];
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    context.on('request', (sent) => requests.push(sent.url()));
    context.on('response', (response) => {
      if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
    });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      // The editor falls back to the main thread with a mere warning when a worker does not start.
      if (message.type() === 'error' || /worker/i.test(message.text())) problems.push(message.text());
    });
    await page.goto(origin + ENDPOINT);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor({ timeout: 60_000 });
  }, 90_000);

  afterEach(async () => {
    await context?.close();
    const elsewhere = requests.filter((url) => !/^(data|blob):/.test(url) && new URL(url).origin !== origin);
    expect(elsewhere, 'requests to other hosts').toEqual([]);
    expect(problems, 'errors in the console').toEqual([]);
  });

  /** Monaco draws spaces as no-break spaces. */
  const text = async (selector: string) => ((await page.locator(selector).first().textContent()) ?? '').replaceAll('\u00a0', ' ');
  const tab = (title: string) => page.locator('.graphiql-tab-button', { hasText: title });
  const tabTitles = () => page.locator('.graphiql-tab-button').allTextContents();
  const response = '.result-window .view-lines';
  const variables = '.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines';

  /** Pressed again until answered: just after a tab is opened, the page still asks for the last one's operation. */
  const expectAnswer = (press: () => Promise<void>, answer: string) =>
    expect
      .poll(
        async () => {
          await press();
          await page.waitForTimeout(300);
          return text(response);
        },
        { timeout: 20_000 },
      )
      .toContain(answer);
  const pressRun = () => page.getByRole('button', { name: /execute query/i }).click();

  it('shows every tab and runs the first one with its variables', async () => {
    expect(await tabTitles()).toEqual(['Greeting', 'Answer', 'Farewell']);
    expect(await page.title()).toBe(TITLE);
    await expect.poll(() => text('.graphiql-query-editor .view-lines'), { timeout: 10_000 }).toContain('# Greets someone');
    await expect.poll(() => text(variables), { timeout: 10_000 }).toContain('"who": "Ada"');

    await expectAnswer(pressRun, '"hello": "Hello, Ada!"');
  }, 60_000);

  it('switches to another tab with one click', async () => {
    await tab('Answer').click();
    await expect.poll(() => text('.graphiql-query-editor .view-lines'), { timeout: 10_000 }).toContain('query Answer');
    await expectAnswer(pressRun, '"answer": 42');
  }, 60_000);

  it('runs another tab from the keyboard', async () => {
    await tab('Farewell').click();
    await expect.poll(() => text(variables), { timeout: 10_000 }).toContain('"who": "Grace"');
    await page.locator('.graphiql-query-editor .view-line').first().click();
    await expectAnswer(() => page.keyboard.press('Control+Enter'), '"bye": "Goodbye, Grace!"');
  }, 60_000);

  it('shows the documentation of the schema', async () => {
    await page.getByRole('button', { name: /show documentation explorer/i }).click();
    await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).click();
    await expect.poll(() => text('.graphiql-doc-explorer'), { timeout: 10_000 }).toContain('answer');
  }, 60_000);

  it('starts its workers from the server', async () => {
    await expect
      .poll(
        () =>
          requests
            .filter((url) => url.endsWith('.worker.js'))
            .map((url) => url.split('/').pop())
            .sort(),
        { timeout: 15_000 },
      )
      .toEqual(expect.arrayContaining(['graphql.worker.js', 'json.worker.js']));
  }, 60_000);

  it('keeps the same tabs when the page is loaded again', async () => {
    await tab('Farewell').click();
    await expect.poll(() => text(variables), { timeout: 10_000 }).toContain('"who": "Grace"');
    await page.waitForTimeout(1_000); // the page stores its tabs with a delay of half a second
    for (let times = 0; times < 2; times++) {
      await page.reload();
      await page.locator('.graphiql-query-editor .view-line').first().waitFor();
      expect(await tabTitles()).toEqual(['Greeting', 'Answer', 'Farewell']);
      await expect.poll(() => text(variables), { timeout: 10_000 }).toContain('"who": "Grace"');
    }
  }, 60_000);
});

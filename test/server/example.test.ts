import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.close());

describe('the files of the example page', () => {
  const get = (path: string, init?: RequestInit) => fetch(new URL(path, gateway.url), init);

  it('allow nothing but their own server', async () => {
    const policy = (await get('/example')).headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|unsafe|\*/);
  });

  it('are sent again only if they have changed, and nothing else can be read', async () => {
    const first = await get('/example/cytoscape.js');
    expect(first.headers.get('content-type')).toContain('text/javascript');
    await first.arrayBuffer();
    expect((await get('/example/cytoscape.js', { headers: { 'if-none-match': first.headers.get('etag')! } })).status).toBe(304);
    for (const name of ['toString', '..%2fgraphiql.ts', 'example.html', 'x/cytoscape.js'])
      expect((await get(`/example/${name}`)).status, name).toBe(404);
    expect((await get('/example', { method: 'POST' })).status).toBe(404);
  });

  it('are not there without the demonstration data', async () => {
    const other = await startTestGateway({ settings: { DEMO: 'false' } });
    expect((await fetch(new URL('/example', other.url))).status).toBe(404);
    await other.close();
  });
});

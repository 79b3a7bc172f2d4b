import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { readManifest } from '../../src/server/manifest.js';
import * as documents from '../../src/client/generated/operations.js';
import { temporaryFolder } from '../support/folders.js';
import { startTestGateway, type Answer, type TestGateway } from '../support/gateway.js';

const MANIFEST = fileURLToPath(new URL('../../schema/operations/manifest.json', import.meta.url));
const hashed = (text: string): string => createHash('sha256').update(text).digest('hex');
const persisted = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });
const QUERY = '{ projects(limit: 1, sort: [{name: ASC}]) { name } }';

const post = async ({ url }: TestGateway, body: unknown): Promise<Answer> => {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { status: response.status, ...((await response.json()) as object) };
};
const get = async ({ url }: TestGateway, parameters: Record<string, string>): Promise<Answer> => {
  const response = await fetch(`${url}?${new URLSearchParams(parameters).toString()}`, { headers: { 'apollo-require-preflight': 'true' } });
  return { status: response.status, ...((await response.json()) as object) };
};

describe('an automatic persisted query', () => {
  let gateway: TestGateway;
  let answer: Answer;
  beforeAll(async () => {
    gateway = await startTestGateway();
    answer = await post(gateway, { query: QUERY });
  });
  afterAll(() => gateway.close());

  it('is sent once with its hash, kept in Redis, and answered by its hash alone, also by GET', async () => {
    const hash = hashed(QUERY);
    expect(await post(gateway, persisted(hash))).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] });
    expect(await post(gateway, { query: QUERY, ...persisted(hash) })).toEqual(answer);
    expect(await gateway.engine.stores.keyvalue.client.get(`odras:apq:${hash}`)).toBe(QUERY);
    for (let index = 0; index < 3; index += 1) expect(await post(gateway, persisted(hash))).toEqual(answer);
    expect(await get(gateway, { extensions: JSON.stringify(persisted(hash).extensions) })).toEqual(answer);
  });

  it('of another gateway is found in Redis', async () => {
    const other = '{ projects(limit: 2, sort: [{name: ASC}]) { name } }';
    await gateway.engine.stores.keyvalue.client.set(`odras:apq:${hashed(other)}`, other, 'PX', 60_000);
    expect((await post(gateway, persisted(hashed(other)))).data.projects).toHaveLength(2);
  });

  it('with the hash of another text is refused', async () => {
    expect(await post(gateway, { query: QUERY, ...persisted(hashed('{ __typename }')) })).toMatchObject({
      status: 400,
      errors: [{ message: expect.stringContaining('is not that of the query') as string, extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  it('a documentId that nothing lists is refused', async () => {
    expect(await post(gateway, { documentId: `sha256:${hashed(QUERY)}` })).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'DOCUMENT_UNKNOWN' } }],
    });
  });
});

describe('a manifest', () => {
  const folder = temporaryFolder();
  let gateway: TestGateway;
  let safe: TestGateway;
  let answer: Answer;
  const text = String(documents.EventTypesDocument);
  const hash = hashed(text);
  beforeAll(async () => {
    [gateway, safe] = await Promise.all([
      startTestGateway({ settings: { OPERATIONS_MANIFEST: MANIFEST } }),
      startTestGateway({ settings: { OPERATIONS_MANIFEST: MANIFEST, OPERATIONS_SAFELIST: 'on' } }),
    ]);
    answer = await post(gateway, { query: text });
    expect(answer.data).toBeDefined();
  });
  afterAll(async () => {
    await Promise.all([gateway.close(), safe.close()]);
    folder.remove();
  });

  it('has every document that the client has, as it sends it', () => {
    const all = Object.entries(documents as Record<string, unknown>).filter(([name]) => name.endsWith('Document'));
    const manifest = readManifest(MANIFEST);
    expect(manifest.size).toBe(all.length);
    for (const [name, document] of all) expect(manifest.get(hashed(String(document))), name).toBe(String(document));
  });

  it('gives documents by their documentId, with and without the prefix, by POST and GET', async () => {
    for (const each of [gateway, safe])
      for (const documentId of [hash, `sha256:${hash}`]) {
        expect(await post(each, { documentId })).toEqual(answer);
        expect(await post(each, { documentId, variables: {}, operationName: null })).toEqual(answer);
        expect(await get(each, { documentId })).toEqual(answer);
      }
  });

  it('refuses a documentId that is none, or stands beside a query', async () => {
    for (const body of [{ documentId: 7 }, { documentId: hash, query: QUERY }])
      expect(await post(gateway, body)).toMatchObject({ status: 400, errors: [{ extensions: { code: 'DOCUMENT_INVALID' } }] });
  });

  it('as a safelist lets its documents through, by id, by hash and as they are', async () => {
    expect(await post(safe, { query: text })).toEqual(answer);
    expect(await post(safe, persisted(hash))).toEqual(answer);
    expect(await post(safe, { query: text, ...persisted(hash) })).toEqual(answer);
    expect(await get(safe, { query: text })).toEqual(answer);
    expect(await get(safe, { extensions: JSON.stringify(persisted(hash).extensions) })).toEqual(answer);
  });

  it.each<[string, unknown, 'post' | 'get']>([
    ['another query', { query: QUERY }, 'post'],
    ['the same query with a space more', { query: `${text} ` }, 'post'],
    ['introspection', { query: '{ __schema { queryType { name } } }' }, 'post'],
    ['a hash that is registered by no list', persisted(hashed(QUERY)), 'post'],
    ['another query with the hash of a listed one', { query: QUERY, ...persisted(hash) }, 'post'],
    ['a query with its own hash', { query: QUERY, ...persisted(hashed(QUERY)) }, 'post'],
    ['no query', {}, 'post'],
    ['a query that is no text', { query: 1 }, 'post'],
    ['a query by GET', { query: QUERY }, 'get'],
    ['a hash by GET', { extensions: JSON.stringify(persisted(hashed(QUERY)).extensions) }, 'get'],
    ['extensions that are no JSON', { extensions: '{', query: QUERY }, 'get'],
  ])('as a safelist refuses %s', async (_, body, method) => {
    const refused = method === 'post' ? await post(safe, body) : await get(safe, body as Record<string, string>);
    expect(refused).toMatchObject({ status: 403, errors: [{ extensions: { code: 'OPERATION_UNLISTED' } }] });
    expect(refused.data).toBeUndefined();
  });

  it('as a safelist executes nothing of a list of operations', async () => {
    expect(await post(safe, [{ query: QUERY }])).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it.each([
    ['is missing', undefined, /cannot be read as JSON/],
    ['is no JSON', '{', /cannot be read as JSON/],
    ['has another format', '{"format": "relay", "version": 1, "operations": []}', /is no persisted query manifest: format/],
    [
      'has an operation without its text',
      JSON.stringify({ ...JSON.parse(readFileSync(MANIFEST, 'utf8')), operations: [{ id: 'a' }] }),
      /operations\.0/,
    ],
  ])('that %s is one clear error', (_, content, message) => {
    const path = join(folder.path, 'manifest.json');
    if (content !== undefined) writeFileSync(path, content);
    expect(() => readManifest(content === undefined ? join(folder.path, 'none') : path)).toThrow(message);
  });

  it('is needed by a safelist', () => {
    expect(() => readConfig({}, { OPERATIONS_SAFELIST: 'on' })).toThrow(/OPERATIONS_SAFELIST=on also needs OPERATIONS_MANIFEST/);
  });
});

import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { parse as parseExactly } from 'lossless-json';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import {
  AnswerFailure,
  createClient,
  dataOf,
  errorsAt,
  type Answer,
  type AnswerError,
  type TypedDocument,
} from '../../src/client/client.js';
import { ProjectsDocument, type ProjectsQuery } from '../../src/client/generated/operations.js';
import { ASK } from '../support/explained.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.close());

describe('a client of the gateway', () => {
  it('answers a typed document with typed data', async () => {
    const answer = await createClient({ url: gateway.url }).ask(ProjectsDocument, { username: 'okafor', first: 1 });
    expectTypeOf(answer).toEqualTypeOf<Answer<ProjectsQuery>>();
    expect(answer.errors).toBeUndefined();
    const { projectsConnection } = dataOf(answer);
    expect(projectsConnection).toMatchObject({ totalCount: 6, nodes: [{ name: 'Search Autonomy', members: [{ role: 'viewer' }] }] });
  });

  it('takes its variables by type: required ones must be there, and the rest may be left out', () => {
    const client = createClient({ url: gateway.url });
    // @ts-expect-error The operation requires a username.
    void (() => client.ask(ProjectsDocument));
    // @ts-expect-error No such variable.
    void (() => client.ask(ProjectsDocument, { username: 'okafor', user: 1 }));
    // @ts-expect-error A parsed document is no text.
    void (() => client.ask({ kind: 'Document', definitions: [] }));
    void (() => client.ask('{ projects { name } }'));
  });

  it('gives an error of the gateway with its code and path, beside the data that could be answered', async () => {
    const answer = await createClient({ url: gateway.url }).ask<{ projects: unknown; users: unknown[] }, unknown>(
      '{ projects(limit: 1001) { name } users(limit: 1) { username } }',
    );
    expect(answer.data).toEqual({ projects: null, users: [{ username: 'okafor' }] });
    expect(answer.errors).toMatchObject([{ kind: 'answer', code: 'LIMIT_EXCEEDED', path: ['projects'], status: 200, written: false }]);
    expect(errorsAt(answer, 'projects')).toEqual(answer.errors);
    expect(errorsAt(answer, 'users')).toEqual([]);
    expect(() => dataOf(answer)).toThrow(AnswerFailure);
  });

  it('gives what was wrong with a request that was not executed', async () => {
    const client = createClient({ url: gateway.url });
    const { data, errors } = await client.ask('{ nothing }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ kind: 'answer', code: 'GRAPHQL_VALIDATION_FAILED', status: 400, locations: [{ line: 1, column: 3 }] }]);
    expect((await client.ask(`{ ${'x'.repeat(1_100_000)} }`)).errors).toMatchObject([
      { kind: 'answer', code: 'BODY_TOO_LARGE', status: 413 },
    ]);
  });

  it('sends headers of the client and of the call, and gives extensions back', async () => {
    const names: string[] = [];
    const client = createClient({ url: gateway.url, headers: async () => (names.push('asked'), { accept: 'application/json' }) });
    expect((await client.ask('{ users(limit: 1) { id } }', {}, { headers: ASK })).extensions).toHaveProperty('explain.statements');
    expect(names).toEqual(['asked']);
  });
});

describe('without an answer of a gateway', () => {
  let server: Server;
  let url: string;
  let received: IncomingHttpHeaders | undefined;
  beforeAll(async () => {
    server = createServer((request, response) => {
      received = request.headers;
      if (request.url === '/page') response.writeHead(502, { 'content-type': 'text/html' }).end(`<h1>Bad gateway</h1>${'.'.repeat(300)}`);
      if (request.url === '/list') response.end('[1]');
      if (request.url === '/exact') response.end('{"data": {"n": 12345678901234567890}}');
      if (request.url === '/lost') response.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const ask = (path: string, signal?: AbortSignal) => createClient({ url: `${url}${path}` }).ask('{ a }', {}, signal ? { signal } : {});

  it('says that something else answered, and how', async () => {
    const { data, errors } = await ask('/page');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ kind: 'notGraphql', status: 502, message: expect.stringContaining('HTTP status 502') }]);
    expect((errors![0] as { body: string }).body).toHaveLength(200);
    expect(received).toMatchObject({ 'content-type': 'application/json' });
    expect((await ask('/list')).errors).toMatchObject([{ kind: 'notGraphql', status: 200, body: '[1]' }]);
  });

  it('keeps the digits of numbers with another parser', async () => {
    const read = createClient({ url: `${url}/exact`, parse: (text) => parseExactly(text) });
    expect(String((await read.ask<{ n: unknown }, unknown>('{ n }')).data?.n)).toBe('12345678901234567890');
  });

  it('says that nothing answered', async () => {
    expect((await ask('/lost')).errors).toMatchObject([
      { kind: 'unreachable', message: expect.stringContaining(`No answer from ${url}/lost`) },
    ]);
    expect((await createClient({ url: 'nowhere' }).ask('{ a }')).errors).toMatchObject([{ kind: 'unreachable' }]);
  });

  it('says that the signal ended the call', async () => {
    const controller = new AbortController();
    server.once('request', () => controller.abort());
    expect((await ask('/silent', controller.signal)).errors).toMatchObject([{ kind: 'aborted', cause: { name: 'AbortError' } }]);
    const { errors } = await ask('/silent', AbortSignal.timeout(50));
    expect(errors).toMatchObject([{ kind: 'aborted', cause: { name: 'TimeoutError' } }]);
  });
});

describe('the errors', () => {
  it('are told apart by their kind', () => {
    const answer = {} as Answer<{ a: number }>;
    if (!answer.errors) expectTypeOf(answer.data).toEqualTypeOf<{ a: number }>();
    for (const error of answer.errors ?? []) if (error.kind === 'answer') expectTypeOf(error).toEqualTypeOf<AnswerError>();
    expectTypeOf<TypedDocument<1, 2>>().toExtend<{ toString(): string }>();
  });
});

describe('bundled for a browser', () => {
  const bundle = async (code: string) => {
    const { outputFiles } = await build({
      stdin: { contents: code, resolveDir: import.meta.dirname },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      write: false,
    });
    return outputFiles[0]!.text;
  };
  const FROM = '../../src/client';

  it('it has less than 10 KiB gzipped, and nothing of Node', async () => {
    const text = await bundle(`import * as client from '${FROM}/client.ts'; console.log(client);`);
    expect(gzipSync(text).length).toBeLessThan(10_240);
    expect(text).not.toMatch(/node:|process\b/);
  });

  it('a program has the documents and functions that it uses, and no others', async () => {
    const text = await bundle(`import { createClient } from '${FROM}/client.ts'; import { ProjectsDocument } from
      '${FROM}/generated/operations.ts'; console.log(createClient().ask(ProjectsDocument));`);
    expect(text).toContain('query Projects(');
    expect(text).not.toMatch(/query (?!Projects\()|mutation |fragment /);
    expect(text).not.toContain('AnswerFailure');
  });
});

import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startTestGateway, type Answer, type TestGateway } from '../support/gateway.js';
import { ask, post, QUERY } from '../support/raw-http.js';
import { bearer, logIn, ME } from '../support/tokens.js';

/**
 * The items of OWASP's GraphQL cheat sheet about callers and browsers. hale is an administrator; okafor owns projects; moreau does not
 * belong to Mission Payload, whose requirements are PAY-..., and only looks at Air Vehicle.
 */
const APP = 'https://app.example.com';
const HIDDEN = 'PAY-001';
let gateway: TestGateway;
let hale: Record<string, string>;
let moreau: Record<string, string>;
let hidden: { readonly id: string; readonly title: string; readonly project: { readonly id: string } };
beforeAll(async () => {
  gateway = await startTestGateway({ settings: { AUTH: 'token', CORS_ORIGINS: APP }, access: true, feed: true, isAudited: true });
  [hale, moreau] = [bearer(await logIn(gateway, 'hale')), bearer(await logIn(gateway, 'moreau'))];
  hidden = (await data(hale, `{ requirements(where: {identifier: {eq: "${HIDDEN}"}}) { id title project { id } } }`)).requirements[0];
});
afterAll(() => gateway.close());

const send = (as: Record<string, string>, query: string, variables = {}) => gateway.send<Answer>(query, variables, as);
const data = async (as: Record<string, string>, query: string, variables = {}): Promise<Answer> => {
  const { data: found, errors } = await send(as, query, variables);
  expect(errors).toBeUndefined();
  return found;
};
const codes = async (as: Record<string, string>, query: string, variables = {}): Promise<unknown[]> =>
  ((await send(as, query, variables)).errors ?? []).map(({ extensions }) => extensions['code']);

describe('access control', () => {
  it('of requests: without credentials, with wrong ones or with two, nothing is executed', async () => {
    gateway.recorded.clear();
    for (const headers of [{}, bearer('0'.repeat(32)), { authorization: 'Basic aGFsZTpoYWxl' }, { authorization: 'Bearer a b' }])
      expect(await post(gateway, { query: '{ projects { id } }' }, headers)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    for (const statement of gateway.recorded.relational) expect(statement).not.toContain('projects');
    expect((await post(gateway, { query: ME }, { cookie: hale['authorization']!.replace('Bearer ', 'token=') })).status).toBe(401);
  });

  it('of objects by their ids: a row of others is not there, by any way that names it', async () => {
    const where = `where: {id: {eq: "${hidden.id}"}}`;
    expect(
      await data(
        moreau,
        `{ requirement(id: "${hidden.id}") { id } requirements(${where}) { id } requirementsConnection(${where}) { totalCount }
          project(id: "${hidden.project.id}") { id requirements { id } }
          projects(where: {requirements: {some: {id: {eq: "${hidden.id}"}}}}) { id }
          search(text: "${hidden.title}", where: {requirement: {id: {eq: "${hidden.id}"}}}, types: [REQUIREMENT]) { score } }`,
      ),
    ).toEqual({
      requirement: null,
      requirements: [],
      requirementsConnection: { totalCount: 0 },
      project: null,
      projects: [],
      search: [],
    });
    expect(await data(hale, `{ requirement(id: "${hidden.id}") { id } }`)).toEqual({ requirement: { id: hidden.id } });
  });

  it('of objects by their ids: an id of others answers as one that does not exist', async () => {
    const query = 'query ($id: ID!) { requirement(id: $id) { id } search(like: [$id], limit: 3) { score } }';
    const missing = await send(moreau, query, { id: '00000000-0000-4000-8000-000000000000' });
    const others = await send(moreau, query, { id: hidden.id });
    expect(JSON.stringify(others).replaceAll(hidden.id, '')).toBe(
      JSON.stringify(missing).replaceAll('00000000-0000-4000-8000-000000000000', ''),
    );
  });

  it('of mutations: what one may not see is not found, what one may only read is forbidden', async () => {
    const update = `mutation ($i: String!) { updateRequirements(where: {identifier: {eq: $i}}, update: {title: {set: "mine"}}) {
      info { nodesCreated } requirements { id } } }`;
    expect((await data(moreau, update, { i: HIDDEN })).updateRequirements.requirements).toEqual([]);
    expect(await codes(moreau, update, { i: 'AIR-002' })).toEqual(['FORBIDDEN']);
    expect(await data(moreau, `mutation { deleteRequirements(where: {identifier: {eq: "${HIDDEN}"}}) { nodesDeleted } }`)).toEqual({
      deleteRequirements: { nodesDeleted: 0 },
    });
    expect(await data(hale, `{ requirement(id: "${hidden.id}") { title } }`)).toEqual({ requirement: { title: hidden.title } });
  });

  it('of rights: nobody makes himself an administrator, or a member', async () => {
    const { me } = await data(moreau, ME);
    const where = `where: {id: {eq: "${me.id}"}}`;
    expect(await codes(moreau, `mutation { updateUsers(${where}, update: {isAdmin: {set: true}}) { users { id } } }`)).toEqual([
      'FORBIDDEN',
    ]);
    expect(
      await codes(
        moreau,
        `mutation { createProjectMembers(input: [{role: "owner", user: {connect: {where: {node: {id: {eq: "${me.id}"}}}}},
        project: {connect: {where: {node: {id: {eq: "${hidden.project.id}"}}}}}}]) { projectMembers { role } } }`,
      ),
    ).toEqual(['BAD_INPUT']);
    expect(await data(hale, `{ users(${where}) { isAdmin } }`)).toEqual({ users: [{ isAdmin: false }] });
    const member = `where: {user: {id: {eq: "${me.id}"}}, project: {id: {eq: "${hidden.project.id}"}}}`;
    expect(await data(hale, `{ projectMembers(${member}) { role } }`)).toEqual({ projectMembers: [] });
  });

  it('of fields: no field has hashes of passwords or tokens, and the audit log is for administrators', async () => {
    const { __schema } = await data(hale, '{ __schema { types { name fields { name } inputFields { name } } } }');
    const names = __schema.types.flatMap(({ fields, inputFields }: Answer) => [...(fields ?? []), ...(inputFields ?? [])]);
    expect(names.length).toBeGreaterThan(1_000);
    expect(names.filter(({ name }: Answer) => /password|salt|tokenHash|secret/i.test(name))).toEqual([]);
    expect(await codes(moreau, '{ auditLog { entries { id } } }')).toEqual(['FORBIDDEN']);
    const { authTokens } = await data(moreau, '{ authTokens { user { username } } }');
    expect(authTokens).not.toEqual([]);
    for (const { user } of authTokens) expect(user).toEqual({ username: 'moreau' });
  });

  it('of counts, groups and orders: they know no more than the lists', async () => {
    const { requirements, requirementsConnection } = await data(
      moreau,
      '{ requirements(limit: 1000) { id } requirementsConnection { totalCount } }',
    );
    expect(requirementsConnection.totalCount).toBe(requirements.length);
    const all = await data(hale, '{ requirementsConnection { totalCount } }');
    expect(all.requirementsConnection.totalCount).toBeGreaterThan(requirements.length);
  });
});

describe('batching attacks', () => {
  it('by aliases: one request tries one token, and mutations that end sessions or write are bounded', async () => {
    const ends = (count: number) => `mutation { ${Array.from({ length: count }, (_, i) => `a${i}: endSession(id: "x${i}")`).join(' ')} }`;
    expect((await post(gateway, { query: ends(2_001) }, moreau)).text).toMatch(/OPERATION_TOO_LARGE|GRAPHQL_PARSE_FAILED/);
    const input = Array.from({ length: 10_001 }, () => ({ name: 'x', baseIri: 'x', code: 'x' }));
    const made = 'mutation ($input: [TenantCreateInput!]!) { createTenants(input: $input) { info { nodesCreated } } }';
    expect(await codes(hale, made, { input })).toEqual(['LIMIT_EXCEEDED']);
  });

  it('by arrays and by repeated credentials: refused', async () => {
    expect(await post(gateway, [QUERY, QUERY], moreau)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    const twice = await fetch(gateway.url, {
      method: 'POST',
      headers: [
        ['content-type', 'application/json'],
        ['authorization', moreau['authorization']!],
        ['authorization', hale['authorization']!],
      ],
      body: JSON.stringify({ query: ME }),
    });
    expect(twice.status).toBe(401);
  });
});

describe('cross-site request forgery', () => {
  const MUTATION = 'mutation { deleteProjects(where: {name: {eq: "Air Vehicle"}}) { nodesDeleted } }';

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/graphql', ''])(
    'by a form of type %j: refused, for pages can send it without a preflight',
    async (type) => {
      const headers: Record<string, string> = type === '' ? hale : { ...hale, 'content-type': type };
      for (const body of [JSON.stringify({ query: MUTATION }), `query=${encodeURIComponent(MUTATION)}`, MUTATION])
        expect(await ask(gateway, { method: 'POST', headers, body })).toMatchObject({ status: 415, code: 'BODY_UNSUPPORTED' });
    },
  );

  it('by a link or an image: a GET needs a header that only a preflight allows', async () => {
    const path = `/graphql?query=${encodeURIComponent('{ projects { id } }')}`;
    expect(await ask(gateway, { path, headers: hale })).toMatchObject({ status: 400, code: 'PREFLIGHT_MISSING' });
    expect(await ask(gateway, { path, headers: { ...hale, 'content-type': 'text/plain' } })).toMatchObject({ code: 'PREFLIGHT_MISSING' });
  });

  it('by a GET of a mutation: refused even with the header, and nothing is written', async () => {
    const path = `/graphql?query=${encodeURIComponent(MUTATION)}`;
    const got = await ask(gateway, { path, headers: { ...hale, 'apollo-require-preflight': 'true' } });
    expect(got.status).toBe(405);
    expect(await data(hale, '{ projects(where: {name: {eq: "Air Vehicle"}}) { name } }')).toEqual({ projects: [{ name: 'Air Vehicle' }] });
  });
});

describe('WebSocket', () => {
  const connect = (headers: Record<string, string>, path = '/graphql') =>
    new Promise<number | 'open'>((resolve) => {
      const { host } = new URL(gateway.url);
      const socket = new WebSocket(`ws://${host}${path}`, 'graphql-transport-ws', { headers });
      socket.on('error', () => {});
      socket.on('unexpected-response', (request, { statusCode }) => {
        resolve(statusCode!);
        request.destroy();
      });
      socket.on('open', () => {
        resolve('open');
        socket.close();
      });
    });
  /** What a socket is told: the type of a message, or the code with which it is closed. */
  const told = (...messages: unknown[]) =>
    new Promise<string[]>((resolve) => {
      const seen: string[] = [];
      const socket = new WebSocket(gateway.url.replace('http', 'ws'), 'graphql-transport-ws');
      socket.on('message', (bytes) => seen.push((JSON.parse((bytes as Buffer).toString()) as { type: string }).type));
      socket.on('close', (code) => resolve([...seen, String(code)]));
      socket.on('open', () => messages.forEach((message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message))));
    });
  const as = (headers: Record<string, string>) => ({ type: 'connection_init', payload: headers });
  const subscribed = (query: string, id = '1') => ({ type: 'subscribe', id, payload: { query } });

  it('from pages of other origins is refused; its own and those in CORS_ORIGINS may connect', async () => {
    const { origin } = new URL(gateway.url);
    for (const other of ['https://evil.example', `${APP}.evil.example`, 'null', 'http://app.example.com', 'file://'])
      expect(await connect({ origin: other }), other).toBe(403);
    for (const known of [origin, APP]) expect(await connect({ origin: known }), known).toBe('open');
    expect(await connect({})).toBe('open');
  });

  it('by a host name that is not ours, or on another path, is refused', async () => {
    expect(await connect({ host: 'evil.example' })).toBe(403);
    expect(await connect({}, '/other')).toBe(404);
  });

  it('without credentials, or with wrong ones, is closed before any operation', async () => {
    for (const init of [as({}), as(bearer('0'.repeat(32))), as({ authorization: 'Basic x' })]) expect(await told(init)).toEqual(['4403']);
    expect(await told(subscribed('{ projects { id } }'))).toEqual(['4401']);
    expect(await told(as(bearer('0'.repeat(32))), subscribed('{ projects { id } }'))).toEqual([expect.stringMatching(/^440[13]$/)]);
    expect(await told(as(moreau), as(hale))).toEqual(expect.arrayContaining(['4429']));
  });

  it('with credentials in connectionParams has the rights of its caller', async () => {
    const client = createClient({
      url: gateway.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: moreau,
    });
    const one = async (query: string) => (await client.iterate<Answer>({ query }).next()).value;
    expect((await one(ME)).data.me.name).toBe((await data(moreau, ME)).me.name);
    expect((await one(`{ requirement(id: "${hidden.id}") { id } }`)).data).toEqual({ requirement: null });
    expect((await one(`{ projects { ${'parent { '.repeat(20)} id ${'}'.repeat(20)} } }`)).errors[0].extensions.code).toBe(
      'OPERATION_TOO_LARGE',
    );
    await client.dispose();
  });

  it('with messages that are too large or are none is closed, and nothing is written beside the log', async () => {
    const written = vi.spyOn(console, 'error').mockReturnValue();
    expect(await told(as(moreau), 'x'.repeat(1_048_577))).toEqual(expect.arrayContaining(['1009']));
    expect((await told('{')).at(-1)).toBe('4400');
    expect(written.mock.calls).toEqual([]);
    written.mockRestore();
  });
});

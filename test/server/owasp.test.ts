import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.js';
import { createConsoleLog, type Log } from '../../src/log.js';
import { startTestGateway, type Answer, type TestGateway } from '../support/gateway.js';
import { ask, JSON_TYPE, post, QUERY } from '../support/raw-http.js';

/** The items of OWASP's GraphQL cheat sheet; those about callers and browsers are in owasp-callers.test.ts. */
const lines: string[] = [];
const keep = (line: string): void => void lines.push(line);
const log: Log = { info: keep, warn: keep, error: (line, cause) => lines.push(line, String(cause)) };

let gateway: TestGateway;
let narrow: TestGateway;
let hasty: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ log });
  narrow = await startTestGateway({
    settings: { MAX_REQUEST_ROWS: '500', MAX_ANSWER_BYTES: '16384', INTROSPECTION: 'off', GRAPHIQL: 'off' },
  });
  hasty = await startTestGateway({ settings: { REQUEST_TIMEOUT_MS: '1' } });
});
afterAll(() => Promise.all([gateway, narrow, hasty].map((each) => each.close())));

interface Sent {
  readonly data?: Answer;
  readonly codes: readonly unknown[];
  readonly text: string;
}
const send = async (query: string, variables?: Record<string, unknown>, to = gateway): Promise<Sent> => {
  const { text } = await post(to, { query, variables });
  const { data, errors = [] } = JSON.parse(text);
  return { data, codes: errors.map(({ extensions }: Answer) => extensions.code as unknown), text };
};
const codes = async (query: string, variables?: Record<string, unknown>, to?: TestGateway) => (await send(query, variables, to)).codes;
const reached = (): number => gateway.recorded.relational.length + gateway.recorded.graph.length + gateway.recorded.vector.length;

describe('input validation', () => {
  const listed = 'query ($where: RequirementWhere) { requirements(where: $where) { id } }';

  it.each<[string, Record<string, unknown>]>([
    ['a number for a text', { title: { eq: 7 } }],
    ['a text for a time', { createdAt: { gt: 'yesterday' } }],
    ['a text for a truth', { isPublished: { eq: 'true' } }],
    ['a value that the enum does not have', { priority: { eq: 'URGENT' } }],
    ['a field that there is none of', { title: { regex: '.*' } }],
    ['an object for a text', { title: { eq: { $ne: '' } } }],
    ['a list for a text', { title: { eq: ['a', 'b'] } }],
    ['an unpaired surrogate', { title: { eq: 'a\ud800' } }],
  ])('of types and characters: %s is refused before any store is asked', async (_, where) => {
    gateway.recorded.clear();
    expect(await codes(listed, { where })).toEqual(['BAD_USER_INPUT']);
    expect(reached()).toBe(0);
  });

  it('of lengths: texts to search for, lists and nested values are refused before any store is asked', async () => {
    gateway.recorded.clear();
    expect(await codes('query ($t: String) { search(text: $t) { score } }', { t: 'a'.repeat(10_001) })).toEqual(['INPUT_TOO_LARGE']);
    expect(await codes(listed, { where: { id: { in: Array(50_001).fill('x') } } })).toEqual(['INPUT_TOO_LARGE']);
    let where = {};
    for (let depth = 0; depth < 101; depth += 1) where = { NOT: where };
    expect(await codes(listed, { where })).toEqual(['INPUT_TOO_LARGE']);
    expect(reached()).toBe(0);
  });

  it('of a text for a column: one that is too long, or has a character that the store cannot keep, is refused and not cut', async () => {
    const update = `mutation ($u: ProjectUpdateInput!) { updateProjects(where: {name: {eq: "Air Vehicle"}}, update: $u) {
      projects { id } } }`;
    expect(await codes(update, { u: { domain: { set: 'd'.repeat(10_000) } } })).toEqual(['VALUE_INVALID']);
    expect(await codes(update, { u: { description: { set: 'a\u0000b' } } })).toEqual(['VALUE_INVALID']);
  });

  it('of encodings: UTF-8 JSON alone is read, neither other character sets nor compressed bodies', async () => {
    const body = JSON.stringify(QUERY);
    const sent = (headers: Record<string, string>, bytes: Buffer) => ask(gateway, { method: 'POST', headers, body: bytes });
    const type = (charset: string) => ({ 'content-type': `application/json; charset=${charset}` });
    expect(await sent(type('utf-7'), Buffer.from(body))).toMatchObject({ status: 415, code: 'BODY_UNSUPPORTED' });
    expect(await sent(type('utf-16'), Buffer.from(body, 'utf16le'))).toMatchObject({ status: 415, code: 'BODY_UNSUPPORTED' });
    expect(await sent({ ...JSON_TYPE, 'content-encoding': 'br' }, Buffer.from(body))).toMatchObject({ status: 415 });
    // A quotation mark in two bytes instead of one.
    const overlong = Buffer.concat([Buffer.from('{"query":"{ a(b: '), Buffer.from([0xc0, 0xa2]), Buffer.from(') }"}')]);
    expect(await sent(JSON_TYPE, overlong)).toMatchObject({ status: 400, code: 'BODY_INVALID' });
  });

  it('of names: __proto__ and constructor are names like any other', async () => {
    expect(await codes('{ __proto__ { id } constructor }')).toEqual(Array(2).fill('GRAPHQL_VALIDATION_FAILED'));
    const { text } = await ask(gateway, {
      method: 'POST',
      headers: JSON_TYPE,
      body: `{"query":"${listed.replaceAll('"', '\\"')}","variables":{"where":{"__proto__":{"title":{"eq":"x"}}}}}`,
    });
    expect(text).toContain('BAD_USER_INPUT');
    expect(({} as Record<string, unknown>)['title']).toBeUndefined();
  });
});

describe('injection', () => {
  const ATTACKS = [
    `' OR '1'='1`,
    `'; DROP TABLE projects; --`,
    `' UNION SELECT password_hash FROM users --`,
    `$1) OR true --`,
    `") OR 1=1 OR ("`,
    `' }) MATCH (n) DETACH DELETE n //`,
    '`}) RETURN 1 UNION MATCH (x) RETURN x //',
    `\\' OR 1=1 //`,
    `{"must_not":[]}`,
    `*`,
    `a'; SELECT pg_sleep(60)--`,
  ];
  const counts = async () =>
    (await send('{ requirementsConnection { totalCount } componentsConnection { totalCount } projectsConnection { totalCount } }')).data;

  it.each(ATTACKS)('of SQL by values: %j finds nothing, and stands in no statement', async (value) => {
    const before = await counts();
    gateway.recorded.clear();
    const { data, codes: found } = await send(
      `query ($v: String!, $i: ID!) {
        eq: requirements(where: {title: {eq: $v}}) { id } in: requirements(where: {title: {in: [$v]}}) { id }
        starts: projects(where: {name: {startsWith: $v}}) { id } deep: projects(where: {requirements: {some: {title: {eq: $v}}}}) { id }
        key: component(id: $i) { id } }`,
      { v: value, i: value },
    );
    expect(found).toEqual([]);
    expect(data).toEqual({ eq: [], in: [], starts: [], deep: [], key: null });
    for (const statement of gateway.recorded.relational) expect(statement).not.toContain(value);
    expect(await counts()).toEqual(before);
  });

  it.each(ATTACKS)('of Cypher by values: %j finds no node, and stands in no statement', async (value) => {
    const before = await counts();
    gateway.recorded.clear();
    const { data, codes: found } = await send(
      `query ($v: String!, $i: ID!) { eq: components(where: {name: {eq: $v}}) { id } ids: components(where: {id: {in: [$i]}}) { id }
        deep: components(where: {requirements: {some: {title: {contains: $v}}}}) { id } }`,
      { v: value, i: value },
    );
    expect(found).toEqual([]);
    expect(data).toMatchObject({ eq: [], ids: [] });
    if (value !== '*') expect(data.deep).toEqual([]);
    expect(gateway.recorded.graph.length).toBeGreaterThan(0);
    if (value.length > 1) for (const statement of gateway.recorded.graph) expect(statement).not.toContain(value);
    expect(await counts()).toEqual(before);
  });

  it.each(ATTACKS)('of the filters of the vector store by a search: %j is a text like any other', async (value) => {
    const { data, codes: found } = await send(
      `query ($v: String!) { search(text: $v, types: [REQUIREMENT], where: {requirement: {category: {eq: $v}}}) { score }
        words: requirements(where: {text: {matches: $v}}) { id } }`,
      { v: value },
    );
    expect(found).toEqual([]);
    expect(data.search).toEqual([]);
  });

  it('by ids: a key that is none is refused, or finds nothing', async () => {
    for (const value of ATTACKS) {
      const { data, codes: found } = await send('query ($i: ID!) { project(id: $i) { id } }', { i: value });
      expect(data).toEqual({ project: null });
      expect(found.every((code) => code === 'VALUE_INVALID')).toBe(true);
    }
  });

  it.each(['id; DROP TABLE projects', 'title DESC, (SELECT 1)', '"title"'])('by a sort: %j is no field', async (field) => {
    gateway.recorded.clear();
    const sorted = 'query ($s: [RequirementSort!]) { requirements(sort: $s) { id } }';
    expect(await codes(sorted, { s: [{ [field]: 'ASC' }] })).toEqual(['BAD_USER_INPUT']);
    expect(await codes(sorted, { s: [{ title: 'ASC; DROP TABLE projects' }] })).toEqual(['BAD_USER_INPUT']);
    expect(reached()).toBe(0);
  });

  it('of the log: what a client has sent begins no line, though a store repeats it, and steers no terminal', async () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const logged = await startTestGateway({ log: createConsoleLog() });
    await logged.engine.stores.relational.script(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not %', NEW.description; END $$;
      CREATE TRIGGER refuse BEFORE UPDATE ON projects FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const update = `mutation ($v: String!) {
      updateProjects(where: {name: {eq: "Air Vehicle"}}, update: {description: {set: $v}}) { info { nodesCreated } } }`;
    const forged = 'x\nerror: forged\r\nwarning: forged\u2028\u001b[2J';
    expect(await codes(update, { v: forged }, logged)).toEqual(['WRITE_REFUSED']);
    await logged.close();
    const text = written.mock.calls.map(([line]) => String(line)).join('');
    written.mockRestore();
    expect(text).toContain('not x\n  error: forged\\u000d\n  warning: forged\\u2028\\u001b[2J');
    expect(text.split(/[\r\n\u2028]/).filter((line) => /^\S/.test(line))).toEqual([expect.stringMatching(/^warning: WRITE_REFUSED: /)]);
  });

  it('of the log by causes of several lines: all but the first are indented', () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    createConsoleLog().error('request failed', new Error('no\nerror: forged'));
    const text = String(written.mock.calls[0]![0]);
    written.mockRestore();
    expect(text).toMatch(/^error: request failed\nError: no\n {2}error: forged\n +at /);
  });
});

describe('denial of service', () => {
  it('by depth: more than 20 levels are refused', async () => {
    const nested = (levels: number): string => (levels === 0 ? 'id' : `id parent { ${nested(levels - 1)} }`);
    expect(await codes(`{ projects(limit: 1) { ${nested(17)} } }`)).toEqual([]);
    expect(await codes(`{ projects { ${nested(20)} } }`)).toEqual(['OPERATION_TOO_LARGE']);
    const fragments = Array.from({ length: 25 }, (_, index) => `fragment F${index} on Project { parent { ...F${index + 1} } }`);
    expect(await codes(`{ projects { ...F0 } } ${fragments.join(' ')} fragment F25 on Project { id }`)).toEqual(['OPERATION_TOO_LARGE']);
  });

  it('by fragments that spread themselves, or double at each level: refused', async () => {
    expect(await codes('{ projects { ...A } } fragment A on Project { parent { ...A } }')).toContain('GRAPHQL_VALIDATION_FAILED');
    const doubled = Array.from({ length: 30 }, (_, index) => `fragment F${index} on Project { ...F${index + 1} a: id ...F${index + 1} }`);
    expect(await codes(`{ projects { ...F0 } } ${doubled.join(' ')} fragment F30 on Project { id }`)).toEqual(['OPERATION_TOO_LARGE']);
  });

  it('by amounts: a page has a largest size, and none set means the default', async () => {
    for (const page of ['requirements(limit: 1001) { id }', 'requirements(limit: -1) { id }', 'search(text: "a", limit: 100000) { score }'])
      expect(await codes(`{ ${page} }`)).toEqual(['LIMIT_EXCEEDED']);
    expect(await codes('{ requirementsConnection(first: 1001) { totalCount } }')).toEqual(['LIMIT_EXCEEDED']);
    expect(await codes('{ components(limit: 1001) { id } }')).toEqual(['LIMIT_EXCEEDED']);
    expect((await send('{ requirements { id } }')).data.requirements).toHaveLength(100);
  });

  it('by lists in lists: all rows of a request count together', async () => {
    const query = '{ projects(limit: 100) { requirements(limit: 1000) { project { requirements(limit: 1000) { id } } } } }';
    expect(await codes(query, {}, narrow)).toContain('TOO_MANY_ROWS');
    const aliases = Array.from({ length: 50 }, (_, index) => `a${index}: requirements(limit: 100) { title }`).join(' ');
    expect(await codes(`{ ${aliases} }`, {}, narrow)).toContain('TOO_MANY_ROWS');
  });

  it('by bytes: an answer has a largest size', async () => {
    expect(await codes('{ requirements { id title text } }', {}, narrow)).toContain('ANSWER_TOO_LARGE');
    expect(await codes('{ projects(limit: 1) { id } }', {}, narrow)).toEqual([]);
  });

  it('by time: a request that takes too long is given up', async () => {
    const query = '{ requirements(limit: 100) { title constraints { id } components { name functions { name } } } }';
    const found = await codes(query, {}, hasty);
    expect(found.length).toBeGreaterThan(0);
    for (const code of found) expect(['REQUEST_TIMEOUT', 'STORE_TIMEOUT']).toContain(code);
  });

  it('by aliases: 2,000 fields, repeated fields and directives have a largest number', async () => {
    const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, index) => `a${index}: __typename`).join(' ')} }`;
    expect(await codes(aliases(2_000))).toEqual([]);
    expect(await codes(aliases(2_001))).toEqual(['OPERATION_TOO_LARGE']);
    expect(await codes(`{ ${'__typename '.repeat(200)} }`)).toEqual(['OPERATION_TOO_LARGE']);
    expect(await codes(`{ __typename ${'@include(if: true) '.repeat(2_000)} }`)).toEqual(['GRAPHQL_PARSE_FAILED']);
  });

  it('by arrays of operations: refused, whatever their number', async () => {
    for (const body of [[], [QUERY], [QUERY, QUERY], Array(1_000).fill(QUERY)])
      expect(await post(gateway, body)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });

  it('by bodies: one byte over 1 MiB is refused', async () => {
    const body = JSON.stringify(QUERY).padEnd(1_048_576);
    expect(await ask(gateway, { method: 'POST', headers: JSON_TYPE, body })).toMatchObject({ status: 200 });
    expect(await ask(gateway, { method: 'POST', headers: JSON_TYPE, body: `${body} ` })).toMatchObject({ status: 413 });
  });
});

describe('secure configuration', () => {
  it('with servers: introspection and GraphiQL are off, unless they are set', () => {
    for (const name of ['DATABASE_URL', 'NEO4J_URL', 'QDRANT_URL']) {
      const url = { DATABASE_URL: 'postgres://a:b@db/x', NEO4J_URL: 'neo4j://db', QDRANT_URL: 'http://db' }[name]!;
      const settings = { [name]: url, NEO4J_PASSWORD: 'secret' };
      expect(readConfig({}, settings)).toMatchObject({ introspection: false, graphiql: false });
      expect(readConfig({}, { ...settings, INTROSPECTION: 'on', GRAPHIQL: 'on' })).toMatchObject({ introspection: true, graphiql: true });
    }
    expect(readConfig({}, {})).toMatchObject({ introspection: true, graphiql: true });
  });

  it('hides the schema: no introspection, no page, no suggestions', async () => {
    expect((await send(getIntrospectionQuery())).text).toContain('Requirement');
    expect(await codes(getIntrospectionQuery(), {}, narrow)).toContain('GRAPHQL_VALIDATION_FAILED');
    expect((await send('{ projct { id } }')).text).toMatch(/Did you mean .*project/);
    expect((await send('{ projct { id } }', {}, narrow)).text).not.toMatch(/Did you mean|project/);
    const page = await ask(narrow, { headers: { accept: 'text/html' } });
    expect(page.headers['content-type']).toContain('json');
  });

  it('of errors: what went wrong inside is told by an id alone, without stacks, statements or files', async () => {
    const broken = await startTestGateway({ log });
    await broken.engine.stores.relational.script('ALTER TABLE projects RENAME COLUMN description TO taken_away');
    lines.length = 0;
    const { text } = await post(broken, { query: '{ projects { description } }' });
    await broken.close();
    expect(text).toContain('"errors"');
    expect(text).not.toMatch(/stacktrace|node_modules|\.[jt]s:\d|SELECT|taken_away|at \w+ \(/);
    expect(lines.join('\n')).toMatch(/description/);
  });
});

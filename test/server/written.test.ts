import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

let gateway: TestGateway;
const errors: unknown[] = [];
beforeAll(async () => {
  const log = { info() {}, warn() {}, error: (line: string, cause?: unknown) => void errors.push(line, cause) };
  gateway = await startTestGateway({ settings: { MAX_REQUEST_ROWS: '50', MAX_ANSWER_BYTES: '20000' }, log });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  await gateway.engine.stores.relational.script(`DELETE FROM projects WHERE name LIKE 'written %'`);
  await gateway.engine.stores.graph.write.run(`MATCH (c:Component) WHERE c.name STARTS WITH 'written' DETACH DELETE c`);
});

const written = async () =>
  (await gateway.engine.stores.relational.read({ text: `SELECT count(*)::text FROM projects WHERE name LIKE 'written %'` }))[0]![0];
const projects = (count: number, more: object = {}) => Array.from({ length: count }, (_, index) => ({ name: `written ${index}`, ...more }));
const CREATE = (selection: string) =>
  `mutation ($input: [ProjectCreateInput!]!) { createProjects(input: $input) { projects { ${selection} } } }`;

describe('after the commit of rows, an error says that they are written', () => {
  it.each([
    [
      'where the request reads too many rows',
      'name createdBy { username } requirements { id }',
      51,
      {},
      'TOO_MANY_ROWS',
      'The request reads more than 50 rows.',
    ],
    [
      'where the answer is too large',
      'name description',
      40,
      { description: 'x'.repeat(2_000) },
      'ANSWER_TOO_LARGE',
      'The answer has more than 20000 bytes.',
    ],
    [
      'where an argument in the selection is wrong',
      'name requirements(limit: 100000) { id }',
      1,
      {},
      'LIMIT_EXCEEDED',
      'Argument limit of requirements must be',
    ],
    [
      'where a store is away',
      'name requirements(where: {components: {some: {name: {eq: "x"}}}}) { id }',
      1,
      {},
      'STORE_UNAVAILABLE',
      'The graph store is not available: it does not answer.',
    ],
  ])('%s', async (_, selection, count, more, reason, fact) => {
    const { read } = gateway.engine.stores.graph;
    // A store that is known to be away refuses calls before it is asked.
    const run: typeof read.run = read.run.bind(read);
    if (reason === 'STORE_UNAVAILABLE')
      Object.assign(read, { run: () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })) });
    const answer = await gateway.send(CREATE(selection), { input: projects(count, more) });
    Object.assign(read, { run });
    expect(answer.errors!.length).toBeGreaterThan(0);
    for (const { message, extensions } of answer.errors!) {
      expect(extensions).toMatchObject({ code: 'WRITTEN_UNREAD', reason, written: true });
      expect(message).toContain(`The changes were written, but some of the selected data could not be read: ${fact}`);
      expect(message).toContain('Do not send the mutation again; read the rows with a query.');
      expect(message).not.toMatch(/try again|Run the operation again/i);
    }
    expect(await written()).toBe(String(count));
  });
});

describe('of several writes, each error says which are written', () => {
  it('names the rows that are, where a node is not', async () => {
    const { data, errors } = await gateway.send(`mutation { mine: createProjects(input: [{name: "written 1"}]) { projects { name } }
      createComponents(input: [{id: "w", name: "written"}, {id: "w", name: "written"}]) { components { name } } }`);
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors![0]!.extensions).toMatchObject({ code: 'UNIQUE_VIOLATION', alsoWritten: ['mine'] });
    expect(errors![0]!.message).toContain('Already written: mine.');
    expect(await written()).toBe('1');
  });

  it('says it of nodes whose hops cannot be read', async () => {
    const { errors } = await gateway.send(
      `mutation { createComponents(input: [{id: "w2", name: "written"}]) { components { name requirements(limit: 100000) { id } } } }`,
    );
    expect(errors!.map(({ extensions }) => extensions)).toMatchObject([
      { code: 'WRITTEN_UNREAD', reason: 'LIMIT_EXCEEDED', written: true },
    ]);
    expect((await gateway.engine.stores.graph.write.run(`MATCH (c:Component {id: 'w2'}) RETURN c.name AS name`)).records).toHaveLength(1);
  });

  it('and says nothing of it where nothing is written', async () => {
    const { errors } = await gateway.send(`mutation { createProjects(input: [{name: "written 1",
      createdBy: {connect: {where: {node: {username: {eq: "none"}}}}}}]) { projects { name } } }`);
    expect(errors![0]!.extensions).toEqual({ code: 'BAD_INPUT', argument: 'input[0].createdBy.connect', type: 'User' });
  });
});

it('a subscription without a stream is refused in words, with 406', async () => {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'subscription { projectChanges { position } }' }),
  });
  expect(response.status).toBe(406);
  const { errors: told } = (await response.json()) as { errors: { message: string; extensions: object }[] };
  expect(told).toMatchObject([
    { message: expect.stringContaining('graphql-transport-ws') as string, extensions: { code: 'SUBSCRIPTION_NEEDS_STREAM' } },
  ]);
});

it('no fault of the gateway was met on the way', () => expect(errors).toEqual([]));

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnFields, tableTypes } from '../../src/model/types.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

const ID = (n: number) => `00000000-0000-4000-8000-0000000000f${n}`;

describe('odd rows of an ODRAS database', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
    await gateway.engine.stores.relational.script(`
      INSERT INTO files (id, project_id, filename, file_size, created_by, created_at, updated_at, status) VALUES
        ('${ID(1)}', '${ID(9)}', 'dangling', 1, 'unknown', '12026-03-01', 'infinity', NULL);
      INSERT INTO knowledge_assets (id, project_id, title, made_public_by, made_public_at, created_at) VALUES
        ('${ID(2)}', '${ID(9)}', 'dangling', '${ID(9)}', '0044-03-15 BC', NULL);
      INSERT INTO knowledge_chunks (id, asset_id, sequence_number, content, metadata) VALUES ('${ID(3)}', NULL, 1, '', 'null');
      INSERT INTO knowledge_relationships (id, relationship_type, confidence_score) VALUES ('${ID(4)}', 'none', NULL);
      INSERT INTO requirements_constraints (constraint_id, requirement_id, constraint_type, constraint_name, constraint_description,
        numeric_value, range_min, priority) SELECT '${ID(5)}', requirement_id, 'design', 'odd', 'odd', 'NaN', 'NaN', NULL
        FROM requirements_enhanced LIMIT 1`);
  });
  afterAll(() => gateway?.close());

  it.each([
    [
      `files(where: {id: {eq: "${ID(1)}"}}) { filename status createdAt updatedAt project { id } createdBy { id } contains { id } }`,
      {
        filename: 'dangling',
        status: null,
        createdAt: '12026-03-01T00:00:00.000Z',
        updatedAt: 'infinity',
        project: null,
        createdBy: null,
        contains: [],
      },
    ],
    [
      `knowledgeAssets(where: {id: {eq: "${ID(2)}"}}) { title madePublicAt createdAt project { id } madePublicBy { id } sourceFile { id }
        dividedInto { id } similar { score } }`,
      {
        title: 'dangling',
        madePublicAt: '0044-03-15T00:00:00.000Z BC',
        createdAt: null,
        project: null,
        madePublicBy: null,
        sourceFile: null,
        dividedInto: [],
        similar: [],
      },
    ],
    [`knowledgeChunks(where: {id: {eq: "${ID(3)}"}}) { content metadata asset { id } }`, { content: '', metadata: null, asset: null }],
    [
      `knowledgeRelationships(where: {id: {eq: "${ID(4)}"}}) { type confidenceScore sourceAsset { id } targetChunk { id } }`,
      { type: 'none', confidenceScore: null, sourceAsset: null, targetChunk: null },
    ],
    [
      `requirementConstraints(where: {id: {eq: "${ID(5)}"}}) { name numericValue rangeMin rangeMax priority requirement { id } }`,
      {
        name: 'odd',
        numericValue: 'NaN',
        rangeMin: 'NaN',
        rangeMax: null,
        priority: null,
        requirement: { id: expect.any(String) as string },
      },
    ],
  ])('are served: %s', async (list, row) => {
    const { data, errors } = await gateway.send(`{ ${list} }`);
    expect(errors).toBeUndefined();
    expect(Object.values(data as Record<string, unknown>)).toEqual([[row]]);
  });

  it('have what the schema calls non-null: the database sees to it', async () => {
    const { model, stores } = gateway.engine;
    const read = (text: string) => stores.relational.read({ text });
    const required = new Set(
      (await read(`SELECT attrelid::regclass::text || '.' || attname FROM pg_attribute WHERE attnotnull`)).map(([name]) => name!),
    );
    const references = new Set(
      (
        await read(`SELECT k.conrelid::regclass::text || '.' || a.attname || ' ' || k.confrelid::regclass::text
          FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
          WHERE k.contype = 'f' AND k.convalidated AND cardinality(k.conkey) = 1`)
      ).map(([name]) => name!),
    );
    // A view has no rules of its own: its statement sees to it.
    const tables = tableTypes(model).filter(({ table }) => !table.view);
    const missing = tables.flatMap((type) => [
      ...columnFields(type)
        .filter(({ nonNull, token, column }) => nonNull && !token && !required.has(`${type.table.name}.${column.name}`))
        .map(({ name }) => `${type.name}.${name}`),
      ...[...type.fields.values()]
        .filter((field) => field.kind === 'join' && !field.list && field.nonNull)
        .filter((field) => {
          const { from, target } = field as { from: { name: string }; target: string };
          const column = `${type.table.name}.${from.name}`;
          const other = tableTypes(model).find(({ name }) => name === target)!.table.name;
          return !required.has(column) || !references.has(`${column} ${other}`);
        })
        .map(({ name }) => `${type.name}.${name}`),
    ]);
    expect(missing).toEqual([]);
    expect(required.size).toBeGreaterThan(100);
  });
});

describe('a text that ought to be a key', () => {
  let ways: TwoWays;
  beforeAll(async () => {
    ways = await openTwoWays(
      `type Plan @table(name: "plans") { id: ID! name: String! events: [Event!]! @join(to: "plan_id", type: "text") }
       type Event @table(name: "events") { id: ID! @column(type: "integer") amount: Decimal
         plan: Plan @join(from: "plan_id", type: "text") }`,
      `CREATE TABLE plans (id uuid PRIMARY KEY, name text NOT NULL); INSERT INTO plans VALUES ('${ID(1)}', 'P');
       CREATE TABLE events (id int PRIMARY KEY, plan_id text, amount numeric);
       INSERT INTO events VALUES (1, '${ID(1)}', 'NaN'), (2, 'unknown', '-Infinity'), (3, NULL, NULL), (4, '${ID(2)}', 1e30)`,
    );
  });
  afterAll(() => ways?.close());

  it('leads to nothing where it is none, and hinders no other row', async () => {
    expect(
      await ways.ask('{ events(sort: [{id: ASC}]) { id amount plan { name } } plans { name events(sort: [{id: ASC}]) { id } } }'),
    ).toEqual({
      events: [
        { id: '1', amount: 'NaN', plan: { name: 'P' } },
        { id: '2', amount: '-Infinity', plan: null },
        { id: '3', amount: null, plan: null },
        { id: '4', amount: '1000000000000000000000000000000', plan: null },
      ],
      plans: [{ name: 'P', events: [{ id: '1' }] }],
    });
    expect(await ways.ask('{ events(sort: [{plan: {name: DESC}}, {id: DESC}]) { id } }')).toEqual({
      events: [{ id: '4' }, { id: '3' }, { id: '2' }, { id: '1' }],
    });
  });
});

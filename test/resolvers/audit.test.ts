import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Audit } from '../../src/audit/audit.js';
import type { RowChange } from '../../src/audit/entry.js';
import { callerOf, NOBODY } from '../../src/predicate/caller.js';
import { createSilentLog } from '../../src/log.js';
import { generatedWritesContract } from '../contracts/generated-writes.js';
import { nestedUpdatesContract } from '../contracts/nested-updates.js';
import { openOwnGateway } from '../support/own-gateway.js';
import type { Answer } from '../support/gateway.js';
import { rounds } from '../support/rounds.js';
import { emptyAudited, openAudited } from '../support/audited.js';
import type { Workshop } from '../support/workshop.js';

const ADMIN = callerOf({ ...NOBODY, kind: 'user', id: 'u1', name: 'Ada', isAdmin: true });
const MEMBER = callerOf({ ...NOBODY, kind: 'user', id: 'u2', name: 'Bob' });

let workshop: Workshop;

/** The entries since the log was emptied, oldest first. */
const entries = async (where = ''): Promise<Answer[]> => {
  const { data, errors } = await workshop.run(
    `{ auditLog(${where === '' ? '' : `where: {${where}}, `}limit: 1000) { entries { id operation field outcome facts input position hash
      identity { kind id name } changes { action type key before after } } } }`,
    {},
    ADMIN,
  );
  expect(errors).toBeUndefined();
  return data.auditLog.entries.reverse();
};

beforeAll(async () => {
  workshop = await openAudited();
});
afterAll(() => workshop.close());
beforeEach(() => emptyAudited(workshop));

const create = (names: string, caller = MEMBER) =>
  workshop.run(`mutation Found { createTeams(input: [${names}]) { teams { id } } }`, {}, caller);

describe('a mutation', () => {
  it('is written down with who, what and the rows, before and after', async () => {
    await create('{name: "Red", motto: "r", budget: "1.50"}, {name: "Blue"}');
    await workshop.run(
      'mutation { updateTeams(where: {name: {eq: "Red"}}, update: {motto: {set: "s"}, name: {set: "Red"}}) { info { nodesCreated } } }',
    );
    await workshop.run('mutation { deleteTeams(where: {name: {eq: "Blue"}}) { nodesDeleted } }');
    const [created, updated, deleted] = await entries();
    expect(created).toMatchObject({
      operation: 'Found',
      field: 'createTeams',
      outcome: 'WRITTEN',
      identity: { kind: 'USER', id: 'u2', name: 'Bob' },
      facts: { nodesCreated: 2 },
      changes: [
        { action: 'CREATE', type: 'Team', key: '1', before: null, after: { name: 'Red', motto: 'r', budget: '1.50' } },
        { action: 'CREATE', type: 'Team', key: '2', before: null, after: { name: 'Blue' } },
      ],
    });
    expect(updated).toMatchObject({
      identity: { kind: 'ANONYMOUS', id: null },
      changes: [{ action: 'UPDATE', key: '1', before: { motto: 'r' }, after: { motto: 's' } }],
    });
    expect(deleted.changes).toMatchObject([{ action: 'DELETE', key: '2', before: { id: '2', name: 'Blue' }, after: null }]);
  });

  it('is found by type and key, by time, by identity and by field, and in pages', async () => {
    await create('{name: "Red"}');
    await create('{name: "Blue"}', ADMIN);
    expect(await entries('type: "Team", key: "2"')).toHaveLength(1);
    expect(await entries('type: "Team"')).toHaveLength(2);
    expect(await entries('type: "Person"')).toHaveLength(0);
    expect(await entries('identity: "u1"')).toMatchObject([{ identity: { name: 'Ada' } }]);
    expect(await entries('field: "createTeams", outcome: WRITTEN, until: "2020-01-01T00:00:00Z"')).toHaveLength(0);
    const page = async (after: string): Promise<Answer> =>
      (await workshop.run(`{ auditLog(limit: 1${after}) { entries { id } endCursor hasNextPage } }`, {}, ADMIN)).data.auditLog;
    const first = await page('');
    expect(first.hasNextPage).toBe(true);
    expect(await page(`, after: "${first.endCursor}"`)).toMatchObject({ hasNextPage: false, entries: [{}] });
  });

  it('that fails leaves no entry, and neither do those that are rolled back with it', async () => {
    await create('{name: "Red"}');
    const { errors } = await workshop.run(`mutation { a: createTeams(input: [{name: "New"}]) { teams { id } }
      b: createTeams(input: [{name: "Red"}]) { teams { id } } }`);
    expect(errors).toBeDefined();
    expect(await entries()).toHaveLength(1);
  });

  it('is not written if its entry cannot be', async () => {
    await workshop.engine.stores.relational.script('ALTER TABLE odras_gateway.audit RENAME TO away');
    const { errors } = await create('{name: "Red"}');
    await workshop.engine.stores.relational.script('ALTER TABLE odras_gateway.away RENAME TO audit');
    expect(errors).toHaveLength(1);
    expect((await workshop.ask('{ teams { name } }')).teams).toEqual([]);
  });
});

it('a mutation of the graph is written down before it, with its arguments, and after it, with what it has changed', async () => {
  const gateway = await openOwnGateway('type Part @node { id: ID! name: String! apiKey: String }', {}, undefined, { isAudited: true });
  try {
    const { audit, stores } = gateway.engine;
    const held = async () => {
      await audit!.settle();
      const rows = await stores.relational.read({
        text: 'SELECT field, outcome, facts, input, request_id FROM odras_gateway.audit ORDER BY id',
      });
      return rows.map(([field, outcome, facts, input]) => [field, outcome, JSON.parse(facts!), input === null ? null : JSON.parse(input!)]);
    };
    await gateway.ask('mutation { createParts(input: [{id: "1", name: "Bolt", apiKey: "hush"}]) { info { nodesCreated } } }');
    const created = [
      ['createParts', 'SENT', {}, { input: [{ id: '1', name: 'Bolt', apiKey: '***' }] }],
      ['createParts', 'WRITTEN', { nodesCreated: 1, propertiesSet: 3 }, null],
    ];
    expect(await held()).toEqual(created);
    // Without its entry nothing is written.
    await stores.relational.script('ALTER TABLE odras_gateway.audit RENAME TO away');
    const { errors } = await gateway.run('mutation { createParts(input: [{id: "2", name: "Nut"}]) { info { nodesCreated } } }');
    await stores.relational.script('ALTER TABLE odras_gateway.away RENAME TO audit');
    expect(errors).toHaveLength(1);
    expect(await gateway.ask('{ parts { name } }')).toEqual({ parts: [{ name: 'Bolt' }] });
    expect(await held()).toEqual(created);
  } finally {
    await gateway.close();
  }
});

it('replaying the log gives the rows, whatever was written', async () => {
  const random = ['Red', 'Blue', 'Green', 'Gray'];
  for (const [index, name] of random.entries())
    await workshop.run(`mutation { upsertTeams(onConflict: [name], input: [{name: "${name}", motto: "m${index}",
      people: {create: [{node: {name: "P${index}"}}, {node: {name: "Q${index}"}}]}}]) { info { nodesCreated } } }`);
  const steps = [
    'upsertTeams(onConflict: [name], input: [{name: "Red", motto: "again", size: 4}, {name: "Pink"}]) { info { nodesUpdated } }',
    'updateTeams(where: {name: {eq: "Red"}}, update: {size: {add: 3}, people: [{update: ' +
      '{where: {node: {name: {eq: "P0"}}}, node: {nick: {set: "p"}}}}]}) { info { nodesCreated } }',
    'updateTeams(where: {name: {eq: "Blue"}}, update: {lead: {connect: {where: {node: {name: {eq: "P1"}}}}}}) { info { nodesCreated } }',
    'updateTeams(where: {name: {eq: "Green"}}, update: {lead: {create: {node: {name: "Lead"}}}}) { info { nodesCreated } }',
    'updateTeams(where: {name: {eq: "Gray"}}, update: {people: [{connect: [{where: {node: {name: {eq: "P0"}}}}]}, ' +
      '{disconnect: [{where: {node: {name: {eq: "Q3"}}}}]}]}) { info { nodesCreated } }',
    'updateTeams(where: {name: {eq: "Blue"}}, update: {lead: {disconnect: true}}) { info { nodesCreated } }',
    'updatePeople(update: {nick: {set: null}}) { info { nodesCreated } }',
    'updateTeams(where: {name: {eq: "Green"}}, update: {lead: {disconnect: true}, people: [{delete: [{}]}]}) { info { nodesDeleted } }',
    'deleteTeams(where: {name: {eq: "Red"}}, delete: {people: [{}]}) { nodesDeleted }',
  ];
  for (const step of steps) expect((await workshop.run(`mutation { ${step} }`)).errors, step).toBeUndefined();

  const rows = new Map<string, Record<string, unknown>>();
  for (const { changes } of await entries())
    for (const { action, type, key, before, after } of changes as RowChange[]) {
      const held = rows.get(`${type} ${key}`);
      if (action === 'CREATE') expect(held).toBeUndefined();
      else expect(held).toMatchObject(before!);
      if (action === 'DELETE') rows.delete(`${type} ${key}`);
      else rows.set(`${type} ${key}`, { ...(held ?? { ...NEW[type], id: key }), ...after });
    }
  const stored = await workshop.engine.stores.relational.read({
    text: `SELECT 'Team ' || id, json_build_object('name', name, 'motto', motto, 'size', size::text, 'lead_id', lead_id) FROM teams
      UNION ALL SELECT 'Person ' || id, json_build_object('name', name, 'nick', nick, 'team_id', team_id::text) FROM people`.replaceAll(
      'json_build_object',
      'jsonb_build_object',
    ),
  });
  expect(rows.size).toBe(stored.length);
  for (const [name, json] of stored) expect(rows.get(name!), name!).toMatchObject(JSON.parse(json!) as object);
});

/** Columns that a create leaves to the database. */
const NEW: Record<string, Record<string, null>> = {
  Team: { motto: null, size: null, lead_id: null, budget: null, scores: null, tags: null, info: null },
  Person: { nick: null, team_id: null },
};

describe('refused accesses', () => {
  it('are written down, equal ones of a second once with their number', async () => {
    for (let index = 0; index < 3; index += 1) {
      const { errors, data } = await workshop.run('query Snoop { auditLog { hasNextPage } }', {}, MEMBER);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect(data).toEqual({ auditLog: null });
    }
    expect(await entries()).toMatchObject([
      {
        operation: 'Snoop',
        field: 'auditLog',
        outcome: 'REFUSED',
        identity: { id: 'u2' },
        facts: { code: 'FORBIDDEN', times: 3 },
        changes: [],
      },
    ]);
  });

  it('wait while PostgreSQL refuses them, and count what is too much', async () => {
    const { relational } = workshop.engine.stores;
    const audit = new Audit(relational, createSilentLog());
    await relational.script('ALTER TABLE odras_gateway.audit RENAME TO away');
    for (let index = 0; index < 1_100; index += 1)
      audit.refused({ requestId: 'r', caller: MEMBER }, [{ code: 'FORBIDDEN', message: `no ${index}` }]);
    await audit.settle();
    await relational.script('ALTER TABLE odras_gateway.away RENAME TO audit');
    await audit.close();
    await audit.settle();
    const refused = await entries();
    expect(refused).toHaveLength(1_000);
    const [[count] = []] = await relational.read({ text: 'SELECT count(*) FROM odras_gateway.audit WHERE facts LIKE \'%"times":100%\'' });
    expect(count).toBe('1');
  });
});

generatedWritesContract('audited stores', openAudited, rounds(300, 15));
nestedUpdatesContract('audited stores', openAudited);

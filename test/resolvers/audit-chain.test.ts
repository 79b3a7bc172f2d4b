import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealEntries } from '../../src/audit/seal.js';
import { verifyAudit } from '../../src/audit/verify.js';
import { emptyAudited, openAudited, tamper } from '../support/audited.js';
import type { Workshop } from '../support/workshop.js';

let workshop: Workshop;
const at = (positions: string): string => `id IN (SELECT entry FROM odras_gateway.audit_chain WHERE position ${positions})`;

beforeAll(async () => {
  workshop = await openAudited();
});
afterAll(() => workshop.close());
beforeEach(() => emptyAudited(workshop));

const create = (name: string) => workshop.run(`mutation { createTeams(input: [${name}]) { teams { id } } }`);

describe('the chain', () => {
  const sealed = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) await create(`{name: "T${index}"}`);
    await sealEntries(workshop.engine.stores.relational);
  };
  const fault = async () => (await verifyAudit(workshop.engine.stores.relational)).fault;

  it('holds when nothing was touched, over blocks and several sealers at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => create(`{name: "T${index}"}`)));
    await Promise.all([1, 2, 3].map(() => sealEntries(workshop.engine.stores.relational)));
    await create('{name: "more"}');
    await sealEntries(workshop.engine.stores.relational);
    const { head, fault: none } = await verifyAudit(workshop.engine.stores.relational);
    expect(none).toBeUndefined();
    expect(head.position).toBe(21);
  });

  it.each([
    [
      'a changed text',
      `UPDATE odras_gateway.audit SET changes = replace(changes, 'T2', 'T9') WHERE ${at('= 3')}`,
      /^position 3 .* was changed/,
    ],
    ['a changed name', `UPDATE odras_gateway.audit SET identity_name = 'Eve' WHERE ${at('= 4')}`, /^position 4 .* was changed/],
    ['a changed time', `UPDATE odras_gateway.audit SET at = at - interval '1 day' WHERE ${at('= 1')}`, /^position 1 .* was changed/],
    ['a changed index', `UPDATE odras_gateway.audit SET about = '{}' WHERE ${at('= 5')}`, /^position 5 .* was changed/],
    ['a changed digest', `UPDATE odras_gateway.audit SET digest = '\\x00' WHERE ${at('= 5')}`, /^position 5 .* was changed/],
    ['a removed entry', `DELETE FROM odras_gateway.audit WHERE ${at('= 2')}`, /^position 2 \(id \d+\) was removed/],
    ['a removed last entry', `DELETE FROM odras_gateway.audit WHERE ${at('= 5')}`, /^position 5 \(id \d+\) was removed/],
    [
      'an entry that is removed with its place',
      `DELETE FROM odras_gateway.audit WHERE ${at('= 2')}; DELETE FROM odras_gateway.audit_chain WHERE position = 2`,
      /^position 2 was removed/,
    ],
    [
      'several of them',
      `DELETE FROM odras_gateway.audit WHERE ${at('IN (2, 3)')}; DELETE FROM odras_gateway.audit_chain WHERE position IN (2, 3)`,
      /^positions 2 to 3 were removed/,
    ],
    [
      'a removed end',
      `DELETE FROM odras_gateway.audit WHERE ${at('> 3')}; DELETE FROM odras_gateway.audit_chain WHERE position > 3`,
      /^positions 4 to 5 were removed from the end/,
    ],
    [
      'all removed',
      'DELETE FROM odras_gateway.audit; DELETE FROM odras_gateway.audit_chain',
      /^positions 1 to 5 were removed from the end/,
    ],
    [
      'a gap that is closed',
      `DELETE FROM odras_gateway.audit WHERE ${at('= 2')}; DELETE FROM odras_gateway.audit_chain WHERE position = 2;
       UPDATE odras_gateway.audit_chain SET position = -position WHERE position > 2;
       UPDATE odras_gateway.audit_chain SET position = -position - 1 WHERE position < 0; UPDATE odras_gateway.audit_head SET position = 4`,
      /^position 2 .* does not follow the entry before it/,
    ],
    [
      'two entries that changed places',
      `UPDATE odras_gateway.audit_chain SET position = -3 WHERE position = 2; UPDATE odras_gateway.audit_chain SET position = 2
       WHERE position = 3; UPDATE odras_gateway.audit_chain SET position = 3 WHERE position = -3`,
      /^position 2 .* does not follow the entry before it/,
    ],
    ['a link that is taken out', 'DELETE FROM odras_gateway.audit_chain WHERE position = 5', /^position 5 was removed from the end/],
    [
      'an entry that is put in',
      `INSERT INTO odras_gateway.audit (at, request_id, outcome, identity_kind, about, facts, changes, digest)
       VALUES (now(), 'r', 'WRITTEN', 'user', '{}', '{}', '[]', '\\x00')`,
      /^id \d+ was put in beside the chain/,
    ],
    ['a removed head', 'DELETE FROM odras_gateway.audit_head', /audit_head was removed/],
    ['a head that was set back', 'UPDATE odras_gateway.audit_head SET position = 4', /another hash than odras_gateway.audit_head/],
  ])('shows %s', async (_, sql, message) => {
    await sealed(5);
    expect(await fault()).toBeUndefined();
    await tamper(workshop.engine, sql);
    expect(await fault()).toMatch(message);
    await tamper(workshop.engine, "INSERT INTO odras_gateway.audit_head (position, hash) VALUES (0, '') ON CONFLICT DO NOTHING");
  });

  it('shows an entry that was removed before it had a place', async () => {
    await create('{name: "T"}');
    await tamper(workshop.engine, 'DELETE FROM odras_gateway.audit');
    await sealEntries(workshop.engine.stores.relational);
    expect(await fault()).toMatch(/^position 1 \(id \d+\) was removed/);
  });

  it('that was made anew does not lead through a head that was noted', async () => {
    await sealed(3);
    const { relational } = workshop.engine.stores;
    const { head } = await verifyAudit(relational);
    await sealed(2);
    expect((await verifyAudit(relational, head)).fault).toBeUndefined();
    await tamper(
      workshop.engine,
      `DELETE FROM odras_gateway.audit WHERE ${at('= 1')}; DELETE FROM odras_gateway.audit_chain;
      INSERT INTO odras_gateway.audit_open SELECT id FROM odras_gateway.audit;
      UPDATE odras_gateway.audit_head SET position = 0, hash = ''`,
    );
    await create('{name: "late"}');
    await sealEntries(relational);
    expect((await verifyAudit(relational)).fault).toBeUndefined();
    expect((await verifyAudit(relational, head)).fault).toMatch(/made anew/);
    expect((await verifyAudit(relational, { ...head, position: 99 })).fault).toMatch(/the log ends at position/);
  });

  it.each([
    ['UPDATE of an entry', "UPDATE odras_gateway.audit SET field = 'x'"],
    ['UPDATE of its place', 'UPDATE odras_gateway.audit_chain SET position = position + 10'],
    ['DELETE', 'DELETE FROM odras_gateway.audit'],
    ['DELETE of its place', 'DELETE FROM odras_gateway.audit_chain'],
    ['TRUNCATE', 'TRUNCATE odras_gateway.audit'],
    ['UPDATE of the head backwards', 'UPDATE odras_gateway.audit_head SET position = 0'],
    ['DELETE of the head', 'DELETE FROM odras_gateway.audit_head'],
  ])('refuses %s', async (_, sql) => {
    await sealed(1);
    await expect(workshop.engine.stores.relational.script(sql)).rejects.toThrow('the audit log of odras-gateway is append-only');
  });
});

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Subscribed } from '../support/subscribed.js';
import { openCallers, type Callers } from './callers.js';

/** moreau belongs to neither Search Autonomy nor Mission Payload, and only looks at Air Vehicle; whitcomb belongs to no project. */
let callers: Callers;
let open: Subscribed[] = [];
beforeAll(async () => {
  callers = await openCallers(true);
});
afterEach(() => {
  for (const each of open) each.close();
  open = [];
});
afterAll(() => callers.close());

const CHANGES = `subscription { requirementChanges {
  operation actor changedFields previous { identifier title } node { identifier title project { name } } } }`;
const sql = (text: string) => callers.gateway.engine.stores.relational.script(text);
const subscribe = async (user: string, query = CHANGES): Promise<Subscribed> => {
  const subscribed = await callers.subscribe(user, query);
  open.push(subscribed);
  return subscribed;
};
const next = async (subscribed: Subscribed): Promise<Record<string, unknown>> => {
  const { data, errors } = await subscribed.next();
  if (errors) throw new Error(JSON.stringify(errors));
  return Object.values(data as object)[0] as Record<string, unknown>;
};
const rename = (identifier: string, title: string) =>
  sql(`UPDATE requirements_enhanced SET requirement_title = '${title}' WHERE requirement_identifier = '${identifier}'`);

it('tells a member what changes in the projects of the member, and nothing of others', async () => {
  const [moreau, okafor] = [await subscribe('moreau'), await subscribe('okafor')];
  await rename('PAY-001', 'Not for all');
  await rename('AIR-001', 'For members');
  expect(await next(okafor)).toMatchObject({ operation: 'UPDATE', node: { identifier: 'PAY-001', title: 'Not for all' } });
  expect(await next(okafor)).toMatchObject({ node: { identifier: 'AIR-001' } });
  expect(await next(moreau)).toMatchObject({ operation: 'UPDATE', node: { identifier: 'AIR-001', title: 'For members' } });
});

it('tells a row that the subscriber may no longer read as one that leaves, without what became of it', async () => {
  const [moreau, okafor] = [await subscribe('moreau'), await subscribe('okafor')];
  const project = "(SELECT project_id FROM projects WHERE name = 'Mission Payload')";
  await sql(
    `UPDATE requirements_enhanced SET project_id = ${project}, requirement_title = 'Moved' WHERE requirement_identifier = 'AIR-003'`,
  );
  expect(await next(okafor)).toMatchObject({ operation: 'UPDATE', node: { title: 'Moved', project: { name: 'Mission Payload' } } });
  const left = await next(moreau);
  expect(left).toMatchObject({ operation: 'LEAVE', changedFields: [], previous: { identifier: 'AIR-003' }, node: null });
  expect(JSON.stringify(left)).not.toContain('Moved');
});

it('follows memberships that any program changes', async () => {
  const moreau = await subscribe('moreau');
  const of = (user: string, project: string) =>
    `(SELECT user_id FROM users WHERE username = '${user}'), (SELECT project_id FROM projects WHERE name = '${project}')`;
  await rename('PAY-001', 'Before');
  await rename('AIR-001', 'Told behind it');
  expect(await next(moreau)).toMatchObject({ node: { title: 'Told behind it' } });
  await sql(`INSERT INTO project_members (user_id, project_id, role) SELECT ${of('moreau', 'Mission Payload')}, 'viewer'`);
  await rename('PAY-001', 'Member');
  expect(await next(moreau)).toMatchObject({ node: { title: 'Member' } });
  await sql(`DELETE FROM project_members WHERE (user_id, project_id) = (${of('moreau', 'Mission Payload')})`);
  await rename('PAY-001', 'After');
  await rename('AIR-001', 'Last');
  expect(await next(moreau)).toMatchObject({ node: { title: 'Last' } });
});

it('names the user whose mutation it was', async () => {
  const okafor = await subscribe('okafor');
  const { me } = await callers.data('okafor', '{ me { id } }');
  await callers.data(
    'okafor',
    `mutation { updateRequirements(where: {identifier: {eq: "AIR-001"}}, update: {title: {set: "Mine"}}) { requirements { id } } }`,
  );
  expect(await next(okafor)).toMatchObject({ actor: me.id, changedFields: expect.arrayContaining(['title']) as string[] });
});

it('ends when its subscriber is no longer active', async () => {
  const lindqvist = await subscribe('lindqvist');
  const { me } = await callers.data('lindqvist', '{ me { id } }');
  await sql(`UPDATE users SET is_active = false WHERE user_id = '${me.id}'`);
  await rename('AIR-001', 'Too late');
  expect((await lindqvist.next()).errors?.[0]).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  await lindqvist.ended;
});

it('is refused to those who have not signed in, with the code of a query', async () => {
  expect(await callers.codes('nobody', '{ requirements { id } }')).toEqual(['UNAUTHENTICATED']);
  const nobody = await subscribe('nobody');
  expect((await nobody.next()).errors?.[0]).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  await nobody.ended;
});

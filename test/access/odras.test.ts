import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, TestGateway } from '../support/gateway.js';
import { openCallers, type Callers } from './callers.js';

/**
 * What ODRAS means, with its users: hale is an administrator; okafor belongs to all projects, dasilva too; moreau belongs to neither Search
 * Autonomy nor Mission Payload, and only looks at Air Vehicle; whitcomb belongs to none.
 */
let gateway: TestGateway;
let callers: Callers;
beforeAll(async () => {
  callers = await openCallers();
  ({ gateway } = callers);
});
afterAll(() => callers.close());

const as: Callers['as'] = (user, query) => callers.as(user, query);
const data: Callers['data'] = (user, query) => callers.data(user, query);
const codes: Callers['codes'] = (user, query) => callers.codes(user, query);
const sql = (text: string, values: readonly unknown[] = []) => gateway.engine.stores.relational.transaction((run) => run({ text, values }));
const requirement = async (identifier: string) =>
  (await data('hale', `{ requirements(where: {identifier: {eq: "${identifier}"}}) { id project { id } } }`)).requirements[0] as {
    id: string;
    project: { id: string };
  };
const projectNamed = async (name: string): Promise<string> =>
  (await data('hale', `{ projects(where: {name: {eq: "${name}"}}) { id } }`)).projects[0].id as string;

const names = async (user: string) => (await data(user, '{ projects { name } }')).projects.map(({ name }: { name: string }) => name).sort();

describe('a requirement of a project that one does not belong to', () => {
  it('is not there: by key, in lists and counts, by its constraints and notes, in searches', async () => {
    const { id } = await requirement('PAY-001');
    expect(await data('moreau', `{ requirement(id: "${id}") { id } }`)).toEqual({ requirement: null });
    const where = `(where: {identifier: {startsWith: "PAY-"}, state: {in: [DRAFT, REVIEW, APPROVED]}})`;
    expect(await data('moreau', `{ requirementsConnection${where} { totalCount } }`)).toEqual({
      requirementsConnection: { totalCount: 0 },
    });
    const below = `(where: {requirement: {id: {eq: "${id}"}}})`;
    expect(await data('moreau', `{ requirementConstraints${below} { id } requirementNotes${below} { id } }`)).toEqual({
      requirementConstraints: [],
      requirementNotes: [],
    });
    const { search } = await data(
      'whitcomb',
      '{ search(text: "sensor payload", limit: 20) { node { ... on Requirement { isPublished } } } }',
    );
    expect(search.every(({ node }: Answer) => node.isPublished !== false)).toBe(true);
  });

  it('can be neither changed, nor deleted, nor referred to, as if it did not exist', async () => {
    const { id } = await requirement('PAY-001');
    const where = `where: {id: {eq: "${id}"}}`;
    expect(
      await data('moreau', `mutation { updateRequirements(${where}, update: {title: {set: "mine"}}) { requirements { id } } }`),
    ).toEqual({
      updateRequirements: { requirements: [] },
    });
    expect(await data('moreau', `mutation { deleteRequirements(${where}) { nodesDeleted } }`)).toEqual({
      deleteRequirements: { nodesDeleted: 0 },
    });
    const connect = (key: string) =>
      as(
        'moreau',
        `mutation { createRequirementNotes(input: [{text: "hm", type: GENERAL, requirement: {connect: {where: {
          node: {id: {eq: "${key}"}}}}}}]) { requirementNotes { id } } }`,
      );
    const [hidden, missing] = [await connect(id), await connect('00000000-0000-4000-8000-000000000000')];
    expect(hidden.errors).toEqual(missing.errors);
    expect(hidden.errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  });

  it('is seen by everyone who is signed in once it is published, though its project is not', async () => {
    const found = await data('whitcomb', '{ requirements(where: {isPublished: {eq: true}}) { state isPublished project { name } } }');
    expect(found.requirements.length).toBeGreaterThan(0);
    expect(found.requirements.every(({ state, project }: Answer) => state === 'PUBLISHED' && project === null)).toBe(true);
  });
});

describe('members of a project', () => {
  it('who only look at it cannot change it, and are told so', async () => {
    const { id } = await requirement('AIR-002');
    expect(await data('moreau', `{ requirement(id: "${id}") { identifier } }`)).toEqual({ requirement: { identifier: 'AIR-002' } });
    const where = `where: {id: {eq: "${id}"}}`;
    expect(
      await codes('moreau', `mutation { updateRequirements(${where}, update: {title: {set: "x"}}) { info { nodesCreated } } }`),
    ).toEqual(['FORBIDDEN']);
    expect(await codes('moreau', `mutation { deleteRequirements(${where}) { nodesDeleted } }`)).toEqual(['FORBIDDEN']);
    const project = await projectNamed('Air Vehicle');
    const create = `mutation { createRequirements(input: [{title: "t", text: "t", type: FUNCTIONAL,
      project: {connect: {where: {node: {id: {eq: "${project}"}}}}}}]) { requirements { identifier } } }`;
    expect(await codes('moreau', create)).toEqual(['FORBIDDEN']);
    expect((await data('okafor', create)).createRequirements.requirements).toHaveLength(1);
  });

  it('who edit it cannot move what is in it to a project of others, nor take something from there', async () => {
    const [{ id }, other] = [await requirement('AIR-003'), await projectNamed('Data Link')];
    const move = (to: string) => `mutation { updateRequirements(where: {id: {eq: "${id}"}},
      update: {project: {connect: {where: {node: {id: {eq: "${to}"}}}}}}) { requirements { project { name } } } }`;
    // okafor edits Air Vehicle, and is a mere member of Data Link.
    expect(await codes('okafor', move(other))).toEqual(['FORBIDDEN']);
    const own = await projectNamed('Air Vehicle');
    const take = `mutation { updateProjects(where: {id: {eq: "${own}"}}, update: {requirements: [{connect: [{where: {node: {
      identifier: {eq: "LNK-001"}}}}]}]}) { projects { id } } }`;
    expect(await codes('okafor', take)).toEqual(['FORBIDDEN']);
    expect((await requirement('LNK-001')).project.id).toBe(other);
  });

  it('who edit it do not decide who belongs to it', async () => {
    const project = await projectNamed('Air Vehicle');
    const promote = (
      role: string,
    ) => `mutation { updateProjectMembers(where: {project: {id: {eq: "${project}"}}, user: {username: {eq: "okafor"}}},
      update: {role: {set: "${role}"}}) { projectMembers { role } } }`;
    expect(await codes('okafor', promote('owner'))).toEqual(['FORBIDDEN']);
    expect((await data('lindqvist', promote('editor'))).updateProjectMembers.projectMembers).toEqual([{ role: 'editor' }]);
  });

  it('lose their rights as soon as the membership is ended by a mutation', async () => {
    const project = await projectNamed('Ground Segment');
    expect(await names('lindqvist')).toContain('Ground Segment');
    await data(
      'moreau',
      `mutation { deleteProjectMembers(where: {project: {id: {eq: "${project}"}}, user: {username: {eq: "lindqvist"}}}) { nodesDeleted } }`,
    );
    expect(await names('lindqvist')).not.toContain('Ground Segment');
  });
});

describe('notes', () => {
  it('are seen by visibility: private ones by their author alone, and not by administrators', async () => {
    const seen = async (user: string) =>
      (await data(user, '{ requirementNotes(limit: 1000) { visibility createdBy { username } } }')).requirementNotes as Answer[];
    const [[own]] = (await sql(`SELECT count(*)::text FROM requirements_notes n JOIN users u ON u.user_id = n.created_by
      WHERE n.visibility = 'private' AND u.username = 'dasilva'`)) as [[string]];
    expect(Number(own)).toBeGreaterThan(0);
    const dasilva = await seen('dasilva');
    expect(dasilva.filter(({ visibility }) => visibility === 'PRIVATE')).toHaveLength(Number(own));
    expect(dasilva.some(({ visibility }) => visibility === 'PROJECT')).toBe(true);
    expect((await seen('hale')).filter(({ visibility, createdBy }) => visibility === 'PRIVATE' && createdBy?.username !== 'hale')).toEqual(
      [],
    );
    expect((await seen('whitcomb')).length).toBe(0);
  });
});

describe('projects', () => {
  it('of others are neither parents nor children, and their members cannot be counted', async () => {
    const found = await data(
      'moreau',
      '{ projects { name children { name } parent { name } } users { username memberships { project { name } } } }',
    );
    expect(JSON.stringify(found)).not.toMatch(/Search Autonomy|Mission Payload/);
    expect(found.projects.length).toBe(4);
  });

  it('are visible where their knowledge is published: of the same domain, by an approved link, and above', async () => {
    const payload = await projectNamed('Mission Payload');
    expect(await names('moreau')).not.toContain('Mission Payload');
    const publish = (domain: string | null) =>
      sql(`UPDATE projects SET publication_status = 'published', domain = $2 WHERE project_id = $1`, [payload, domain]);
    const [[domain, before]] = (await sql(
      `SELECT a.domain, p.domain FROM projects a, projects p WHERE a.name = 'Air Vehicle' AND p.project_id = $1`,
      [payload],
    )) as [[string, string]];
    await publish('another domain');
    refreshed();
    expect(await names('moreau')).not.toContain('Mission Payload');
    await publish(domain);
    refreshed();
    expect(await names('moreau')).toContain('Mission Payload');
    await sql(`UPDATE projects SET publication_status = 'draft', domain = $2 WHERE project_id = $1`, [payload, before]);
    refreshed();
  });

  it('that one creates are seen at once, and one can add people, and then requirements', async () => {
    const [[namespace]] = (await sql('SELECT namespace_id::text FROM projects LIMIT 1')) as [[string]];
    const { createProjects } = await data(
      'whitcomb',
      `mutation { createProjects(input: [{name: "Mine", createdBy: {connect: {where: {node: {username: {eq: "whitcomb"}}}}},
        namespaceId: "${namespace}",
        tenantId: "00000000-0000-0000-0000-000000000000",
        members: {create: [{node: {role: "owner", user: {connect: {where: {node: {username: {eq: "whitcomb"}}}}}}}]}}]) {
        projects { id name members { role user { username } } } } }`,
    );
    expect(createProjects.projects).toMatchObject([{ name: 'Mine', members: [{ role: 'owner', user: { username: 'whitcomb' } }] }]);
    const { id } = createProjects.projects[0];
    const create = `mutation { createRequirements(input: [{title: "t", text: "t", type: FUNCTIONAL,
      project: {connect: {where: {node: {id: {eq: "${id}"}}}}}}]) { requirements { project { name } } } }`;
    expect((await data('whitcomb', create)).createRequirements.requirements).toEqual([{ project: { name: 'Mine' } }]);
    expect(await codes('moreau', create)).toEqual(['BAD_INPUT']);
  });
});

/** Sets of callers are read again: another program has changed what they are made of. */
const refreshed = () => gateway.engine.writes.tell({ types: new Set(), deletes: true });

describe('what has no login in ODRAS, or any', () => {
  it.each([
    'files',
    'ontologies',
    'assumptions',
    'competencyQuestions',
    'microtheories',
    'individuals',
    'configurations',
    'projectThreads',
  ])('%s are closed to strangers, and to those who belong to no project', async (root) => {
    expect(await codes('nobody', `{ ${root} { id } }`)).toEqual(['UNAUTHENTICATED']);
    expect((await data('hale', `{ ${root} { id } }`))[root].length).toBeGreaterThan(0);
    const ofOthers = root === 'files' ? '(where: {NOT: {metadata: {at: [{path: ["visibility"], eq: "public"}]}}})' : '';
    expect((await data('dasilva', `{ ${root} { id } }`))[root].length).toBeGreaterThan(0);
    const left = (await data('lindqvist', `{ ${root}${ofOthers} { id } }`))[root].length as number;
    expect(left).toBeLessThanOrEqual((await data('hale', `{ ${root} { id } }`))[root].length as number);
  });

  it('events are for administrators', async () => {
    expect((await data('hale', '{ projectEventsConnection { totalCount } }')).projectEventsConnection.totalCount).toBeGreaterThan(0);
    expect(await data('okafor', '{ projectEventsConnection { totalCount } }')).toEqual({ projectEventsConnection: { totalCount: 0 } });
  });

  it('public assets are seen by everyone, and only administrators make them', async () => {
    const { knowledgeAssets } = await data(
      'hale',
      '{ knowledgeAssets(where: {project: {name: {eq: "Air Vehicle"}}}, limit: 1) { id isPublic } }',
    );
    const [{ id }] = knowledgeAssets;
    const publish = (
      isPublic: boolean,
    ) => `mutation { updateKnowledgeAssets(where: {id: {eq: "${id}"}}, update: {isPublic: {set: ${isPublic}}}) {
      knowledgeAssets { isPublic } } }`;
    expect(await data('nobody', `{ knowledgeAsset(id: "${id}") { id } }`)).toEqual({ knowledgeAsset: null });
    expect(await codes('okafor', publish(true))).toEqual(['FORBIDDEN']);
    await data('hale', publish(true));
    expect(await data('nobody', `{ knowledgeAsset(id: "${id}") { id project { name } } }`)).toEqual({
      knowledgeAsset: { id, project: null },
    });
    await data('hale', publish(false));
  });
});

describe('tenants', () => {
  it('are kept apart: neither people nor projects of another are seen', async () => {
    const tenant = '11111111-1111-4111-8111-111111111111';
    await sql(`INSERT INTO tenants (tenant_id, tenant_code, tenant_name, base_iri) VALUES ($1, 'other', 'Other', 'http://other.example')`, [
      tenant,
    ]);
    await sql(`DELETE FROM tenant_members WHERE user_id = (SELECT user_id FROM users WHERE username = 'whitcomb')`);
    await sql(`UPDATE users SET tenant_id = $1 WHERE username = 'whitcomb'`, [tenant]);
    gateway.engine.authenticator.rowsWritten(['users'], false);
    refreshed();
    const { users, tenants } = await data('whitcomb', '{ users { username } tenants { code } }');
    expect({ users, tenants }).toEqual({ users: [{ username: 'whitcomb' }], tenants: [{ code: 'other' }] });
    await sql(`UPDATE users SET tenant_id = DEFAULT WHERE username = 'whitcomb'`);
    gateway.engine.authenticator.rowsWritten(['users'], false);
    refreshed();
  });
});

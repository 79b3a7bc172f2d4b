import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel } from '../../src/model/compile.js';
import { nodeTypes, tableTypes, type EntityType } from '../../src/model/types.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import { startTestGateway, type Answer, type TestGateway } from '../support/gateway.js';

const model = compileModel(readSchemaFiles());
const byName = (name: string): EntityType => model.types.get(name)!;

/** A field of one's own that every row or node has. */
const labelOf = (type: EntityType): string =>
  type.fields.has('id') ? 'id' : [...type.fields.values()].find((field) => field.kind === 'column')!.name;

/** All that a row or node says itself, and one step in every direction that is not a search. */
const selectionOf = (type: EntityType): string =>
  [...type.fields.values()]
    .flatMap((field) => {
      if (field.kind === 'column' || field.kind === 'property') return [field.name];
      if (field.kind === 'join' && !field.list) return [`${field.name} { ${labelOf(byName(field.target))} }`];
      return field.kind === 'join' || field.kind === 'relationship' ? [`${field.name}(limit: 2) { ${labelOf(byName(field.target))} }`] : [];
    })
    .join(' ');

describe('the demonstration data', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.close());

  it.each(tableTypes(model).map((type) => [type.name, type] as const))('has rows of %s, and each can be read whole', async (_, type) => {
    const answer = await gateway.send<Answer>(`{ ${type.plural}(limit: 100) { ${selectionOf(type)} } }`);
    expect(answer.errors).toBeUndefined();
    expect(answer.data[type.plural].length).toBeGreaterThan(0);
  });

  it.each(nodeTypes(model).map((type) => [type.name, type] as const))('has nodes of %s, and each can be read whole', async (_, type) => {
    const answer = await gateway.send<Answer>(`{ ${type.plural}(limit: 100) { ${selectionOf(type)} } }`);
    expect(answer.errors).toBeUndefined();
    expect(answer.data[type.plural].length).toBeGreaterThan(0);
  });

  it('is joined by texts that hold keys, from both sides, and an unknown project is no error', async () => {
    const answer = await gateway.send<Answer>(`{
      projects(where: {name: {eq: "Search Autonomy"}}) {
        events(where: {type: {eq: "ontology_saved"}}) { thread { project { name } } user { username } }
      }
      projectEvents(where: {projectId: {eq: "unknown"}}) { project { name } user { username } }
      users(where: {username: {eq: "tanaka"}}) { threads(sort: [{createdAt: ASC}], limit: 1) { project { name } } }
      configurations(where: {name: {eq: "Light lift"}}) {
        sourceRequirement { identifier } ontology { label } individualLinks(limit: 1) { individual { className } }
      }
    }`);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({
      projects: [{ events: [{ thread: { project: { name: 'Search Autonomy' } }, user: { username: 'tanaka' } }] }],
      projectEvents: [{ project: null, user: { username: 'brandt' } }],
      users: [{ threads: [{ project: { name: 'Data Link' } }] }],
      configurations: [
        {
          sourceRequirement: { identifier: 'AIR-001' },
          ontology: { label: 'Air system' },
          individualLinks: [{ individual: { className: 'Component' } }],
        },
      ],
    });
  });

  it('has triples with their predicates, and tests of requirements', async () => {
    const answer = await gateway.send<Answer>(`{
      entities(where: {iri: {eq: "req:AIR-001"}}) {
        objectsConnection(where: {edge: {type: {in: ["TYPE", "CATEGORY"]}}}, sort: [{edge: {type: DESC}}]) {
          edges { properties { type } node { iri } }
        }
      }
      requirements(where: {identifier: {eq: "AIR-023"}}) {
        testCases { name } hasConstraintsConnection { totalCount } constraintsConnection { totalCount }
      }
    }`);
    expect(answer.errors).toBeUndefined();
    const { entities, requirements } = answer.data;
    expect(entities[0].objectsConnection.edges[0]).toEqual({ properties: { type: 'TYPE' }, node: { iri: 'Requirement' } });
    expect(requirements[0].testCases).toEqual([{ name: 'Motor stop in flight' }]);
    expect(requirements[0].hasConstraintsConnection.totalCount).toBe(requirements[0].constraintsConnection.totalCount);
  });

  it('shows triples as ODRAS wrote them, whose nodes have an iri alone', async () => {
    await gateway.engine.stores.graph.write.run(
      "MERGE (a:Entity {iri: 'req:R7'}) MERGE (b:Entity {iri: 'ent:rotor_R7_1'}) MERGE (a)-[:REL {type: 'HAS_ENTITY'}]->(b)",
    );
    const answer = await gateway.send<Answer>(`{
      entities(where: {iri: {endsWith: "R7"}}) {
        id iri objects { id iri subjects { iri } } objectsConnection { edges { properties { type } node { iri } } }
      }
      entitiesConnection(where: {iri: {eq: "req:R7"}}) { totalCount edges { node { iri } } }
    }`);
    expect(answer).toEqual({
      data: {
        entities: [
          {
            id: null,
            iri: 'req:R7',
            objects: [{ id: null, iri: 'ent:rotor_R7_1', subjects: [{ iri: 'req:R7' }] }],
            objectsConnection: { edges: [{ properties: { type: 'HAS_ENTITY' }, node: { iri: 'ent:rotor_R7_1' } }] },
          },
        ],
        entitiesConnection: { totalCount: 1, edges: [{ node: { iri: 'req:R7' } }] },
      },
    });
  });

  it('shows sessions to read only, without what stands for the token', async () => {
    const answer = await gateway.send<Answer>(
      '{ __type(name: "AuthToken") { fields { name } } __schema { mutationType { fields { name } } } }',
    );
    const names = (fields: { name: string }[]) => fields.map(({ name }) => name);
    expect(names(answer.data.__type.fields).filter((name) => /hash|token$/i.test(name))).toEqual([]);
    expect(names(answer.data.__schema.mutationType.fields).filter((name) => name.includes('AuthToken'))).toEqual([]);
  });
});

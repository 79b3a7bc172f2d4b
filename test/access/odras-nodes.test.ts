import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCallers, type Callers } from './callers.js';

let callers: Callers;
beforeAll(async () => {
  callers = await openCallers();
});
afterAll(() => callers.close());
const data: Callers['data'] = (user, query) => callers.data(user, query);
const codes: Callers['codes'] = (user, query) => callers.codes(user, query);

describe('nodes of no project', () => {
  it('are read by everyone who is signed in, and written by administrators', async () => {
    expect((await data('whitcomb', '{ components { name } }')).components.length).toBeGreaterThan(0);
    expect(await codes('nobody', '{ components { name } }')).toEqual(['UNAUTHENTICATED']);
    const create = 'mutation { createComponents(input: [{id: "c-new", name: "New"}]) { components { name } } }';
    expect(await codes('okafor', create)).toEqual(['FORBIDDEN']);
    expect(await codes('nobody', create)).toEqual(['UNAUTHENTICATED']);
    await data('hale', create);
    const change = 'mutation { updateComponents(where: {id: {eq: "c-new"}}, update: {name: {set: "Newer"}}) { components { name } } }';
    expect(await codes('okafor', change)).toEqual(['FORBIDDEN']);
    const remove = 'mutation { deleteComponents(where: {id: {eq: "c-new"}}) { nodesDeleted } }';
    expect(await data('okafor', remove)).toEqual({ deleteComponents: { nodesDeleted: 0 } });
    expect(await data('hale', remove)).toEqual({ deleteComponents: { nodesDeleted: 1 } });
  });

  it('show no requirement of a project of others, at any distance', async () => {
    const { components } = await data(
      'moreau',
      '{ components(limit: 1000) { requirements { project { name } } connected(depth: 3) { component { name } } } }',
    );
    expect(JSON.stringify(components)).not.toMatch(/Search Autonomy|Mission Payload/);
    expect(await data('okafor', '{ entities { iri } }')).toEqual({ entities: [] });
    expect((await data('hale', '{ entities(limit: 1) { iri } }')).entities).toHaveLength(1);
  });
});

describe('myPermissions', () => {
  it('says what one may do with a type: with all rows, some or none', async () => {
    const ask = '{ myPermissions(type: "Requirement") { type read aggregate create update delete connect } }';
    const all = (extent: string) => ({ read: extent, aggregate: extent, create: extent, update: extent, delete: extent, connect: extent });
    expect(await data('hale', ask)).toEqual({ myPermissions: [{ type: 'Requirement', ...all('ALL') }] });
    expect(await data('okafor', ask)).toEqual({ myPermissions: [{ type: 'Requirement', ...all('SOME') }] });
    expect(await data('nobody', ask)).toEqual({ myPermissions: [{ type: 'Requirement', ...all('NONE') }] });
    const component = await data('okafor', '{ myPermissions(type: "Component") { read create update delete } }');
    expect(component).toEqual({ myPermissions: [{ read: 'ALL', create: 'NONE', update: 'NONE', delete: 'NONE' }] });
    expect((await data('okafor', '{ myPermissions { type } }')).myPermissions.length).toBeGreaterThan(70);
    expect(await codes('okafor', '{ myPermissions(type: "Nothing") { type } }')).toEqual(['BAD_INPUT']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuardedModel, Right } from '../../src/access/guard.js';
import { callerOf } from '../../src/predicate/caller.js';
import { TRUE } from '../../src/predicate/types.js';
import type { Stores } from '../../src/stores/types.js';
import { openEmptyStores } from '../support/stores.js';
import { generateData, hiddenAt, type Data, type TypeName } from './data.js';
import { ROLES, RULES, sees } from './sentences.js';
import { SHAPES } from './shapes.js';
import { openWorld, type World } from './worlds.js';

let stores: Stores;
let world: World;
let data: Data;
/** The guard that is taken out now. */
let out: { readonly type: TypeName; readonly right: Right | 'sign in' } | undefined;

const without = (model: GuardedModel): GuardedModel => {
  const { guard, check, isRefused } = model;
  const isOut = (type: string, right: string) => out?.type === type && out.right === right;
  return {
    ...model,
    guard: (type, right) => (isOut(type.name, right) ? TRUE : guard(type, right)),
    check: (type, right, when) => (isOut(type.name, right) ? TRUE : check(type, right, when)),
    isRefused: (type, right) => !isOut(type.name, 'sign in') && isRefused(type, right),
  };
};

beforeAll(async () => {
  stores = await openEmptyStores();
  data = generateData(11, [hiddenAt(2), hiddenAt(5)]);
  world = await openWorld('guardsout', stores, RULES);
  const access = world.engine.access!;
  const [modelFor, scopeOf] = [access.modelFor.bind(access), access.scopeOf.bind(access)];
  // Each guard that is out has plans of its own.
  Object.assign(access, {
    modelFor: (caller: Parameters<typeof modelFor>[0]) => without(modelFor(caller)),
    scopeOf: (caller: Parameters<typeof scopeOf>[0]) => `${scopeOf(caller)} ${out?.type} ${out?.right}`,
  });
  await world.load(data);
}, 120_000);
afterAll(() => stores?.close());

const UPPER: Readonly<Record<TypeName, string>> = { Site: 'Sites', Person: 'People', Doc: 'Docs', Part: 'Parts', Maker: 'Makers' };
/** A field of another type that leads to the type, for references and relationships. */
const LEADS: Readonly<Record<TypeName, readonly [TypeName, string]>> = {
  Site: ['Doc', 'site'],
  Person: ['Site', 'owner'],
  Doc: ['Site', 'docs'],
  Part: ['Site', 'parts'],
  Maker: ['Part', 'maker'],
};

/** A key of the type that the editor does not see. */
const unseen = (type: TypeName): string => String(data.rows[type].find((row) => !sees(ROLES['editor']!, data)(type, row))!['id']);

/** An operation that each right decides. */
const OPERATIONS: Readonly<Record<string, (type: TypeName) => string>> = {
  read: (type) => `{ ${SHAPES[type].plural}(sort: [{id: ASC}]) { id } }`,
  'sign in': (type) => `{ ${SHAPES[type].plural}(sort: [{id: ASC}]) { id } }`,
  create: (type) => {
    const { texts, rank } = SHAPES[type];
    const values = texts.map((name) => `${name}: "new"`).join(', ');
    const id = `id: "${type === 'Part' || type === 'Maker' ? 'new-1' : 'ffffffff-0000-4000-8000-000000000001'}", `;
    return `mutation { create${UPPER[type]}(input: [{${id}${values}${rank ? ', rank: HIGH' : ''}}]) { info { nodesCreated } } }`;
  },
  update: (type) => `mutation { update${UPPER[type]}(update: {${SHAPES[type].texts[0]}: {set: "changed"}}) { info { nodesCreated } } }`,
  delete: (type) => `mutation { delete${UPPER[type]} { nodesDeleted } }`,
  connect: (type) => {
    const [from, field] = LEADS[type];
    const one = `{where: {node: {id: {eq: "${unseen(type)}"}}}}`;
    const connect = field === 'docs' || field === 'parts' ? `[{connect: [${one}]}]` : `{connect: ${one}}`;
    return `mutation { update${UPPER[from]}(update: {${field}: ${connect}}) { info { relationshipsCreated } } }`;
  },
};

/** What a role is answered, and what is left then. */
const outcome = async (query: string): Promise<string> => {
  const seen: unknown[] = [];
  for (const role of ['editor', 'anonymous']) {
    const { data: found, errors } = await world.ask({ query }, callerOf({ ...ROLES[role]! }));
    seen.push(
      found,
      errors?.map(({ message }) => message),
    );
    if (!query.startsWith('mutation')) continue;
    seen.push((await world.held()).filter((text) => !text.startsWith('point')));
    await world.load(data);
  }
  return JSON.stringify(seen);
};

describe('without one guard, an answer or what is left differs', () => {
  const rights: readonly Right[] = ['read', 'create', 'update', 'delete', 'connect'];
  // Nodes are found to be linked by what may be read of them.
  const pairs: readonly (readonly [TypeName, Right | 'sign in'])[] = [
    ...(['Site', 'Person', 'Doc', 'Part'] as const).flatMap((type) =>
      rights.filter((right) => type !== 'Part' || right !== 'connect').map((right) => [type, right] as const),
    ),
    ['Person', 'sign in'],
    ['Maker', 'sign in'],
  ];
  it.each(pairs)(
    '%s, %s',
    async (type, right) => {
      const query = OPERATIONS[right]!(type);
      out = undefined;
      const guarded = await outcome(query);
      out = { type, right };
      const open = await outcome(query);
      out = undefined;
      expect(open).not.toBe(guarded);
    },
    60_000,
  );
});

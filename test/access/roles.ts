import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerOf, NOBODY, type Identity } from '../../src/predicate/caller.js';
import type { Stores } from '../../src/stores/types.js';
import { createRandom } from '../support/generate.js';
import { varyOperation } from '../support/vary.js';
import { bindSchema } from '../../resolvers/bind.js';
import { difference, shown } from './compare.js';
import { generateData, hiddenAt, KEYS, REFERENCES, TYPE_NAMES, type Data, type TypeName, type Values } from './data.js';
import { GRAPH_KINDS, MIXED_KINDS, readGenerators, REFUSED, ROW_KINDS, VECTOR_KINDS, type Kind } from './kinds.js';
import { knownAs } from './known.js';
import { openWorld, type World } from './worlds.js';

const ADMIN = '{ where: { jwt: { isAdmin: { eq: true } } } }';

/** Rules of every kind: own rows, sets, roles, references, negations, rows for everyone, nodes. */
const RULES = `
  extend type Site @sessionVariable(name: "sites", of: "id", where: { owner: { id: { eq: "$jwt.id" } } }) @authorization(filter: [
    ${ADMIN}
    { where: { node: { owner: { id: { eq: "$jwt.id" } } } } }
    { requireAuthentication: false, where: { node: { rank: { eq: LOW } } } }
  ])
  extend type Person
    @sessionVariable(name: "team", of: "id", where: { OR: [{ id: { eq: "$jwt.id" } }, { boss: { id: { eq: "$jwt.id" } } }] })
    @authentication @authorization(filter: [
      ${ADMIN}
      { where: { node: { id: { in: "$jwt.team" } } } }
      { where: { AND: [{ jwt: { roles: { includes: "viewer" } } }, { node: { age: { gte: 20 } } }] } }
    ])
  extend type Doc @authorization(filter: [
    ${ADMIN}
    { where: { node: { OR: [{ author: { id: { in: "$jwt.team" } } }, { site: { id: { in: "$jwt.sites" } } }] } } }
    { requireAuthentication: false, where: { node: { rank: { eq: HIGH }, NOT: { pages: { gt: 20 } } } } }
  ])
  extend type Part @authorization(filter: [
    ${ADMIN}
    { where: { node: { year: { gte: 20 } } } }
    { where: { jwt: { roles: { includes: "viewer" } }, node: { name: { contains: "e" } } } }
  ])
  extend type Maker @authentication
`;

const user = (id: string, also: Partial<Identity> = {}): Identity => ({ ...NOBODY, kind: 'user', id, name: id, ...also });

/** Six callers: the rules above are read again below, as sentences about rows. */
const ROLES: Readonly<Record<string, Identity>> = {
  administrator: user(KEYS.Person[7]!, { isAdmin: true }),
  owner: user(KEYS.Person[2]!),
  editor: user(KEYS.Person[5]!),
  viewer: user(KEYS.Person[3]!, { roles: ['viewer'] }),
  'user without rows': user('00c0ffee-0009-4000-8000-000000000099'),
  anonymous: NOBODY,
};

/** Whether a role sees a row or node, by the sentences of the rules. */
const sees = ({ id, kind, isAdmin, roles }: Identity, { rows }: Data) => {
  if (isAdmin) return () => true;
  const isSignedIn = kind !== 'anonymous';
  const team = new Set(rows.Person.filter((row) => isSignedIn && (row['id'] === id || row['boss_id'] === id)).map((row) => row['id']));
  const sites = new Set(rows.Site.filter((row) => isSignedIn && row['owner_id'] === id).map((row) => row['id']));
  const isViewer = roles.includes('viewer');
  const tests: Readonly<Record<TypeName, (row: Values) => boolean>> = {
    Site: (row) => sites.has(row['id']) || row['rank'] === 'low',
    Person: (row) => team.has(row['id']) || (isViewer && Number(row['age'] ?? 0) >= 20),
    Doc: (row) =>
      team.has(row['author_id']) ||
      sites.has(row['site_id']) ||
      (row['rank'] === 'high' && row['pages'] !== null && Number(row['pages']) <= 20),
    Part: (row) => isSignedIn && (Number(row['year'] ?? 0) >= 20 || (isViewer && String(row['name']).includes('e'))),
    Maker: () => isSignedIn,
  };
  return (type: TypeName, row: Values) => tests[type](row);
};

/** What of the data a role sees: references to other rows are missing, and so are their relationships. */
const visibleOnly = (data: Data, isSeen: (type: TypeName, row: Values) => boolean): Data => {
  const kept = Object.fromEntries(TYPE_NAMES.map((type) => [type, data.rows[type].filter((row) => isSeen(type, row))]));
  const keys = Object.fromEntries(TYPE_NAMES.map((type) => [type, new Set(kept[type]!.map((row) => row['id']))]));
  const shownRow = (type: TypeName) => (row: Values) => {
    const references = Object.entries(REFERENCES[type] ?? {}).filter(([column, target]) => !keys[target]!.has(row[column]));
    return { ...row, ...Object.fromEntries(references.map(([column]) => [column, null])) };
  };
  return {
    rows: Object.fromEntries(TYPE_NAMES.map((type) => [type, kept[type]!.map(shownRow(type))])) as unknown as Data['rows'],
    links: data.links.filter(({ from, to }) => [from, to].every(([type, key]) => keys[type]!.has(key))),
  };
};

/** A type that is closed to strangers answers with an error, where another has no rows. */
const CLOSED = /unless you are signed in/;

/** Each answer to a role must be that of a world that holds only what the role sees. */
export const rolesContract = (profile: string, open: () => Promise<Stores>, rounds: number): void => {
  let stores: Stores;
  let guarded: World;
  let bound: ReturnType<typeof bindSchema>;
  const worlds = new Map<string, World>();

  beforeAll(async () => {
    stores = await open();
    const data = generateData(11, [hiddenAt(2), hiddenAt(5)]);
    guarded = await openWorld('rolesa', stores, RULES);
    bound = bindSchema(guarded.engine.model, guarded.engine.graphSchema);
    await guarded.load(data);
    for (const [index, [role, identity]] of Object.entries(ROLES).entries()) {
      const world = await openWorld(`roles${'uvwxyz'[index]}`, stores, false);
      const seen = visibleOnly(data, sees(identity, data));
      // A role that sees nothing, or everything, proves less.
      if (!identity.isAdmin) expect(seen.rows.Site.length).toBeLessThan(data.rows.Site.length);
      expect(seen.rows.Site.length).toBeGreaterThan(0);
      await world.load(seen);
      worlds.set(role, world);
    }
  }, 240_000);
  afterAll(() => stores?.close());

  const kinds: readonly (readonly [string, readonly Kind[], 'rows' | 'graph' | 'vectors' | 'all'])[] = [
    ['rows', ROW_KINDS, 'rows'],
    ['graph', GRAPH_KINDS, 'graph'],
    ['vectors', VECTOR_KINDS, 'vectors'],
    ['all stores', MIXED_KINDS, 'all'],
  ];
  describe.each(kinds)(`on ${profile}, of %s each role sees what the rules say`, (_, all, generator) => {
    it.each(all.map((kind) => [kind.name, kind] as const))(
      '%s',
      async (name, kind) => {
        const random = createRandom([...name].reduce((seed, letter) => seed * 31 + letter.charCodeAt(0), 3) | 0);
        const reads = readGenerators(random)[generator];
        const faults: string[] = [];
        for (let index = 0; index < Math.ceil(rounds / 25); index += 1) {
          const query = await kind.make(reads, async () => undefined);
          const varied = random.chance(0.4) ? varyOperation(bound, query, random) : { query, variables: {} };
          const ask = { ...varied, plain: random.chance(0.2) };
          for (const [role, identity] of Object.entries(ROLES)) {
            const [answer, expected] = [await guarded.ask(ask, callerOf(identity)), await worlds.get(role)!.ask(ask)];
            if (answer.errors?.some(({ message }) => REFUSED.test(message) || CLOSED.test(message))) continue;
            const found = difference(shown(answer), shown(expected));
            if (found && !knownAs(JSON.stringify(ask), found))
              faults.push(`${role}: ${JSON.stringify(ask)}\n${found.slice(0, 400)} ${JSON.stringify(answer.errors ?? [])}`);
          }
        }
        expect(faults.slice(0, 3), `${faults.length} differ`).toEqual([]);
      },
      900_000,
    );
  });
};

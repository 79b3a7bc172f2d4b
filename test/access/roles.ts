import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerOf } from '../../src/predicate/caller.js';
import type { Stores } from '../../src/stores/types.js';
import { createRandom } from '../support/generate.js';
import { varyOperation } from '../support/vary.js';
import { bindSchema } from '../../resolvers/bind.js';
import { difference, shown } from './compare.js';
import { generateData, hiddenAt } from './data.js';
import { GRAPH_KINDS, MIXED_KINDS, readGenerators, REFUSED, ROW_KINDS, VECTOR_KINDS, type Kind } from './kinds.js';
import { knownAs } from './known.js';
import { ROLES, RULES, sees, visibleOnly } from './sentences.js';
import { openWorld, type World } from './worlds.js';

/** A type that is closed to strangers answers with an error, where another has no rows. */
const CLOSED = /unless you are signed in/;

/** Data and operations come from it, so the same number gives the same pairs. */
const SEED = Number(process.env['ROLE_SEED'] ?? 11);

/** How many pairs of an operation and a role are compared. */
export const rolePairs = (preset: number): number => Number(process.env['ROLE_PAIRS'] ?? preset);

/** Each operation has a sequence of its own, however many come before it. */
const randomOf = (kind: string, index: number) =>
  createRandom([...`${SEED} ${kind} ${index}`].reduce((seed, letter) => (Math.imul(seed, 31) + letter.charCodeAt(0)) | 0, 3));

/** Each answer to a role must be that of a world that holds only what the role sees. */
export const rolesContract = (profile: string, open: () => Promise<Stores>, pairs: number): void => {
  let stores: Stores;
  let guarded: World;
  let bound: ReturnType<typeof bindSchema>;
  const worlds = new Map<string, World>();

  beforeAll(async () => {
    stores = await open();
    const data = generateData(SEED, [hiddenAt(2), hiddenAt(5)]);
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
  const operations = Math.ceil(pairs / Object.keys(ROLES).length / kinds.flatMap(([, all]) => all).length);
  let [compared, refused] = [0, 0];

  describe.each(kinds)(`on ${profile}, of %s each role sees what the rules say`, (_, all, generator) => {
    it.each(all.map((kind) => [kind.name, kind] as const))(
      '%s',
      async (name, kind) => {
        const faults: string[] = [];
        for (let index = 0; index < operations; index += 1) {
          const random = randomOf(name, index);
          const query = await kind.make(readGenerators(random)[generator], async () => undefined);
          const varied = random.chance(0.4) ? varyOperation(bound, query, random) : { query, variables: {} };
          const ask = { ...varied, plain: random.chance(0.2) };
          for (const [role, identity] of Object.entries(ROLES)) {
            const [answer, expected] = [await guarded.ask(ask, callerOf(identity)), await worlds.get(role)!.ask(ask)];
            const isClosed = identity.kind === 'anonymous' && answer.errors?.some(({ message }) => CLOSED.test(message));
            if (isClosed || answer.errors?.some(({ message }) => REFUSED.test(message))) {
              refused += 1;
              continue;
            }
            compared += 1;
            const found = difference(shown(answer), shown(expected));
            if (found && !knownAs(JSON.stringify(ask), found))
              faults.push(
                `ROLE_SEED=${SEED}, operation ${index}, ${role}: ${JSON.stringify(ask)}\n` +
                  `${found.slice(0, 400)} ${JSON.stringify(answer.errors ?? [])}`,
              );
          }
        }
        expect(faults.slice(0, 3), `${faults.length} differ`).toEqual([]);
      },
      10_800_000,
    );
  });

  it(`on ${profile}, most pairs are compared, and few refused`, () => {
    process.stdout.write(`${profile}, ROLE_SEED=${SEED}: ${compared} pairs compared, ${refused} refused\n`);
    expect(compared).toBeGreaterThan(4 * refused);
  });
};

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../support/generate.js';
import type { Stores } from '../../src/stores/types.js';
import { IS_FULL } from '../support/rounds.js';
import { varyOperation } from '../support/vary.js';
import { bindSchema } from '../../resolvers/bind.js';
import { generateData, hiddenAt, KEYS, without, type Data, type Hidden, type TypeName } from './data.js';
import {
  EXPLAINED_KINDS,
  GRAPH_KINDS,
  keysIn,
  MIXED_KINDS,
  readGenerators,
  REFUSED,
  ROW_KINDS,
  VECTOR_KINDS,
  type CursorOf,
  type Kind,
} from './kinds.js';
import { difference, shown, sorted } from './compare.js';
import { KNOWN, knownAs } from './known.js';
import { SHAPES } from './shapes.js';
import { tokensContract } from './tokens.js';
import { callerOf, hiddenOf, openWorld, shownOf, type Ask, type World } from './worlds.js';
import { WriteGenerator } from './writes.js';

/** Where in an answer a key stands. */
const placeOf = (value: unknown, key: string): string | undefined => {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' && value.includes(key) ? '' : undefined;
  for (const [name, item] of Object.entries(value)) {
    const place = name.includes(key) ? '' : placeOf(item, key);
    if (place !== undefined) return `.${name}${place}`;
  }
  return undefined;
};

/** A caller, what it must not see, and a world in which that is not there. */
interface Viewer {
  readonly hidden: Hidden;
  readonly world: World;
}

/** Which of each type the two callers do not see. */
const HIDDEN = [2, 5];

/** Each kind has a sequence of its own, whichever others run. */
const randomOf = (name: string) => createRandom([...name].reduce((seed, letter) => seed * 31 + letter.charCodeAt(0), 7) | 0);

/** @param isLong whether there are enough operations to meet all that is known to differ */
export const canaryContract = (profile: string, open: () => Promise<Stores>, rounds: number, isLong = IS_FULL): void => {
  let stores: Stores;
  let guarded: World;
  let unguarded: World;
  let viewers: Viewer[];
  let data: Data;
  const differing = new Set<string>();

  beforeAll(async () => {
    stores = await open();
    const hidden = HIDDEN.map(hiddenAt);
    data = generateData(7, hidden);
    guarded = await openWorld('canarya', stores, true);
    unguarded = await openWorld('canarya', stores, false);
    await guarded.load(data);
    viewers = [];
    for (const [index, each] of hidden.entries()) {
      const world = await openWorld(`canary${'xy'[index]}`, stores, false);
      await world.load(without(data, each));
      viewers.push({ hidden: each, world });
    }
  }, 120_000);
  afterAll(() => stores?.close());

  const cursorOf: CursorOf = async (type, key, sort) => {
    const { data: found } = (await unguarded.ask({
      query: `{ ${SHAPES[type].plural}Connection(where: {id: {eq: "${key}"}}, sort: ${sort}) { edges { cursor } } }`,
    })) as { data: Record<string, { edges: { cursor: string }[] } | null> | null };
    return found?.[`${SHAPES[type].plural}Connection`]?.edges[0]?.cursor;
  };

  /** What betrays something, or undefined. */
  const betrayal = async (ask: Ask, { hidden, world }: Viewer): Promise<string | undefined> => {
    const [answer, expected] = [await guarded.ask(ask, callerOf(hidden)), await world.ask(ask)];
    const own = keysIn(JSON.stringify(ask));
    const key = Object.values(hidden).find((each) => !own.includes(each) && JSON.stringify(answer).includes(each));
    if (key) return `${key} stands in the answer at ${placeOf(answer, key)}`;
    if (answer.errors?.some(({ message }) => REFUSED.test(message))) return undefined;
    const found = difference(shown(sorted(answer)), shown(sorted(expected)));
    return found && `${found.slice(0, 400)} ${JSON.stringify(answer.errors?.map(({ message }) => message) ?? [])}`;
  };

  const kinds = (name: string, of: readonly Kind[], generator: keyof ReturnType<typeof readGenerators>, share: number) => {
    const count = Math.ceil((rounds * share) / of.length);
    describe(`on ${profile}, ${name} show a caller what is left without what is hidden from it`, () => {
      it.each(of.map((kind) => [kind.name, kind] as const))(
        `${count} %s`,
        async (_, kind) => {
          const random = randomOf(kind.name);
          const reads = readGenerators(random)[generator];
          const faults: string[] = [];
          for (let index = 0; index < count; index += 1) {
            const query = await kind.make(reads, cursorOf);
            const varied = random.chance(0.4) ? varyOperation(bound(), query, random) : { query, variables: {} };
            const ask = { ...varied, plain: random.chance(0.2), explain: kind.explain ?? false };
            for (const viewer of viewers) {
              const fault = await betrayal(ask, viewer);
              const known = fault && knownAs(JSON.stringify(ask), fault);
              if (known) differing.add(known);
              else if (fault) faults.push(`hidden ${viewer.hidden.Part}: ${JSON.stringify(ask)}\n${fault}`);
            }
          }
          expect(faults.slice(0, 3), `${faults.length} of ${count * 2}`).toEqual([]);
        },
        600_000,
      );
    });
  };
  let schema: ReturnType<typeof bindSchema> | undefined;
  const bound = () => (schema ??= bindSchema(guarded.engine.model, guarded.engine.graphSchema));

  const writes = (name: string, types: readonly TypeName[], generator: keyof ReturnType<typeof readGenerators>, share: number) => {
    const count = Math.ceil(rounds * share);
    it(`on ${profile}, ${count} mutations of ${name} leave alone what is hidden, and tell nothing of it`, async () => {
      const known = KEYS.Maker.map((_, index) => index).filter((index) => !HIDDEN.includes(index));
      const random = randomOf(name);
      const writer = new WriteGenerator(random, readGenerators(random)[generator], known);
      const before = await guarded.held();
      const faults: string[] = [];
      for (let index = 0; index < count; index += 1) {
        const ask = { query: writer.mutation(types) };
        for (const viewer of viewers) {
          const was = await viewer.world.held();
          const found = [await betrayal(ask, viewer)];
          const [left, expected] = [await guarded.held(), await viewer.world.held()];
          found.push(difference(shownOf(left, viewer.hidden), shownOf(expected, viewer.hidden), 'what is left'));
          found.push(difference(hiddenOf(left, viewer.hidden), hiddenOf(before, viewer.hidden), 'what is hidden'));
          const fault = found.filter(Boolean).join('\n');
          const known = fault && knownAs(JSON.stringify(ask), fault);
          if (known) differing.add(known);
          else if (fault) faults.push(`hidden ${viewer.hidden.Part}: ${JSON.stringify(ask)}\n${fault}`);
          if (difference(left, before) ?? difference(expected, was)) {
            await guarded.load(data);
            await viewer.world.load(without(data, viewer.hidden));
          }
        }
      }
      expect(faults.slice(0, 3), `${faults.length} of ${count * 2}`).toEqual([]);
    }, 900_000);
  };

  kinds('rows', ROW_KINDS, 'rows', 0.25);
  writes('rows', ['Person', 'Site', 'Doc'], 'rows', 0.1);
  kinds('graph', GRAPH_KINDS, 'graph', 0.3);
  kinds('vectors', VECTOR_KINDS, 'vectors', 0.15);
  kinds('graph and vectors', MIXED_KINDS, 'all', 0.1);
  kinds('explanations', EXPLAINED_KINDS, 'all', 0.05);
  writes('nodes', ['Part', 'Maker'], 'graph', 0.1);

  tokensContract(profile, () => ({ guarded, unguarded, viewers }));

  if (isLong)
    it(`on ${profile}, what is known to differ still does`, () => {
      expect(Object.keys(KNOWN).filter((name) => !differing.has(name))).toEqual([]);
    });
};

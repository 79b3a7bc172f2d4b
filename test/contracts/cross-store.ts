import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { createRandom, type Random } from '../support/generate.js';

interface Requirement {
  readonly id: string;
  readonly priority: string;
  readonly state: string;
  readonly title: string;
  readonly constraints: readonly { readonly type: string }[];
  readonly components: readonly { readonly name: string; readonly type: string }[];
  readonly dependsOn: readonly { readonly id: string }[];
}

/** A condition as the client writes it, and what it means, told row by row. */
interface Predicate {
  readonly text: string;
  readonly holds: (row: Requirement) => boolean;
}

type Quantifier = 'some' | 'none' | 'all' | 'single';
const QUANTIFIERS: readonly Quantifier[] = ['some', 'none', 'all', 'single'];
const TEXTS = ['battery endurance', 'people in the dark', 'radio link lost', 'landing in strong wind', 'operator training'];

const quantified = <T>(quantifier: Quantifier, items: readonly T[], holds: (item: T) => boolean): boolean => {
  const passing = items.filter(holds).length;
  return { some: passing > 0, none: passing === 0, all: passing > 0 && passing === items.length, single: passing === 1 }[quantifier];
};

/** A `where` over all stores gives exactly the rows that a join over the raw data gives. */
export const crossStoreContract = (profile: string, start: (settings?: Record<string, string>) => Promise<TestGateway>, count: number): void => {
  describe(`a where across stores on ${profile}`, () => {
    let gateway: TestGateway;
    let rows: ReadonlyMap<string, Requirement>;
    let scores: ReadonlyMap<string, ReadonlyMap<string, number>>;
    const ids = async (where: string, asked = gateway): Promise<string[]> => {
      const { data, errors } = await asked.send(`{ requirements(where: ${where}, limit: 1000) { id } page: requirementsConnection(where: ${where}, first: 0) { totalCount } }`);
      expect(errors, where).toBeUndefined();
      expect(data.page.totalCount, where).toBe(data.requirements.length);
      return (data.requirements as { id: string }[]).map(({ id }) => id).sort();
    };

    beforeAll(async () => {
      gateway = await start();
      const { data, errors } = await gateway.send('{ requirements(limit: 1000) { id priority state title constraints { type } components { name type } dependsOn { id } } }');
      expect(errors).toBeUndefined();
      rows = new Map((data.requirements as Requirement[]).map((row) => [row.id, row]));
      const { points } = await gateway.engine.stores.vector.client.scroll('requirements', { limit: 1000, with_vector: [''], with_payload: false });
      const cosine = (one: readonly number[], other: readonly number[]) => one.reduce((sum, value, index) => sum + value * other[index]!, 0) / (Math.hypot(...one) * Math.hypot(...other));
      const queries = await gateway.engine.embedder.embed(TEXTS);
      scores = new Map(TEXTS.map((text, index) => [text, new Map(points.map(({ id, vector }) => [String(id), cosine(queries[index]!, vector as number[])]))]));
    });
    afterAll(() => gateway.close());

    const leaf = (random: Random): Predicate => {
      const quantifier = random.pick(QUANTIFIERS);
      switch (random.below(6)) {
        case 0: {
          const wanted = random.pick(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']);
          return { text: `{priority: {eq: ${wanted}}}`, holds: (row) => row.priority === wanted };
        }
        case 1: {
          const wanted = random.pick(['a', 'th', 'Pro', 'battery', 'of the']);
          return { text: `{title: {contains: ${JSON.stringify(wanted)}}}`, holds: (row) => row.title.includes(wanted) };
        }
        case 2: {
          const wanted = random.pick(['THRESHOLD', 'OBJECTIVE', 'KPP', 'ENVIRONMENTAL']);
          return { text: `{constraints: {${quantifier}: {type: {eq: ${wanted}}}}}`, holds: (row) => quantified(quantifier, row.constraints, ({ type }) => type === wanted) };
        }
        case 3: {
          const wanted = random.pick(['power', 'payload', 'avionics', 'ground', 'no such type']);
          return { text: `{components: {${quantifier}: {type: {eq: "${wanted}"}}}}`, holds: (row) => quantified(quantifier, row.components, ({ type }) => type === wanted) };
        }
        case 4: {
          const inner = random.chance(0.3) ? near(random) : { text: '{state: {in: [APPROVED, PUBLISHED]}}', holds: (row: Requirement) => ['APPROVED', 'PUBLISHED'].includes(row.state) };
          return { text: `{dependsOn: {${quantifier}: ${inner.text}}}`, holds: (row) => quantified(quantifier, row.dependsOn, ({ id }) => inner.holds(rows.get(id)!)) };
        }
        default:
          return near(random);
      }
    };

    const near = (random: Random): Predicate => {
      const text = random.pick(TEXTS);
      const minScore = (20 + random.below(30)) / 100;
      return { text: `{near: {text: "${text}", minScore: ${minScore}}}`, holds: (row) => (scores.get(text)!.get(row.id) ?? -1) >= minScore };
    };

    const predicate = (random: Random, depth: number): Predicate => {
      if (depth === 0 || random.chance(0.3)) return leaf(random);
      if (random.chance(0.25)) {
        const inner = predicate(random, depth - 1);
        return { text: `{NOT: ${inner.text}}`, holds: (row) => !inner.holds(row) };
      }
      const parts = Array.from({ length: 2 + random.below(2) }, () => predicate(random, depth - 1));
      const texts = parts.map(({ text }) => text).join(', ');
      return random.chance(0.5)
        ? { text: `{AND: [${texts}]}`, holds: (row) => parts.every((part) => part.holds(row)) }
        : { text: `{OR: [${texts}]}`, holds: (row) => parts.some((part) => part.holds(row)) };
    };

    // With few keys for a first question, most stores have more than that: then the others narrow them, or are asked whole.
    it.each(['2000', '40', '4'])(`equals a brute-force join for ${count} generated predicates, when a store is first asked for %s keys`, async (probeKeys) => {
      const random = createRandom(Number(probeKeys));
      const asked = await start({ PROBE_KEYS: probeKeys });
      try {
        for (let index = 0; index < count; index += 1) {
          const { text, holds } = predicate(random, 3);
          expect(await ids(text, asked), text).toEqual([...rows.values()].filter(holds).map(({ id }) => id).sort());
        }
      } finally {
        await asked.close();
      }
    }, 600_000);

    it('mixes columns, hops and nearness in one condition', async () => {
      const found = await ids('{priority: {eq: CRITICAL}, components: {some: {name: {contains: "Battery"}}}, near: {text: "battery endurance", minScore: 0.3}}');
      expect(found).toEqual([...rows.values()].filter((row) => row.priority === 'CRITICAL' && row.components.some(({ name }) => name.includes('Battery')) && scores.get('battery endurance')!.get(row.id)! >= 0.3).map(({ id }) => id).sort());
      expect(found.length).toBeGreaterThan(0);
    });

    it('takes the k nearest, below joins, in lists of other rows, in search and in mutations', async () => {
      expect(await ids('{near: {text: "battery endurance", limit: 7}}')).toHaveLength(7);
      const { data, errors } = await gateway.send(`{ projects(where: {requirements: {some: {components: {some: {name: {eq: "Recovery parachute"}}}}}}, sort: [{name: ASC}]) { name requirements(where: {components: {some: {name: {eq: "Recovery parachute"}}}}) { components { name } } }
        search(text: "descent", types: [REQUIREMENT], limit: 5, where: {requirement: {components: {some: {name: {eq: "Recovery parachute"}}}}}) { node { ... on Requirement { components { name } } } } }`);
      expect(errors).toBeUndefined();
      const carriers = [...data.projects.flatMap((project: { requirements: object[] }) => project.requirements), ...data.search.map(({ node }: { node: object }) => node)] as { components: { name: string }[] }[];
      expect(carriers.length).toBeGreaterThan(0);
      for (const { components } of carriers) expect(components.map(({ name }) => name)).toContain('Recovery parachute');
      const none = await gateway.send('mutation { updateRequirements(where: {components: {some: {name: {eq: "no such component"}}}}, update: {category: {set: "x"}}) { requirements { id } } }');
      expect(none.data).toEqual({ updateRequirements: { requirements: [] } });
    });

    it('may be nested as deep as any other condition', async () => {
      const nested = (depth: number) => `${'{NOT: '.repeat(depth)}{components: {some: {type: {eq: "power"}}}}${'}'.repeat(depth)}`;
      expect(await ids(nested(10))).toEqual(await ids(nested(0)));
      expect(await ids(nested(11))).toEqual(await ids(nested(1)));
    });

    it('asks each other store once a level, whatever the rows', async () => {
      const query = '{ requirements(where: {priority: {eq: CRITICAL}, components: {some: {type: {eq: "power"}}}, near: {text: "battery endurance", minScore: 0.3}}) { id } }';
      await gateway.send(query);
      gateway.recorded.clear();
      await gateway.send(query);
      const { relational, graph, vector } = gateway.recorded;
      // First the rows and the graph, which could spare the search; then the search, among the fewest; then the rows that are left.
      expect({ relational: relational.length, graph: graph.length, vector: vector.length }).toEqual({ relational: 2, graph: 1, vector: 1 });
    });

    it.each([
      ['{near: {text: " ", minScore: 0.1}}', 'near needs words'],
      ['{near: {text: "x"}}', 'near needs minScore or limit'],
      ['{near: {text: "x", limit: 0}}', 'near takes a limit from 1 to 10000, but got 0'],
    ])('refuses %s', async (where, message) => {
      const { errors } = await gateway.send(`{ requirements(where: ${where}) { id } }`);
      expect(errors).toHaveLength(1);
      expect(errors![0]!.message).toContain(message);
    });
  });
};

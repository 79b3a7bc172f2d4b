import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { readCrossWorld, type CrossWorld, type Requirement } from '../support/cross-world.js';
import { createRandom } from '../support/generate.js';

/** A `where` over all stores gives exactly the rows that a join over the raw data gives. */
export const crossStoreContract = (
  profile: string,
  start: (settings?: Record<string, string>) => Promise<TestGateway>,
  count: number,
  nodeCount = count / 5,
): void => {
  describe(`a where across stores on ${profile}`, () => {
    let gateway: TestGateway;
    let world: CrossWorld;
    let rows: CrossWorld['rows'];
    let components: CrossWorld['components'];
    let scores: CrossWorld['scores'];
    const ids = async (where: string, asked = gateway): Promise<string[]> => {
      const { data, errors } = await asked.send(
        `{ requirements(where: ${where}, limit: 1000) { id } page: requirementsConnection(where: ${where}, first: 0) { totalCount } }`,
      );
      expect(errors, where).toBeUndefined();
      expect(data.page.totalCount, where).toBe(data.requirements.length);
      return (data.requirements as { id: string }[]).map(({ id }) => id).sort();
    };

    beforeAll(async () => {
      gateway = await start();
      ({ rows, components, scores } = world = await readCrossWorld(gateway));
    });
    afterAll(() => gateway.close());

    // With few keys for a first question, most stores have more than that: then the others narrow them, or are asked whole.
    it.each(['2000', '40', '4'])(
      `equals a brute-force join for ${count} generated predicates, when a store is first asked for %s keys`,
      async (probeKeys) => {
        const random = createRandom(Number(probeKeys));
        const asked = await start({ PROBE_KEYS: probeKeys });
        try {
          for (let index = 0; index < count; index += 1) {
            const { text, holds } = world.predicate(random, 3);
            expect(await ids(text, asked), text).toEqual(
              [...rows.values()]
                .filter(holds)
                .map(({ id }) => id)
                .sort(),
            );
          }
        } finally {
          await asked.close();
        }
      },
      600_000,
    );

    it(`equals a brute-force join for ${nodeCount} generated predicates on nodes`, async () => {
      const random = createRandom(17);
      for (let index = 0; index < nodeCount; index += 1) {
        const { text, holds } = world.nodePredicate(random, 2);
        const { data, errors } = await gateway.send(`{ components(where: ${text}, limit: 1000) { id }
          componentsConnection(where: ${text}) { totalCount aggregate { count { nodes } } } }`);
        expect(errors, text).toBeUndefined();
        const passing = [...components.values()].filter(holds).map(({ id }) => id);
        expect((data.components as { id: string }[]).map(({ id }) => id).sort(), text).toEqual(passing.sort());
        expect(data.componentsConnection, text).toEqual({ totalCount: passing.length, aggregate: { count: { nodes: passing.length } } });
      }
    }, 600_000);

    it('sees the row, not its copy, where a condition on nodes leads to rows', async () => {
      const found = async (where: string) =>
        ((await gateway.send(`{ components(where: ${where}, limit: 1000) { id } }`)).data.components as { id: string }[])
          .map(({ id }) => id)
          .sort();
      const holding = (holds: (row: Requirement) => boolean) =>
        [...components.values()]
          .filter(({ requirements }) => requirements.some(({ id }) => holds(rows.get(id)!)))
          .map(({ id }) => id)
          .sort();
      expect(await found('{requirements: {some: {priority: {eq: HIGH}, state: {in: [APPROVED, PUBLISHED]}}}}')).toEqual(
        holding(({ priority, state }) => priority === 'HIGH' && ['APPROVED', 'PUBLISHED'].includes(state)),
      );
      expect(await found('{requirements: {some: {constraints: {some: {type: {eq: KPP}}}}}}')).toEqual(
        holding(({ constraints }) => constraints.some(({ type }) => type === 'KPP')),
      );
      const near = await found('{requirementsConnection: {some: {node: {near: {text: "battery endurance", minScore: 0.4}}}}}');
      expect(near).toEqual(holding(({ id }) => (scores.get('battery endurance')!.get(id) ?? -1) >= 0.4));
      expect(near.length).toBeGreaterThan(0);
    });

    it('mixes columns, hops and nearness in one condition', async () => {
      const found = await ids(
        '{priority: {eq: CRITICAL}, components: {some: {name: {contains: "Battery"}}}, near: {text: "battery endurance", minScore: 0.3}}',
      );
      expect(found).toEqual(
        [...rows.values()]
          .filter(
            (row) =>
              row.priority === 'CRITICAL' &&
              row.components.some(({ name }) => name.includes('Battery')) &&
              scores.get('battery endurance')!.get(row.id)! >= 0.3,
          )
          .map(({ id }) => id)
          .sort(),
      );
      expect(found.length).toBeGreaterThan(0);
    });

    it('looks for the rows of a hop from its end, and hands on only keys that say something', async () => {
      const query = `{ requirements(where: {priority: {eq: CRITICAL}, components: {some: {name: {contains: "Battery"}}},
        near: {text: "battery endurance", minScore: 0.3}}) { id } }`;
      await gateway.send(query);
      gateway.recorded.clear();
      await gateway.send(query);
      const { relational, graph } = gateway.recorded;
      expect(graph).toHaveLength(1);
      expect(graph[0]).toMatch(/^MATCH \(this:Component\)[^]*\nMATCH \(this\)<-\[:`DEPLOYS`\]-\(row:`Requirement`\)/);
      // What is among the keys of another stands for both.
      expect(relational).toHaveLength(1);
      expect(relational[0]!.match(/= ANY\(/g)).toHaveLength(1);
    });

    it('takes a vector in the place of a text, in a where and in a sort', async () => {
      const [vector] = await gateway.engine.embedder.embed(['battery endurance']);
      const query =
        'query ($where: RequirementWhere, $sort: [RequirementSort!]) { requirements(where: $where, sort: $sort, limit: 20) { id } }';
      const ask = async (target: object) =>
        (await gateway.send(query, { where: { near: { ...target, minScore: 0.3 } }, sort: [{ near: target }] })).data!['requirements'] as {
          id: string;
        }[];
      const byText = await ask({ text: 'battery endurance' });
      expect(byText.length).toBeGreaterThan(3);
      expect(await ask({ vector })).toEqual(byText);
    });

    it('takes the k nearest, below joins, in lists of other rows, in search and in mutations', async () => {
      expect(await ids('{near: {text: "battery endurance", limit: 7}}')).toHaveLength(7);
      const { data, errors } =
        await gateway.send(`{ projects(where: {requirements: {some: {components: {some: {name: {eq: "Recovery parachute"}}}}}},
          sort: [{name: ASC}]) { name requirements(where: {components: {some: {name: {eq: "Recovery parachute"}}}}) {
          components { name } } }
        search(text: "descent", types: [REQUIREMENT], limit: 5,
          where: {requirement: {components: {some: {name: {eq: "Recovery parachute"}}}}}) {
          node { ... on Requirement { components { name } } } } }`);
      expect(errors).toBeUndefined();
      const carriers = [
        ...data.projects.flatMap((project: { requirements: object[] }) => project.requirements),
        ...data.search.map(({ node }: { node: object }) => node),
      ] as { components: { name: string }[] }[];
      expect(carriers.length).toBeGreaterThan(0);
      for (const { components } of carriers) expect(components.map(({ name }) => name)).toContain('Recovery parachute');
      const none = await gateway.send(`mutation { updateRequirements(where: {components: {some: {name: {eq: "no such component"}}}},
        update: {category: {set: "x"}}) { requirements { id } } }`);
      expect(none.data).toEqual({ updateRequirements: { requirements: [] } });
    });

    it('may be nested as deep as any other condition', async () => {
      const nested = (depth: number) => `${'{NOT: '.repeat(depth)}{components: {some: {type: {eq: "power"}}}}${'}'.repeat(depth)}`;
      expect(await ids(nested(10))).toEqual(await ids(nested(0)));
      expect(await ids(nested(11))).toEqual(await ids(nested(1)));
    });

    it('asks each other store once a level, whatever the rows', async () => {
      const query = `{ requirements(where: {priority: {eq: CRITICAL}, components: {some: {type: {eq: "power"}}},
        near: {text: "battery endurance", minScore: 0.3}}) { id } }`;
      await gateway.send(query);
      gateway.recorded.clear();
      await gateway.send(query);
      const { relational, graph, vector } = gateway.recorded;
      // First the graph, which could spare the search; then the search, among its few; then the rows that are left.
      expect({ relational: relational.length, graph: graph.length, vector: vector.length }).toEqual({ relational: 1, graph: 1, vector: 1 });
      gateway.recorded.clear();
      await gateway.send('{ requirements(where: {priority: {eq: CRITICAL}, near: {text: "battery endurance", minScore: 0.3}}) { id } }');
      // Where no hop says which rows, they are asked first, and taken as they are found.
      expect(gateway.recorded.relational).toHaveLength(2);
      expect(gateway.recorded.relational[0]).not.toContain('ORDER BY');
      expect(gateway.recorded.relational[1]).toContain('ORDER BY');
    });

    it('makes one search for what passes a condition and for what does not', async () => {
      for (const where of [
        '{dependsOnConnection: {all: {node: {near: {text: "battery endurance", minScore: 0.3}}}}}',
        '{dependsOn: {all: {near: {text: "battery endurance", minScore: 0.3}}}}',
      ]) {
        gateway.recorded.clear();
        expect((await gateway.send(`{ requirements(where: ${where}) { id } }`)).errors).toBeUndefined();
        const searches = gateway.recorded.vector.flatMap(
          (call) => (JSON.parse(call.slice(call.indexOf(' '))) as [string, { searches: unknown[] }])[1].searches,
        );
        expect(searches, where).toHaveLength(1);
      }
    });

    it('asks for the rows of all conditions on nodes in one statement a level', async () => {
      const where = '{requirements: {all: {priority: {eq: HIGH}}}, mentionedIn: {none: {sequenceNumber: {gt: 3}}}}';
      const query = `{ components(where: ${where}) { name interfaces { components(where: ${where}) { id } }
        functions(where: {components: {some: ${where}}}) { id componentsConnection(where: {node: ${where}}) { totalCount } } }
        componentsConnection(where: ${where}) { totalCount aggregate { count { nodes } } edges { node { id } } }
        requirements(limit: 5, sort: [{identifier: ASC}]) { components(where: ${where}) { id } } }`;
      expect((await gateway.send(query)).errors).toBeUndefined();
      gateway.recorded.clear();
      await gateway.send(query);
      const { relational, graph, vector } = gateway.recorded;
      // The keys that both roots need, beside the requirements of the third; then both roots; then the keys for the hop, and the hop.
      expect({ relational: relational.length, graph: graph.length, vector: vector.length }).toEqual({ relational: 3, graph: 3, vector: 0 });
      gateway.recorded.clear();
      await gateway.send('{ components(where: {name: {contains: "a"}, interfaces: {some: {}}}) { name } }');
      expect({ relational: gateway.recorded.relational.length, graph: gateway.recorded.graph.length }).toEqual({ relational: 0, graph: 1 });
    });

    it.each([
      ['{near: {text: " ", minScore: 0.1}}', 'near: expected words to search for'],
      ['{near: {minScore: 0.1}}', 'near needs a text or a vector, but got none'],
      ['{near: {text: "x", vector: [1], minScore: 0.1}}', 'near needs a text or a vector, but got both'],
      ['{near: {vector: [1, 2], minScore: 0.1}}', 'numbers, as the embedding model makes, but got 2'],
      ['{near: {text: "x", using: "titles", minScore: 0.1}}', 'near: expected no using, since the vectors have no names, but got "titles"'],
      ['{near: {text: "x"}}', 'near needs minScore or limit'],
      ['{near: {text: "x", limit: 0}}', 'near takes a limit from 1 to 10000, but got 0'],
    ])('refuses %s', async (where, message) => {
      const { errors } = await gateway.send(`{ requirements(where: ${where}) { id } }`);
      expect(errors).toHaveLength(1);
      expect(errors![0]!.message).toContain(message);
    });
  });
};

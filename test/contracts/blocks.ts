import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { readCrossWorld, type CrossWorld } from '../support/cross-world.js';
import { createRandom, type Random } from '../support/generate.js';
import { rawRows } from '../support/raw.js';

/** Orders as clients write them, and the same in SQL. */
const ORDERS: Readonly<Record<string, string>> = {
  '[]': 'r.requirement_id',
  '[{title: DESC}]': 'r.requirement_title DESC',
  '[{priority: ASC}, {identifier: DESC}]': 'r.priority, r.requirement_identifier DESC',
  '[{category: ASC_NULLS_FIRST}, {project: {name: DESC}}]': 'r.category NULLS FIRST, p.name DESC',
  '[{constraints: {count: DESC}}, {state: ASC}]':
    '(SELECT count(*) FROM requirements_constraints c WHERE c.requirement_id = r.requirement_id) DESC, r.state',
};
const SORTS = Object.keys(ORDERS);

interface Edge {
  readonly cursor: string;
  readonly node: { readonly id: string };
}

interface Page {
  readonly edges: readonly Edge[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean };
}

/** Where more keys pass a condition than may be handed on, rows are read in blocks, and pages are the same. */
export const blocksContract = (
  profile: string,
  start: (settings?: Record<string, string>) => Promise<TestGateway>,
  count: number,
): void => {
  describe(`a where that too many keys pass, on ${profile}`, () => {
    let gateway: TestGateway;
    let world: CrossWorld;
    let orders: ReadonlyMap<string, readonly string[]>;

    beforeAll(async () => {
      gateway = await start();
      world = await readCrossWorld(gateway);
      const lists = Object.entries(ORDERS).map(async ([sort, order]) => {
        const sql = `SELECT r.requirement_id AS id FROM requirements_enhanced r LEFT JOIN projects p USING (project_id) ORDER BY ${order}, r.requirement_id`;
        return [sort, (await rawRows<{ id: string }>(gateway.engine.stores, sql)).map(({ id }) => id)] as const;
      });
      orders = new Map(await Promise.all(lists));
    });
    afterAll(() => gateway?.close());

    const answer = async (asked: TestGateway, query: string) => {
      asked.recorded.clear();
      const { data, errors } = await asked.send(query);
      expect(errors, query).toBeUndefined();
      return data;
    };
    const isInBlocks = ({ recorded }: TestGateway): boolean => recorded.relational.filter((text) => text.includes('ORDER BY')).length > 1;

    /** A list, two pages forward and the one before, each equal to a part of the whole order. */
    const compare = async (
      asked: TestGateway,
      random: Random,
      where: string,
      sort: string,
      expected: readonly string[],
    ): Promise<boolean> => {
      const [limit, offset] = [1 + random.below(12), random.chance(0.5) ? random.below(20) : 0];
      const list = await answer(asked, `{ requirements(where: ${where}, sort: ${sort}, limit: ${limit}, offset: ${offset}) { id } }`);
      const hasBlocks = isInBlocks(asked);
      expect(
        (list.requirements as { id: string }[]).map(({ id }) => id),
        where,
      ).toEqual(expected.slice(offset, offset + limit));
      const page = async (args: string): Promise<Page> =>
        (
          await answer(
            asked,
            `{ page: requirementsConnection(where: ${where}, sort: ${sort}, ${args}) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } } }`,
          )
        ).page as Page;
      const idsOf = ({ edges }: Page) => edges.map(({ node }) => node.id);
      const first = await page(`first: ${limit}`);
      expect(idsOf(first), where).toEqual(expected.slice(0, limit));
      expect(first.pageInfo.hasNextPage, where).toBe(expected.length > limit);
      if (!first.pageInfo.hasNextPage) return hasBlocks;
      const second = await page(`first: ${limit}, after: "${first.edges.at(-1)!.cursor}"`);
      expect(idsOf(second), where).toEqual(expected.slice(limit, 2 * limit));
      expect(second.pageInfo, where).toEqual({ hasNextPage: expected.length > 2 * limit, hasPreviousPage: true });
      const back = await page(`last: ${limit}, before: "${second.edges[0]!.cursor}"`);
      expect(back.edges, where).toEqual(first.edges);
      expect(back.pageInfo, where).toEqual({ hasNextPage: true, hasPreviousPage: false });
      const last = await page(`last: ${limit}`);
      expect(idsOf(last), where).toEqual(expected.slice(-limit));
      return hasBlocks;
    };

    it.each([
      ['10', '4'],
      ['40', '10'],
    ])(
      `gives the pages and counts of a brute-force join for ${count} generated predicates, at most %s keys handed on`,
      async (maxKeys, probeKeys) => {
        const random = createRandom(Number(maxKeys));
        const asked = await start({ MAX_KEYS: maxKeys, PROBE_KEYS: probeKeys });
        let inBlocks = 0;
        try {
          for (let index = 0; index < count; index += 1) {
            const { text, holds } = world.predicate(random, 2);
            const sort = random.pick(SORTS);
            const expected = orders.get(sort)!.filter((id) => holds(world.rows.get(id)!));
            if (await compare(asked, random, text, sort, expected)) inBlocks += 1;
            const { page } = await answer(asked, `{ page: requirementsConnection(where: ${text}) { totalCount } }`);
            expect(page.totalCount, text).toBe(expected.length);
          }
        } finally {
          await asked.close();
        }
        expect(inBlocks).toBeGreaterThan(count / 3);
      },
      600_000,
    );

    describe('of which 100 keys may be handed on', () => {
      let asked: TestGateway;
      beforeAll(async () => {
        asked = await start({ PROBE_KEYS: '40', MAX_KEYS: '100', EXPLAIN: 'on' });
      });
      afterAll(() => asked?.close());
      const where = '{components: {some: {}}, near: {text: "battery endurance", minScore: -1}}';
      const counts = () => ({
        relational: asked.recorded.relational.length,
        graph: asked.recorded.graph.length,
        vector: asked.recorded.vector.length,
      });

      it('asks each store once about a block, and for the page', async () => {
        await answer(asked, `{ requirements(where: ${where}, limit: 10) { id } }`);
        const { requirements } = await answer(asked, `{ requirements(where: ${where}, limit: 10) { id project { name } } }`);
        expect(requirements).toHaveLength(10);
        // First both other stores' keys, of which there are too many; then a block of rows, both others about it, and the page.
        expect(counts()).toEqual({ relational: 2, graph: 2, vector: 2 });
        expect(asked.recorded.vector[1]).toContain('has_id');
      });

      it('says in an explanation which blocks were read', async () => {
        const { extensions } = await asked.send(`{ requirements(where: ${where}, limit: 10) { id } }`, {}, { 'x-odras-explain': 'true' });
        const { wheres } = (extensions as { explain: { wheres: { field: string; conditions: object[] }[] } }).explain;
        expect(wheres.map(({ field }) => field)).toEqual(['requirements', 'requirements.block 1']);
        expect(wheres[1]!.conditions).toMatchObject([
          { condition: 'rows', store: 'relational', keys: 100, how: 'the next rows in their order; the others were asked among these' },
          { condition: 'components.some', store: 'graph', how: 'among the 100 keys of rows' },
          { condition: 'near', store: 'vector', how: 'among the 100 keys of rows' },
        ]);
      });

      it('looks at no more rows than the page needs, and asks for all keys where few of many rows pass', async () => {
        const [rare] = [...world.rows.values()].filter(({ components }) => components.length === 0);
        // Nine in ten pass: one block. With what hardly any row passes, keys are asked for after some rows: they are few.
        await answer(asked, '{ requirements(where: {NOT: {components: {none: {}}}}, limit: 5) { id } }');
        expect(asked.recorded.relational).toHaveLength(2);
        const few = await answer(
          asked,
          `{ requirements(where: {OR: [{dependsOn: {some: {id: {eq: "${rare!.id}"}}}}, {components: {single: {name: {eq: "no such component"}}}}, {AND: [{components: {some: {}}}, {id: {eq: "${rare!.id}"}}]}]}, limit: 5) { id } }`,
        );
        expect(few.requirements.map(({ id }: { id: string }) => id).sort()).toEqual(
          [...world.rows.values()]
            .filter(({ dependsOn }) => dependsOn.some(({ id }) => id === rare!.id))
            .map(({ id }) => id)
            .sort(),
        );
      });

      it('asks again about the rows that a hop leads to, where too many pass its condition', async () => {
        const state = '{state: {in: [APPROVED, PUBLISHED]}}';
        const { requirements } = await answer(
          asked,
          `{ requirements(where: {dependsOn: {some: ${state}}}, sort: [{title: DESC}], limit: 7) { id } }`,
        );
        const holds = (id: string) =>
          world.rows.get(id)!.dependsOn.some((other) => ['APPROVED', 'PUBLISHED'].includes(world.rows.get(other.id)!.state));
        expect(requirements.map(({ id }: { id: string }) => id)).toEqual(orders.get('[{title: DESC}]')!.filter(holds).slice(0, 7));
        expect(asked.recorded.graph.some((text) => text.includes('this.id IN'))).toBe(true);
      });

      it.each([
        ['{ projects(where: {requirements: {some: {components: {some: {}}}}}) { name } }', 'requirements matches more than 100 rows'],
        ['{ projects { requirements(where: {components: {some: {}}}) { id } } }', 'requirements matches more than 100 rows'],
        [
          'mutation { updateRequirements(where: {components: {some: {}}}, update: {category: {set: "x"}}) { requirements { id } } }',
          'requirements matches more than 100 rows',
        ],
        ['mutation { deleteRequirements(where: {components: {some: {}}}) { nodesDeleted } }', 'requirements matches more than 100 rows'],
        [
          '{ requirementsConnection(where: {components: {some: {}}}) { aggregate { node { title { distinct } } } } }',
          'requirements matches more than 100 rows',
        ],
      ])('refuses what no blocks answer: %s', async (query, message) => {
        const { errors } = await asked.send(query);
        expect(errors).toMatchObject([{ message: expect.stringContaining(message) as string, extensions: { code: 'TOO_MANY_KEYS' } }]);
        expect(
          await answer(
            asked,
            '{ requirementsConnection(where: {category: {eq: "x"}}) { totalCount } all: requirementsConnection { totalCount } }',
          ),
        ).toEqual({ requirementsConnection: { totalCount: 0 }, all: { totalCount: world.rows.size } });
      });
    });

    it('ends with the time of the request', async () => {
      const asked = await start({ MAX_KEYS: '1', PROBE_KEYS: '1', REQUEST_TIMEOUT_MS: '400' });
      try {
        const { data, errors } = await asked.send('{ requirementsConnection(where: {components: {some: {}}}) { totalCount } }');
        expect(errors).toMatchObject([{ extensions: { code: 'REQUEST_TIMEOUT' } }]);
        expect(data?.requirementsConnection?.totalCount ?? null).toBeNull();
        asked.recorded.clear();
        // Whatever still runs would begin the next block.
        await asked.send('{ projects(limit: 1) { name } }');
        await asked.send('{ projects(limit: 1) { name } }');
        expect(asked.recorded.graph).toEqual([]);
      } finally {
        await asked.close();
      }
    });
  });
};

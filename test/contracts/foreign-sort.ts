import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { createRandom } from '../support/generate.js';
import { conditionFrom, least, orderFrom, readRaw, sorted, textOf, TEXTS, type Raw } from '../support/sort-reference.js';

/** Lists are put in order by what other stores know exactly as a join over the raw data would put them. */
export const foreignSortContract = (
  profile: string,
  start: (settings?: Record<string, string>) => Promise<TestGateway>,
  count: number,
): void => {
  describe(`a sort by what other stores know on ${profile}`, () => {
    let gateway: TestGateway;
    let rows: ReadonlyMap<string, Raw>;

    beforeAll(async () => {
      gateway = await start({ EXPLAIN: 'on' });
      rows = await readRaw(gateway);
    });
    afterAll(() => gateway.close());

    const ask = async (query: string) => {
      const { data, errors } = await gateway.send(query);
      expect(errors, query).toBeUndefined();
      return data;
    };

    /** All pages, one after the other. */
    const walk = async (args: string, size: number, isForward: boolean): Promise<string[]> => {
      const seen: string[] = [];
      for (let bound = ''; ;) {
        const { page } = await ask(
          `{ page: requirementsConnection(${isForward ? 'first' : 'last'}: ${size}, ${args}${bound}) { edges { node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
        );
        const ids = (page.edges as { node: { id: string } }[]).map(({ node }) => node.id);
        if (isForward) seen.push(...ids);
        else seen.unshift(...ids);
        if (!(isForward ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage)) return seen;
        bound = isForward ? `, after: "${page.pageInfo.endCursor}"` : `, before: "${page.pageInfo.startCursor}"`;
      }
    };

    it('is tried on rows with and without neighbours, parents and values', () => {
      const all = [...rows.values()];
      for (const holds of [
        (row: Raw) => row.components.length === 0,
        (row: Raw) => row.components.length > 1,
        (row: Raw) => row.dependsOn.length > 1,
        (row: Raw) => row.dependents.length === 0,
        (row: Raw) => row.parent !== null,
        (row: Raw) => row.parent === null,
        (row: Raw) => row.components.some(({ type }) => type !== null),
      ]) {
        expect(all.filter(holds).length, String(holds)).toBeGreaterThan(5);
      }
    });

    it('has the most components first, by the example', async () => {
      const { requirements } = await ask('{ requirements(sort: [{components: {count: DESC}}], limit: 1000) { id components { id } } }');
      const counts = (requirements as { components: object[] }[]).map(({ components }) => components.length);
      expect(counts).toEqual([...counts].sort((one, other) => other - one));
      expect(counts[0]).toBeGreaterThan(counts.at(-1)!);
    });

    it('has the nearest first, where no direction is given, and rows without a vector last', async () => {
      const [gone] = [...rows.keys()];
      const { client } = gateway.engine.stores.vector;
      const points = await client.scroll('requirements', {
        filter: { must: [{ has_id: [gone!] }] },
        limit: 1,
        with_vector: true,
        with_payload: true,
      });
      await client.delete('requirements', { points: [gone!], wait: true });
      try {
        const { requirements } = await ask(`{ requirements(sort: [{near: {text: "${TEXTS[0]}"}}], limit: 1000) { id } }`);
        const words = [
          { text: '', valueOf: (row: Raw) => (row.id === gone ? null : row.scores.get(TEXTS[0]!)!), descending: true, nullsFirst: false },
        ];
        expect((requirements as { id: string }[]).map(({ id }) => id)).toEqual(sorted(words, rows.values()));
        expect(requirements.at(-1).id).toBe(gone);
        const first = await ask(`{ requirements(sort: [{near: {text: "${TEXTS[0]}", direction: DESC}}], limit: 1) { id } }`);
        expect(first.requirements[0].id).toBe(gone);
      } finally {
        await client.upsert('requirements', {
          points: points.points.map(({ id, vector, payload }) => ({ id, vector: vector as number[], payload: payload ?? {} })),
          wait: true,
        });
      }
    });

    it(`equals a brute-force order for ${count} generated sorts of lists, with a where of any store`, async () => {
      const random = createRandom(7);
      let moved = 0;
      for (let index = 0; index < count; index += 1) {
        const [words, where] = [orderFrom(rows, random), conditionFrom(random)];
        const [limit, offset] = random.chance(0.5) ? [1000, 0] : [1 + random.below(20), random.below(40)];
        const query = `{ requirements(where: ${where.text}, sort: ${textOf(words)}, limit: ${limit}, offset: ${offset}) { id } }`;
        const found = ((await ask(query)).requirements as { id: string }[]).map(({ id }) => id);
        const passing = [...rows.values()].filter(where.holds);
        expect(found, query).toEqual(sorted(words, passing).slice(offset, offset + limit));
        if (found.length > 0 && JSON.stringify(found) !== JSON.stringify(sorted([], passing).slice(offset, offset + limit))) moved += 1;
      }
      expect(moved).toBeGreaterThan(count / 2);
    }, 600_000);

    it(`pages through every row once, forward and backward, for ${Math.ceil(count / 10)} generated sorts`, async () => {
      const random = createRandom(8);
      for (let index = 0; index < count / 10; index += 1) {
        const [words, where] = [orderFrom(rows, random), conditionFrom(random)];
        const expected = sorted(words, [...rows.values()].filter(where.holds));
        const args = `where: ${where.text}, sort: ${textOf(words)}`;
        expect(await walk(args, 41, true), args).toEqual(expected);
        expect(await walk(args, 67, false), args).toEqual(expected);
      }
    }, 600_000);

    it('pages stably through counts of which most are equal, row by row', async () => {
      const args = `where: {components: {some: {type: {eq: "power"}}}}, sort: [{dependsOn: {count: DESC}}, {near: {text: "${TEXTS[1]}", direction: ASC}}]`;
      const passing = await walk(args, 1000, true);
      expect(passing.length).toBeGreaterThan(5);
      expect(await walk(args, 1, true)).toEqual(passing);
      expect(await walk(args, 1, false)).toEqual(passing);
    });

    it(`equals a brute-force order in lists below rows, nodes and hops for ${Math.ceil(count / 10)} generated sorts`, async () => {
      const random = createRandom(9);
      for (let index = 0; index < count / 10; index += 1) {
        const [words, where] = [orderFrom(rows, random), conditionFrom(random)];
        const [limit, offset] = [1 + random.below(20), random.below(4)];
        const args = `(where: ${where.text}, sort: ${textOf(words)}, limit: ${limit}, offset: ${offset}) { id }`;
        const data = await ask(
          `{ projects { id requirements${args} } components(limit: 5, sort: [{name: ASC}]) { id requirements${args} } requirements(limit: 20) { id dependsOn${args} children${args} project { requirements${args} } } }`,
        );
        const passing = [...rows.values()].filter(where.holds);
        const expected = (holds: (row: Raw) => boolean) =>
          sorted(words, passing.filter(holds))
            .slice(offset, offset + limit)
            .map((id) => ({ id }));
        for (const { id, requirements } of data.projects) expect(requirements, args).toEqual(expected((row) => row.project === id));
        for (const { id, requirements } of data.components)
          expect(requirements, args).toEqual(expected((row) => row.components.some((component) => component.id === id)));
        for (const { id, dependsOn, children, project } of data.requirements) {
          expect(dependsOn, args).toEqual(expected((row) => rows.get(id)!.dependsOn.includes(row.id)));
          expect(children, args).toEqual(expected((row) => row.parent === id));
          expect(project.requirements, args).toEqual(expected((row) => row.project === rows.get(id)!.project));
        }
      }
    }, 600_000);

    it('holds for lists whose join compares texts with keys, with what the rows refer to and their tokens', async () => {
      const { users } = await ask(
        '{ users { id files(sort: [{contains: {max: {id: DESC_NULLS_LAST}}}, {createdBy: {id: ASC}}], limit: 3, offset: 1) { id rowToken createdBy { id } } all: files(limit: 1000) { id contains { id } } } }',
      );
      let several = 0;
      for (const { id, files, all } of users as {
        id: string;
        files: { id: string; rowToken: string; createdBy: { id: string } }[];
        all: { id: string; contains: { id: string }[] }[];
      }[]) {
        const greatest = ({ contains }: (typeof all)[number]) =>
          contains
            .map((asset) => asset.id)
            .sort()
            .at(-1) ?? '';
        const expected = [...all]
          .sort((one, other) =>
            greatest(one) === greatest(other) ? (one.id < other.id ? -1 : 1) : greatest(one) < greatest(other) ? 1 : -1,
          )
          .slice(1, 4);
        expect(files).toEqual(
          expected.map((file) => ({ id: file.id, rowToken: expect.stringMatching(/^\d+$/) as string, createdBy: { id } })),
        );
        if (new Set(expected.map(greatest)).size > 1) several += 1;
      }
      expect(several).toBeGreaterThan(0);
    });

    it('counts no neighbour whose row is gone, and reads no value of it', async () => {
      const id = '00000000-0000-4000-8000-000000000001';
      const [some] = [...rows.values()].filter(({ dependsOn }) => dependsOn.length === 0);
      const { write } = gateway.engine.stores.graph;
      await write.run('MATCH (a:Requirement {id: $from}) CREATE (a)-[:DEPENDS_ON]->(:Requirement {id: $id})', { from: some!.id, id });
      try {
        const words = [
          { text: '{dependsOn: {count: DESC}}', valueOf: (row: Raw) => row.dependsOn.length, descending: true, nullsFirst: true },
          {
            text: '{dependsOn: {min: {title: ASC}}}',
            valueOf: (row: Raw) =>
              least(
                row.dependsOn.map((key) => rows.get(key)!.title),
                'min',
              ),
            descending: false,
            nullsFirst: false,
          },
        ];
        const { requirements } = await ask(`{ requirements(sort: ${textOf(words)}, limit: 1000) { id } }`);
        expect((requirements as { id: string }[]).map((row) => row.id)).toEqual(sorted(words, rows.values()));
      } finally {
        await write.run('MATCH (n:Requirement {id: $id}) DETACH DELETE n', { id });
      }
    });

    it('puts nodes in order by how many a hop leads to, in lists, connections, hops and their edges', async () => {
      const counts = new Map<string, number>();
      for (const { components } of rows.values()) for (const { id } of components) counts.set(id, (counts.get(id) ?? 0) + 1);
      const { ids } = await ask('{ ids: components(limit: 1000) { id } }');
      const byCount = (among: readonly string[]) =>
        [...among].sort((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0) || (one < other ? -1 : 1));
      const all = byCount((ids as { id: string }[]).map(({ id }) => id));
      expect(new Set(all.map((id) => counts.get(id) ?? 0)).size).toBeGreaterThan(5);
      const sort = 'sort: [{requirements: {count: DESC}, name: null}]';
      const { components, second } = await ask(
        `{ components(${sort}, limit: 1000) { id } second: components(${sort}, limit: 3, offset: 2, where: {id: {in: ${JSON.stringify(all.slice(0, 9))}}}) { id } }`,
      );
      expect((components as { id: string }[]).map(({ id }) => id)).toEqual(all);
      expect((second as { id: string }[]).map(({ id }) => id)).toEqual(all.slice(2, 5));
      const seen: string[] = [];
      for (let after = ''; ;) {
        const { page } = await ask(
          `{ page: componentsConnection(first: 5, ${sort}${after}) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
        );
        seen.push(...(page.edges as { node: { id: string } }[]).map(({ node }) => node.id));
        if (!page.pageInfo.hasNextPage) break;
        after = `, after: "${page.pageInfo.endCursor}"`;
      }
      expect(seen).toEqual(all);
      const { requirements } = await ask(
        '{ requirements(where: {components: {some: {}}}, limit: 30) { id components(sort: [{requirements: {count: DESC}}]) { id } componentsConnection(sort: [{node: {requirements: {count: DESC}}}]) { edges { node { id } } } } }',
      );
      for (const row of requirements as {
        id: string;
        components: { id: string }[];
        componentsConnection: { edges: { node: { id: string } }[] };
      }[]) {
        const own = byCount(rows.get(row.id)!.components.map(({ id }) => id));
        expect(row.components.map(({ id }) => id)).toEqual(own);
        expect(row.componentsConnection.edges.map(({ node }) => node.id)).toEqual(own);
      }
    });

    it('takes the words of a sort from variables, and leaves out those that are null', async () => {
      const query =
        'query ($sort: [RequirementSort!], $text: String!) { a: requirements(sort: $sort, limit: 1000) { id } b: requirements(sort: [{near: {text: $text}}], limit: 1000) { id } }';
      const send = async (sort: unknown, text: string) => {
        const { data, errors } = await gateway.send(query, { sort, text });
        expect(errors).toBeUndefined();
        return data as { a: { id: string }[]; b: { id: string }[] };
      };
      for (const text of TEXTS) {
        const { a, b } = await send(
          [{ near: { text, direction: 'DESC_NULLS_LAST' }, components: null }, { components: { min: null, count: null } }],
          text,
        );
        expect(a).toEqual(b);
        expect(a.map(({ id }) => id)).toEqual(
          sorted([{ text: '', valueOf: (row) => row.scores.get(text) ?? null, descending: true, nullsFirst: false }], rows.values()),
        );
      }
    });
  });
};

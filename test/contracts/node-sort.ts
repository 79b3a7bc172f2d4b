import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, TestGateway } from '../support/gateway.js';

interface Component {
  readonly id: string;
  readonly requirements: readonly {
    readonly identifier: string;
    readonly createdAt: string;
    readonly version: number | null;
    readonly state: string;
  }[];
  readonly interfaces: readonly { readonly name: string | null }[];
}

const compare = (one: string | number, other: string | number): number => (one < other ? -1 : one > other ? 1 : 0);

/** The order that a sort means, over all components as they are. */
const ordered = (
  components: readonly Component[],
  valueOf: (component: Component) => string | number | undefined,
  direction: string,
): string[] => {
  const descending = direction.startsWith('DESC');
  const nullsFirst = direction.includes('NULLS') ? direction.endsWith('FIRST') : descending;
  return [...components]
    .sort((one, other) => {
      const [a, b] = [valueOf(one), valueOf(other)];
      if (a === undefined || b === undefined) return a === b ? compare(one.id, other.id) : (a === undefined) === nullsFirst ? -1 : 1;
      return (descending ? compare(b, a) : compare(a, b)) || compare(one.id, other.id);
    })
    .map(({ id }) => id);
};

const least = <T extends string | number>(values: readonly (T | null)[], word: 'min' | 'max'): T | undefined => {
  const sorted = values.filter((value) => value !== null).sort(compare);
  return word === 'min' ? sorted[0] : sorted.at(-1);
};

/** Orders of nodes by what stands behind their hops, against the same made of all that there is. */
export const nodeSortContract = (profile: string, start: () => Promise<TestGateway>): void => {
  describe(`orders of nodes by what hops lead to on ${profile}`, () => {
    let gateway: TestGateway;
    let all: readonly Component[];
    const ask = async (query: string, variables?: Record<string, unknown>): Promise<Answer> => {
      const { data, errors } = await gateway.send(query, variables);
      expect(errors).toBeUndefined();
      return data;
    };
    const ids = (nodes: unknown): string[] => (nodes as { id: string }[]).map(({ id }) => id);

    beforeAll(async () => {
      gateway = await start();
      // Some lead to nothing.
      await ask(`mutation { createComponents(input: [{id: "unsorted-1", name: "Alone", type: "power"},
        {id: "unsorted-2", name: "Alone too", type: "power"}]) { info { nodesCreated } } }`);
      all = (
        await ask('{ components(limit: 1000) { id requirements(limit: 1000) { identifier createdAt version state } interfaces { name } } }')
      )['components'] as Component[];
      expect(all.filter(({ requirements }) => requirements.length > 1).length).toBeGreaterThan(2);
      expect(all.some(({ requirements }) => requirements.length === 0)).toBe(true);
    });
    afterAll(async () => {
      await gateway.send('mutation { deleteComponents(where: {id: {startsWith: "unsorted-"}}) { nodesDeleted } }');
      await gateway.close();
    });

    describe.each(['ASC', 'DESC', 'ASC_NULLS_FIRST', 'DESC_NULLS_LAST'])('%s', (direction) => {
      it.each(['min', 'max'] as const)('by the %s of a column of rows', async (word) => {
        for (const column of ['identifier', 'createdAt', 'version'] as const) {
          const { components } = await ask(
            `{ components(limit: 1000, sort: [{requirements: {${word}: {${column}: ${direction}}}}]) { id } }`,
          );
          expect(ids(components), column).toEqual(
            ordered(
              all,
              ({ requirements }) =>
                least(
                  requirements.map((each) => each[column]),
                  word,
                ),
              direction,
            ),
          );
        }
      });

      it('by a property of other nodes', async () => {
        const { components } = await ask(`{ components(limit: 1000, sort: [{interfaces: {max: {name: ${direction}}}}]) { id } }`);
        expect(ids(components)).toEqual(
          ordered(
            all,
            ({ interfaces }) =>
              least(
                interfaces.map(({ name }) => name),
                'max',
              ),
            direction,
          ),
        );
      });
    });

    it('among those that pass, page after page, in lists and connections', async () => {
      const where = '{requirements: {some: {state: {in: [APPROVED, REVIEW]}}}}';
      const expected = ordered(
        all.filter(({ requirements }) => requirements.some(({ state }) => state === 'APPROVED' || state === 'REVIEW')),
        ({ requirements }) =>
          least(
            requirements.map(({ identifier }) => identifier),
            'min',
          ),
        'DESC',
      );
      expect(expected.length).toBeGreaterThan(3);
      const sort = 'sort: [{requirements: {min: {identifier: DESC}}}]';
      const { first, rest } = await ask(`{ first: components(where: ${where}, ${sort}, limit: 2) { id }
        rest: components(where: ${where}, ${sort}, limit: 1000, offset: 2) { id } }`);
      expect([...ids(first), ...ids(rest)]).toEqual(expected);
      const seen: string[] = [];
      for (let after: string | null = null, more = true; more;) {
        const { componentsConnection } = (await ask(
          `query ($after: String) { componentsConnection(where: ${where}, ${sort}, first: 2, after: $after) {
            totalCount edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
          { after },
        )) as { componentsConnection: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
        seen.push(...componentsConnection.edges.map(({ node }) => node.id));
        [after, more] = [componentsConnection.pageInfo.endCursor, componentsConnection.pageInfo.hasNextPage];
      }
      expect(seen).toEqual(expected);
    });

    it('behind other nodes and rows, in edges, beside words of their own, and as a variable', async () => {
      const sort = [{ requirements: { max: { identifier: 'DESC' } } }];
      const data = await ask(
        `query ($sort: [ComponentSort!]) {
          interfaces { name components(sort: $sort) { id } componentsConnection(sort: [{node: {requirements: {max: {identifier: DESC}}}}])
            { edges { node { id } } } }
          requirements(limit: 10) { components(sort: $sort) { id } }
          components(limit: 1000, sort: [{type: ASC}, {requirements: {min: {version: ASC}}}, {name: DESC}]) {
            id type name requirements { version } } }`,
        { sort },
      );
      const expected = ordered(
        all,
        ({ requirements }) =>
          least(
            requirements.map(({ identifier }) => identifier),
            'max',
          ),
        'DESC',
      );
      const behind = [...(data['interfaces'] as Answer[]), ...(data['requirements'] as Answer[])];
      expect(behind.some(({ components }) => (components as unknown[]).length > 1)).toBe(true);
      for (const { components, componentsConnection } of behind) {
        const found = ids(components);
        expect(found).toEqual(expected.filter((id) => found.includes(id)));
        if (componentsConnection)
          expect((componentsConnection.edges as { node: { id: string } }[]).map(({ node }) => node.id)).toEqual(found);
      }
      const mixed = data['components'] as { id: string; type: string; name: string; requirements: { version: number | null }[] }[];
      expect(mixed.map(({ type }) => type)).toEqual([...mixed.map(({ type }) => type)].sort());
      for (const [index, component] of mixed.entries()) {
        const next = mixed[index + 1];
        if (!next || next.type !== component.type) continue;
        const [a, b] = [component, next].map(({ requirements }) =>
          least(
            requirements.map(({ version }) => version),
            'min',
          ),
        );
        if (a === b) expect(component.name >= next.name).toBe(true);
        else expect(b === undefined || (a !== undefined && a < b)).toBe(true);
      }
    });

    it('several at once keep apart, and more than four are refused', async () => {
      const list = (alias: string, column: string) =>
        `${alias}: components(limit: 1000, sort: [{requirements: {min: {${column}: ASC}}}]) { id }`;
      const { a, b } = await ask(`{ ${list('a', 'identifier')} ${list('b', 'createdAt')} }`);
      expect(ids(a)).toEqual(
        ordered(
          all,
          ({ requirements }) =>
            least(
              requirements.map(({ identifier }) => identifier),
              'min',
            ),
          'ASC',
        ),
      );
      expect(ids(b)).toEqual(
        ordered(
          all,
          ({ requirements }) =>
            least(
              requirements.map(({ createdAt }) => createdAt),
              'min',
            ),
          'ASC',
        ),
      );
      const five = ['identifier', 'createdAt', 'version', 'title', 'state']
        .map((column) => `{requirements: {min: {${column}: ASC}}}`)
        .join(', ');
      const { errors } = await gateway.send(`{ components(sort: [${five}]) { id } }`);
      expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_INPUT']);
    });

    it('ask the graph twice and the tables once, whatever the number of nodes', async () => {
      const query = '{ components(limit: 20, sort: [{requirements: {min: {identifier: ASC}}}]) { id } }';
      await ask(query);
      gateway.recorded.clear();
      await ask(query);
      expect([gateway.recorded.graph.length, gateway.recorded.relational.length]).toEqual([2, 1]);
    });
  });
};

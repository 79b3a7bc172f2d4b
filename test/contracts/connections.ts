import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, TestGateway } from '../support/gateway.js';

interface Requirement {
  readonly id: string;
  readonly identifier: string;
  readonly state: string;
}

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Requirement }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** Connections of to-many joins, against the lists that stand beside them. */
export const connectionsContract = (profile: string, start: () => Promise<TestGateway>): void => {
  describe(`connections of joins on ${profile}`, () => {
    let gateway: TestGateway;
    const ask = async (query: string, variables?: Record<string, unknown>): Promise<Answer> => {
      const { data, errors } = await gateway.send(query, variables);
      expect(errors).toBeUndefined();
      return data;
    };

    beforeAll(async () => {
      gateway = await start();
    });
    afterAll(() => gateway.close());

    it.each([
      ['after', 'first'],
      ['before', 'last'],
    ])('give every row of every owner once, page after page: %s', async (cursor, size) => {
      const sort = '[{state: DESC}, {identifier: ASC}]';
      const { projects } = (await ask(`{ projects { id requirements(limit: 1000, sort: ${sort}) { id identifier state } } }`)) as {
        projects: { id: string; requirements: Requirement[] }[];
      };
      expect(projects.some(({ requirements }) => requirements.length > 7)).toBe(true);
      for (const { id, requirements } of projects) {
        const seen: Requirement[] = [];
        for (let at: string | null = null, more = true; more;) {
          const { project } = (await ask(
            `query ($id: ID!, $at: String) { project(id: $id) { requirementsConnection(${size}: 3, ${cursor}: $at, sort: ${sort}) {
              edges { cursor node { id identifier state } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
            { id, at },
          )) as { project: { requirementsConnection: Page } };
          const { edges, pageInfo } = project.requirementsConnection;
          expect(pageInfo.startCursor).toBe(edges[0]?.cursor ?? null);
          expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
          const nodes = edges.map(({ node }) => node);
          if (size === 'first') seen.push(...nodes);
          else seen.unshift(...nodes);
          more = size === 'first' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
          expect(size === 'first' ? pageInfo.hasPreviousPage : pageInfo.hasNextPage).toBe(at !== null);
          at = size === 'first' ? pageInfo.endCursor : pageInfo.startCursor;
        }
        expect(seen).toEqual(requirements);
      }
    });

    it.each([
      ['rows', 'requirementsConnection(first: 7, sort: [{identifier: ASC}])', 'id identifier project { name }'],
      ['the last rows', 'requirementsConnection(last: 7, where: {state: {eq: DRAFT}})', 'id __typename'],
      ['rows of each row', 'projects { requirementsConnection(first: 3, sort: [{title: DESC}])', 'title constraints { name }'],
      ['nodes', 'componentsConnection(first: 7, sort: [{name: ASC}])', 'id name interfaces(sort: [{name: ASC}]) { name }'],
      [
        'nodes of each row',
        'requirements(limit: 40, sort: [{identifier: ASC}]) { componentsConnection(sort: [{node: {name: ASC}}])',
        'id name requirements(sort: [{identifier: ASC}], limit: 2) { identifier }',
      ],
      ['rows of each node', 'components(sort: [{name: ASC}]) { requirementsConnection(first: 3)', 'id identifier'],
      ['nodes of each node', 'components(sort: [{name: ASC}]) { interfacesConnection(first: 3)', 'name'],
      ['rows of each row over the graph', 'knowledgeAssets(sort: [{title: ASC}]) { referencesConnection', 'title'],
    ])('give what their edges lead to without edges, too: %s', async (_, field, selection) => {
      const close = '}'.repeat(field.split('{').length - field.split('}').length);
      const connections = async (selected: string) => {
        const data = await ask(`{ all: ${field} { ${selected} } ${close} }`);
        return ([data.all] as Answer[])
          .flat()
          .map((each: Answer): Answer => ('edges' in each || 'nodes' in each || 'a' in each ? each : Object.values(each as object)[0]));
      };
      const edges = (await connections(`edges { node { ${selection} } }`)).map((each) => each.edges.map(({ node }: Answer) => node));
      expect(edges.flat().length).toBeGreaterThan(3);
      expect((await connections(`nodes { ${selection} }`)).map(({ nodes }) => nodes)).toEqual(edges);
      const both = await connections(
        `a: nodes { ${selection} } edges { node { n: __typename } } b: nodes { ${selection} } c: nodes { __typename } totalCount ` +
          'pageInfo { hasNextPage }',
      );
      expect(both.map(({ a }) => a)).toEqual(edges);
      expect(both.map(({ b }) => b)).toEqual(edges);
      expect(both.map(({ c }) => c.length)).toEqual(both.map((each) => each.edges.length));
    });

    it('give nodes under names that Cypher has a use for', async () => {
      const { components, requirements } = await ask(`{ components(limit: 3, sort: [{name: ASC}]) { then: name nodeKey_: name id name }
        requirements(limit: 3, where: {components: {some: {}}}) { where: components { match: name name nodeKey_: name } } }`);
      for (const { then, nodeKey_, name } of [
        ...components,
        ...requirements.flatMap((row: Answer) => row.where.map((node: Answer) => ({ ...node, then: node.match }))),
      ])
        expect([then, nodeKey_]).toEqual([name, name]);
    });

    it('put groups in the order of sort: by counts, values and numbers, of all rows and of those of each row', async () => {
      const by = (sort: string) => `groupBy(fields: [PROJECT, PRIORITY], sort: [${sort}]) {
        key { project { id } priority } count { nodes } node { version { average max } } }`;
      const { plain, all, projects, few } = await ask(`{
        plain: requirementsConnection { ${by('')} }
        all: requirementsConnection { a: ${by('{count: ASC}, {key: {priority: DESC}}')}
          b: ${by('{key: {project: DESC}}, {key: {priority: ASC}}')} c: ${by('{node: {version: {average: DESC}}}, {count: DESC}')} }
        few: requirementsConnection { groupBy(fields: [STATE], sort: [{count: ASC}], limit: 2, offset: 1) {
          key { state } count { nodes } } all: groupBy(fields: [STATE], sort: [{count: ASC}]) { key { state } count { nodes } } }
        projects { id requirementsConnection { groupBy(fields: [STATE], sort: [{key: {state: DESC}}]) { key { state } } } } }`);
      const sorted = (...order: ((group: Answer) => string | number)[]) => {
        const compare = (one: string | number, other: string | number) => (one < other ? -1 : one > other ? 1 : 0);
        return [...plain.groupBy].sort(
          (one, other) => order.map((value) => compare(value(one), value(other))).find((result) => result !== 0) ?? 0,
        );
      };
      const values = (groups: Answer[], value: (group: Answer) => unknown) => groups.map(value);
      const count = ({ count: { nodes } }: Answer): number => nodes as number;
      expect(plain.groupBy.length).toBeGreaterThan(4);
      expect(values(plain.groupBy, count)).toEqual(
        values(
          sorted((group) => -count(group)),
          count,
        ),
      );
      expect(values(all.a, count)).toEqual(values(sorted(count), count));
      expect(values(all.b, ({ key }) => key.project.id)).toEqual(
        values(
          sorted(({ key }) => key.project.id),
          ({ key }) => key.project.id,
        ).reverse(),
      );
      const average = ({ node }: Answer) => Number(node.version.average);
      expect(values(all.c, average)).toEqual(
        values(
          sorted((group) => -average(group)),
          average,
        ),
      );
      expect(few.groupBy).toEqual(few.all.slice(1, 3));
      for (const { requirementsConnection } of projects) {
        const states = requirementsConnection.groupBy.map(({ key }: Answer) => key.state);
        expect(new Set(states).size).toBe(states.length);
      }
      const { errors } = await gateway.send(
        '{ requirementsConnection { groupBy(fields: [STATE], sort: [{key: {title: ASC}}]) { count { nodes } } } }',
      );
      expect(errors).toMatchObject([
        { message: expect.stringContaining('expected a key that is grouped by (state), but got title'), extensions: { code: 'BAD_INPUT' } },
      ]);
      const two = await gateway.send(
        '{ requirementsConnection { groupBy(fields: [STATE], sort: [{key: {state: ASC}, count: ASC}]) { count { nodes } } } }',
      );
      expect(two.errors).toMatchObject([{ extensions: { code: 'BAD_INPUT' } }]);
    });

    it.each([
      ['a column', '{state: {in: [DRAFT, APPROVED]}}'],
      ['joined rows', '{notes: {none: {}}}'],
      ['a hop', '{components: {some: {}}}'],
      ['nearness', '{near: {text: "battery endurance", minScore: 0.3}}'],
      ['nothing that passes', '{identifier: {eq: "no such"}}'],
    ])('count, compute and group the rows of each owner by themselves: %s', async (_, where) => {
      const { projects } = (await ask(`{ projects { name requirements(limit: 1000, where: ${where}) { id identifier state }
        requirementsConnection(first: 2, where: ${where}, sort: [{identifier: DESC}]) {
          totalCount edges { node { identifier } } other: edges { node { state } }
            aggregate { count { nodes } node { identifier { min max } state { distinct } } }
            groupBy(fields: [STATE]) { key { state } count { nodes } } } } }`)) as {
        projects: {
          requirements: Requirement[];
          requirementsConnection: {
            totalCount: number;
            edges: Answer[];
            other: Answer[];
            aggregate: Answer;
            groupBy: { key: { state: string }; count: { nodes: number } }[];
          };
        }[];
      };
      expect(projects.length).toBeGreaterThan(1);
      for (const { requirements, requirementsConnection: page } of projects) {
        const sorted = [...requirements].sort((one, other) => (one.identifier < other.identifier ? 1 : -1));
        const states = new Set(requirements.map(({ state }) => state));
        expect(page.totalCount).toBe(requirements.length);
        expect(page.edges).toEqual(sorted.slice(0, 2).map(({ identifier }) => ({ node: { identifier } })));
        expect(page.other).toEqual(sorted.slice(0, 2).map(({ state }) => ({ node: { state } })));
        expect(page.aggregate).toEqual({
          count: { nodes: requirements.length },
          node: {
            identifier: { min: sorted.at(-1)?.identifier ?? null, max: sorted[0]?.identifier ?? null },
            state: { distinct: states.size },
          },
        });
        expect(Object.fromEntries(page.groupBy.map(({ key, count }) => [key.state, count.nodes]))).toEqual(
          Object.fromEntries([...states].map((state) => [state, requirements.filter((each) => each.state === state).length])),
        );
      }
    });

    it('order by what other stores know, for each owner', async () => {
      const sort = '[{components: {count: DESC}}, {near: {text: "battery endurance", direction: DESC}}, {identifier: ASC}]';
      const { projects } = (await ask(`{ projects { requirements(limit: 4, sort: ${sort}) { identifier }
        requirementsConnection(first: 4, sort: ${sort}) { edges { node { identifier components { id } } } } } }`)) as {
        projects: {
          requirements: Answer[];
          requirementsConnection: { edges: { node: { identifier: string; components: unknown[] } }[] };
        }[];
      };
      for (const {
        requirements,
        requirementsConnection: { edges },
      } of projects) {
        expect(edges.map(({ node: { identifier } }) => ({ identifier }))).toEqual(requirements);
        const counts = edges.map(({ node }) => node.components.length);
        expect(counts).toEqual([...counts].sort((one, other) => other - one));
      }
    });

    it('go on below rows of other connections, groups and hops', async () => {
      const data = await ask(`{ projectsConnection(first: 2, sort: [{name: ASC}]) { edges {
          node { name requirementsConnection(first: 2, sort: [{identifier: ASC}]) {
          totalCount edges { node { identifier notesConnection(first: 1) { totalCount edges { node { text } } } notes { text } } } }
          requirements(limit: 2, sort: [{identifier: ASC}]) { identifier } } } }
        requirementsConnection { groupBy(fields: [PROJECT]) { count { nodes } key { project { requirementsConnection { totalCount } } } } }
        components(limit: 3) { requirements { identifier notes { text } notesConnection { totalCount } } } }`);
      for (const { node } of data['projectsConnection'].edges as Answer[]) {
        expect((node['requirementsConnection'].edges as Answer[]).map((edge) => edge['node'].identifier)).toEqual(
          (node['requirements'] as Answer[]).map(({ identifier }) => identifier),
        );
        for (const edge of node['requirementsConnection'].edges as Answer[])
          expect(edge['node'].notesConnection.totalCount).toBe(edge['node'].notes.length);
      }
      for (const { count, key } of data['requirementsConnection'].groupBy as Answer[])
        expect(key['project'].requirementsConnection.totalCount).toBe(count['nodes']);
      const rows = (data['components'] as Answer[]).flatMap((component) => component['requirements'] as Answer[]);
      expect(rows).not.toHaveLength(0);
      for (const { notes, notesConnection } of rows) expect(notesConnection.totalCount).toBe(notes.length);
    });

    it.each([
      ['compiled', ''],
      ['beside what is not compiled', 'componentsConnection(first: 1) { totalCount }'],
    ])('cost one statement for all owners, beside the lists of the same level: %s', async (_, more) => {
      const query = `{ requirements(limit: 20) { identifier notes { text } ${more}
        constraintsConnection(first: 2) { totalCount aggregate { count { nodes } } groupBy(fields: [NAME]) { count { nodes } }
        edges { node { name } } pageInfo { hasNextPage } } } }`;
      await ask(query);
      gateway.recorded.clear();
      await ask(query);
      expect(gateway.recorded.relational).toHaveLength(2);
    });

    it('refuse a cursor of another order, and both ends at once', async () => {
      const cursorOf = async () => {
        const { projects } = (await ask(
          '{ projects(limit: 1) { requirementsConnection(first: 1, sort: [{identifier: ASC}]) { pageInfo { endCursor } } } }',
        )) as { projects: [{ requirementsConnection: Page }] };
        return projects[0].requirementsConnection.pageInfo.endCursor;
      };
      const codeOf = async (args: string) =>
        (
          (await gateway.send(`{ projects(limit: 1) { requirementsConnection(${args}) { edges { cursor } } } }`)).errors as
            { extensions: { code: string } }[] | undefined
        )?.map(({ extensions }) => extensions.code);
      expect(await codeOf(`after: ${JSON.stringify(await cursorOf())}, sort: [{title: ASC}]`)).toEqual(['BAD_CURSOR']);
      expect(await codeOf('first: 1, last: 1')).toEqual(['BAD_INPUT']);
      expect(await codeOf('first: 100000')).toEqual(['LIMIT_EXCEEDED']);
    });
  });
};

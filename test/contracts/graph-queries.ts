import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, TestGateway } from '../support/gateway.js';
import { rawArrows, rawRows, type Arrow } from '../support/raw.js';

interface Requirement {
  readonly id: string;
  readonly dependsOn: readonly { readonly id: string }[];
  readonly components: readonly { readonly id: string }[];
}

/** As a drawing shows it: on one line, at most 80 characters. */
const shortName = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
};

/** Questions to the graph of the demonstration data, over all stores. */
export const graphQueriesContract = (profile: string, start: () => Promise<TestGateway>): void => {
  describe(`queries over the graph on ${profile}`, () => {
    let gateway: TestGateway;
    let rows: ReadonlyMap<string, Requirement>;
    const ask = async (query: string, variables?: Record<string, unknown>): Promise<Answer> => {
      const { data, errors } = await gateway.send(query, variables);
      expect(errors).toBeUndefined();
      return data;
    };
    beforeAll(async () => {
      gateway = await start();
      const { stores } = gateway.engine;
      const requirements = await rawRows<{ id: string }>(
        stores,
        'SELECT requirement_id AS id FROM requirements_enhanced ORDER BY requirement_identifier',
      );
      const depends = await rawArrows(stores, 'Requirement', 'DEPENDS_ON', 'Requirement');
      const deploys = await rawArrows(stores, 'Requirement', 'DEPLOYS', 'Component');
      const ends = (arrows: readonly Arrow[], start: string) => arrows.filter(({ from }) => from === start).map(({ to }) => ({ id: to }));
      rows = new Map(requirements.map(({ id }) => [id, { id, dependsOn: ends(depends, id), components: ends(deploys, id) }]));
    });
    afterAll(() => gateway.close());

    /** Distances along dependsOn, by brute force. */
    const distances = (start: string, depth: number): Map<string, number> => {
      const found = new Map([[start, 0]]);
      for (let distance = 1, frontier = [start]; distance <= depth; distance += 1) {
        frontier = frontier.flatMap((id) => rows.get(id)!.dependsOn.map((next) => next.id)).filter((id) => !found.has(id));
        for (const id of frontier) found.set(id, distance);
      }
      found.delete(start);
      return found;
    };

    it('cross the stores five times, each in one statement a level', async () => {
      // table -> node -> table -> vector -> table -> node, and rows with their own joins on the way.
      const query = `{ requirements(limit: 5, where: {components: {some: {}}}, sort: [{identifier: ASC}]) { identifier project { name }
        components { name interfaces { name }
          requirements(limit: 2, sort: [{identifier: ASC}]) { identifier constraints { name }
            similar(limit: 2) { score requirement { identifier project { name }
              components { name processes { name } } } } } } } }`;
      await ask(query);
      gateway.recorded.clear();
      const { requirements } = await ask(query);
      const { relational, graph, vector } = gateway.recorded;
      // The graph answers the condition, then the first hop, then the last; of rows, one statement has the joins of another.
      expect({ graph: graph.length, vector: vector.length, relational: relational.length }).toEqual({ graph: 3, vector: 1, relational: 4 });
      expect(requirements).toHaveLength(5);
      const reached = requirements[0].components[0].requirements[0].similar[0].requirement;
      expect(reached).toMatchObject({ identifier: expect.any(String) as string, project: { name: expect.any(String) as string } });
      expect(reached.components.length).toBeGreaterThan(0);
    });

    it('trace what a requirement depends on, the way taken being one', async () => {
      const start = [...rows.keys()].reduce((one, other) => (distances(other, 10).size > distances(one, 10).size ? other : one));
      const { requirement } = await ask(
        'query ($id: ID!) { requirement(id: $id) { trace(depth: 10) { distance requirement { id } path { length nodes { ... on Requirement { id } } relationships { type source target } } } } }',
        { id: start },
      );
      const expected = distances(start, 10);
      expect(expected.size).toBeGreaterThan(3);
      expect(new Map(requirement.trace.map((hit: Answer) => [hit.requirement.id, hit.distance]))).toEqual(expected);
      for (const { distance, requirement: reached, path } of requirement.trace) {
        expect(path).toMatchObject({ length: distance, relationships: { length: distance } });
        const ids = path.nodes.map(({ id }: { id: string }) => id);
        expect([ids[0], ids.at(-1)]).toEqual([start, reached.id]);
        path.relationships.forEach((relationship: Answer, index: number) =>
          expect(relationship).toEqual({ type: 'DEPENDS_ON', source: ids[index], target: ids[index + 1] }),
        );
        ids.slice(1).forEach((id: string, index: number) => expect(rows.get(ids[index])!.dependsOn.map((next) => next.id)).toContain(id));
      }
    });

    it('read what a reference between documents carries, both ways, and by it', async () => {
      const { knowledgeAssets } = await ask(
        '{ knowledgeAssets(where: {references: {some: {}}}, sort: [{title: ASC}]) { title referencesConnection(sort: [{edge: {confidence: DESC}}]) { edges { properties { confidence } node { id title referencedByConnection { edges { properties { confidence } node { title } } } } } } } }',
      );
      expect(knowledgeAssets.length).toBeGreaterThan(0);
      const all: number[] = [];
      for (const { title, referencesConnection } of knowledgeAssets) {
        const confidences = referencesConnection.edges.map(({ properties }: Answer) => properties.confidence as number);
        expect(confidences).toEqual([...confidences].sort((one: number, other: number) => other - one));
        all.push(...confidences);
        for (const { properties, node } of referencesConnection.edges)
          expect(node.referencedByConnection.edges).toContainEqual({ properties, node: { title } });
      }
      const least = Math.max(...all);
      const { surest } = await ask(
        'query ($least: Float!) { surest: knowledgeAssets(where: {referencesConnection: {some: {edge: {confidence: {gte: $least}}}}}) { title } }',
        { least },
      );
      expect(surest.map(({ title }: Answer) => title as string).sort()).toEqual(
        knowledgeAssets
          .filter(({ referencesConnection }: Answer) => referencesConnection.edges[0].properties.confidence >= least)
          .map(({ title }: Answer) => title as string)
          .sort(),
      );
    });

    it('draw what stands around a component, and find the way from it to a document', async () => {
      const { components } = await ask(
        '{ components(where: {name: {eq: "Battery pack"}}) { id neighbourhood(limit: 1000) { truncated nodes { data { id label type distance } node { __typename ... on Requirement { identifier title } ... on KnowledgeChunk { content } } } edges { data { id source target label } } } } }',
      );
      const [{ id, neighbourhood }] = components;
      expect(neighbourhood.nodes[0].data).toEqual({ id, label: 'Battery pack', type: 'Component', distance: 0 });
      const drawn = new Set(neighbourhood.nodes.map(({ data }: Answer) => data.id as string));
      expect(drawn.size).toBe(neighbourhood.nodes.length);
      const deployed = [...rows.values()].filter(({ components: on }) => on.some((component) => component.id === id));
      for (const requirement of deployed)
        expect(neighbourhood.edges).toContainEqual({
          data: { id: `${requirement.id} DEPLOYS ${id}`, source: requirement.id, target: id, label: 'DEPLOYS' },
        });
      for (const { data } of neighbourhood.edges) expect(drawn.has(data.source as string) && drawn.has(data.target as string)).toBe(true);
      expect(new Set(neighbourhood.edges.map(({ data }: Answer) => data.id as string)).size).toBe(neighbourhood.edges.length);
      for (const { data, node } of neighbourhood.nodes) {
        const { __typename, identifier, title, content } = node;
        expect(__typename).toBe(data.type);
        // A person reads no uuid.
        if (__typename === 'Requirement') expect(data.label).toBe(shortName(`${identifier as string} ${title as string}`));
        if (__typename === 'KnowledgeChunk') expect(data.label).toBe(shortName(content as string));
        expect(data.label).not.toMatch(/^[0-9a-f]{8}-/);
      }
      const { files } = await ask('{ files(where: {contains: {some: {}}}, limit: 1) { id } }');
      const { component } = await ask(
        'query ($id: ID!, $to: ID!) { component(id: $id) { path(to: $to) { length nodes { __typename } } } }',
        { id, to: files[0].id },
      );
      expect(component.path.nodes.at(-1)).toEqual({ __typename: 'File' });
      expect(component.path.nodes.length).toBe(component.path.length + 1);
    });

    it('give each connection of a node under its own alias, below other nodes too', async () => {
      const { components } = await ask(`{ components(sort: [{name: ASC}]) { requirements(limit: 1000) { id priority }
        all: requirementsConnection(first: 1000) { count: totalCount edges { at: cursor to: node { id } } } requirementsConnection(first: 1, where: {node: {priority: {eq: CRITICAL}}}) { totalCount }
        interfaces { components { few: requirementsConnection(first: 2) { edges { node { id } } info: pageInfo { hasNextPage } } requirements(limit: 1000) { id } } } } }`);
      expect(components.length).toBeGreaterThan(20);
      for (const { requirements, all, requirementsConnection, interfaces } of components) {
        const ids = requirements.map(({ id }: Answer) => id as string).sort();
        expect(all.edges.map(({ to }: Answer) => to.id as string).sort()).toEqual(ids);
        expect([all.count, requirementsConnection.totalCount]).toEqual([
          ids.length,
          requirements.filter(({ priority }: Answer) => priority === 'CRITICAL').length,
        ]);
        for (const { few, requirements: rows } of interfaces.flatMap(({ components: others }: Answer) => others as Answer[])) {
          expect([few.edges.length, few.info.hasNextPage]).toEqual([Math.min(2, rows.length), rows.length > 2]);
        }
      }
    });

    it('analyse one project, and say where traces end', async () => {
      const own = await rawRows<{ id: string }>(
        gateway.engine.stores,
        `SELECT requirement_id AS id FROM requirements_enhanced JOIN projects USING (project_id) WHERE name = 'Air Vehicle'`,
      );
      const ids = new Set(own.map(({ id }) => id));
      const inside = [...rows.values()]
        .filter(({ id }) => ids.has(id))
        .flatMap(({ id, dependsOn }) => dependsOn.filter((next) => ids.has(next.id)).map((next) => [id, next.id]));
      const { graphAnalytics, traceabilityGaps } = await ask(`{
        graphAnalytics(types: [REQUIREMENT], relationships: ["DEPENDS_ON"], where: {requirement: {project: {name: {eq: "Air Vehicle"}}}}) { nodeCount relationshipCount degree(limit: 1) { score } pageRank(limit: 1000) { score node { ... on Requirement { project { name } } } } cycles { truncated } }
        traceabilityGaps { type field count nodes(limit: 1000) { ... on Requirement { id } ... on Component { key: id requirements { id } } } } }`);
      expect(graphAnalytics).toMatchObject({ nodeCount: ids.size, relationshipCount: inside.length, cycles: { truncated: false } });
      expect(graphAnalytics.degree[0].score).toBe(Math.max(...[...ids].map((id) => inside.filter((pair) => pair.includes(id)).length)));
      expect(graphAnalytics.pageRank.reduce((sum: number, { score }: Answer) => sum + Number(score), 0)).toBeCloseTo(1, 6);
      expect(new Set(graphAnalytics.pageRank.map(({ node }: Answer) => node.project.name as string))).toEqual(new Set(['Air Vehicle']));
      const [requirements, components] = ['REQUIREMENT', 'COMPONENT'].map((type) =>
        traceabilityGaps.find((gap: Answer) => gap.type === type),
      );
      const without = [...rows.values()]
        .filter((row) => row.components.length === 0)
        .map(({ id }) => id)
        .sort();
      expect(requirements).toMatchObject({ field: 'components', count: without.length });
      expect(requirements.nodes.map(({ id }: Answer) => id as string).sort()).toEqual(without);
      expect(components.nodes.every((node: Answer) => node.requirements.length === 0)).toBe(true);
      expect(components.count).toBe(components.nodes.length);
    });
  });
};

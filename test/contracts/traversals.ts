import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

/** Parts are rows with nodes, tools are nodes only; what ties them carries properties. */
const SDL = `
  type Part @table(name: "parts") @node(labels: ["TestPart"]) {
    id: ID! @column(name: "part_id", type: "text")
    name: String! @alias(property: "name")
    size: Int
    needs: [Part!]! @relationship(type: "TEST_NEEDS", direction: OUT, properties: "Need")
    neededBy: [Part!]! @relationship(type: "TEST_NEEDS", direction: IN, properties: "Need")
    tools: [Tool!]! @relationship(type: "TEST_USES", direction: OUT, properties: "Use")
    reaches: [PartReach!]! @traverse(types: ["TEST_NEEDS"], direction: OUT, maxDepth: 6, properties: "Need")
    around: [PartReach!]! @traverse(types: ["TEST_NEEDS"], direction: BOTH, maxDepth: 6)
    toolsInReach: [ToolReach!]! @traverse(types: ["TEST_NEEDS", "TEST_USES"], direction: OUT, maxDepth: 6)
    path: GraphPath @path(direction: BOTH, maxDepth: 8)
    paths: [GraphPath!]! @path(types: ["TEST_NEEDS"], direction: OUT, maxDepth: 8)
    neighbourhood: GraphNeighbourhood! @neighbourhood(maxDepth: 3)
    loudName(times: Int!): String @cypher(statement: "RETURN reduce(s = this.name, i IN range(1, $times) | s + '!') AS loud", columnName: "loud")
    secondHand: [Part!]! @cypher(statement: "MATCH (this)-[:TEST_NEEDS]->()-[:TEST_NEEDS]->(p:TestPart) RETURN DISTINCT p", columnName: "p")
  }
  type Tool @node(labels: ["TestTool"]) {
    id: ID!
    name: String!
    rank: Int
    parts: [Part!]! @relationship(type: "TEST_USES", direction: IN, properties: "Use")
    fits: [Tool!]! @relationship(type: "TEST_FITS", direction: OUT, properties: "Fit")
    fitted: [ToolReach!]! @traverse(types: ["TEST_FITS"], direction: OUT, maxDepth: 4, properties: "Fit")
    path: GraphPath @path
    neighbourhood: GraphNeighbourhood @neighbourhood(types: ["TEST_FITS", "TEST_USES"])
    uses: Int @cypher(statement: "MATCH (this)<-[u:TEST_USES]-() RETURN count(u) AS uses", columnName: "uses")
    usage(least: Float!): [Usage!]! @cypher(statement: "MATCH (this)<-[u:TEST_USES]-(p) WHERE u.hours >= $least RETURN {part: p.name, hours: u.hours} AS usage ORDER BY usage.part", columnName: "usage")
    users(least: Float!): [Part!]! @cypher(statement: "MATCH (this)<-[u:TEST_USES]-(p:TestPart) WHERE u.hours >= $least RETURN p", columnName: "p")
    mainUser: Part @cypher(statement: "MATCH (this)<-[u:TEST_USES]-(p:TestPart) RETURN p ORDER BY u.hours DESC LIMIT 1", columnName: "p")
    twin: Tool @cypher(statement: "MATCH (t:TestTool) WHERE t.rank = this.rank AND t <> this RETURN t ORDER BY t.id LIMIT 1", columnName: "t")
  }
  type Usage { part: String hours: Float }
  type PartReach { distance: Int! part: Part! }
  type ToolReach { distance: Int! tool: Tool! }
  type Need @relationshipProperties { weight: Float! note: String }
  type Use @relationshipProperties { hours: Float }
  type Fit @relationshipProperties { grade: Int since: DateTime }
`;

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f'];
const NODES = `CREATE (a:TestPart {id: 'a', name: 'Axle'}), (b:TestPart {id: 'b', name: 'Beam'}), (c:TestPart {id: 'c', name: 'Cog'}), (d:TestPart {id: 'd', name: 'Disc'}), (e:TestPart {id: 'e', name: 'Edge'}), (gone:TestPart {id: 'gone', name: 'Gone'}),
  (s:TestTool {id: 's', name: 'Saw', rank: 1}), (t:TestTool {id: 't', name: 'Tongs', rank: 2}), (u:TestTool {id: 'u', name: 'Vice', rank: 1}), (x:TestOther {id: 'x'}),
  (a)-[:TEST_NEEDS {weight: 1.0, note: 'First'}]->(b), (a)-[:TEST_NEEDS {weight: 3.0}]->(c), (b)-[:TEST_NEEDS {weight: 2.0, note: 'second'}]->(d), (c)-[:TEST_NEEDS {weight: 4.0}]->(d), (d)-[:TEST_NEEDS {weight: 5.0}]->(e), (e)-[:TEST_NEEDS {weight: 0.5}]->(a),
  (e)-[:TEST_NEEDS {weight: 9.0}]->(gone), (e)-[:TEST_NEEDS {weight: 9.0}]->(x), (x)-[:TEST_NEEDS {weight: 9.0}]->(f:TestPart {id: 'f', name: 'Foot'}),
  (b)-[:TEST_USES {hours: 1.5}]->(s), (d)-[:TEST_USES {hours: 4.5}]->(s), (d)-[:TEST_USES {hours: 8.0}]->(t), (s)-[:TEST_FITS {grade: 1}]->(t), (t)-[:TEST_FITS {grade: 2}]->(u), (s)-[:TEST_FITS {grade: 3}]->(t)`;

/** Hops with properties, traversals and drawings, whichever graph is behind them. */
export const traversalsContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`the graph on ${profile}`, () => {
    let gateway: OwnGateway;
    const names = (rows: { part?: { name: string }; tool?: { name: string } }[]) =>
      rows.map(({ part, tool }) => (part ?? tool)!.name).join(' ');
    const clean = () => gateway.engine.stores.graph.write.run('MATCH (n) WHERE n:TestPart OR n:TestTool OR n:TestOther DETACH DELETE n');
    const ask = (source: string, variables?: Record<string, unknown>) => gateway.ask(source, variables);
    const refused = async (source: string) =>
      (await gateway.run(source)).errors?.map(({ message, extensions }) => `${String(extensions?.['code'])} ${message}`).join() ?? '';

    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, { ...settings(), MAX_TRAVERSED: '11' });
      await gateway.engine.stores.relational.script(`CREATE TABLE parts (part_id text PRIMARY KEY, name text NOT NULL, size int);
        ${ROWS.map((id, index) => `INSERT INTO parts VALUES ('${id}', '${['Axle', 'Beam', 'Cog', 'Disc', 'Edge', 'Foot'][index]}', ${index});`).join('\n')}`);
      await clean();
      await gateway.engine.stores.graph.write.run(NODES);
    });
    afterAll(async () => {
      await clean();
      await gateway.close();
    });

    describe('relationships with properties', () => {
      it('lead from rows to rows, with what they carry, filtered by it and by the row', async () => {
        const { part } =
          await ask(`{ part(id: "a") { needsConnection(sort: [{edge: {weight: DESC}}]) { totalCount edges { properties { weight note } node { name size tools { name } } } }
          some: needsConnection(where: {OR: [{edge: {weight: {gt: 2}}}, {node: {size: {eq: 99}}}]}) { edges { node { name } } }
          none: needsConnection(where: {edge: {weight: {gt: 2}}, node: {size: {lt: 2}}}) { totalCount edges { cursor } } } }`);
        expect(part.needsConnection).toEqual({
          totalCount: 2,
          edges: [
            { properties: { weight: 3, note: null }, node: { name: 'Cog', size: 2, tools: [] } },
            { properties: { weight: 1, note: 'First' }, node: { name: 'Beam', size: 1, tools: [{ name: 'Saw' }] } },
          ],
        });
        expect(part.some.edges).toEqual([{ node: { name: 'Cog' } }]);
        expect(part.none).toEqual({ totalCount: 0, edges: [] });
      });

      it('lead from rows to nodes and from nodes to nodes, page by page', async () => {
        const { part, tool } =
          await ask(`{ part(id: "d") { toolsConnection(where: {edge: {hours: {gt: 2}}, node: {rank: {eq: 1}}}) { totalCount aggregate { count { nodes } edge { hours { max } } } edges { properties { hours } node { name parts(sort: [{name: ASC}]) { name } } } } }
          tool(id: "s") { fitsConnection(where: {edge: {grade: {gt: 1}}}) { edges { properties { grade } node { name } } } } }`);
        expect(part.toolsConnection).toEqual({
          totalCount: 1,
          aggregate: { count: { nodes: 1 }, edge: { hours: { max: 4.5 } } },
          edges: [{ properties: { hours: 4.5 }, node: { name: 'Saw', parts: [{ name: 'Beam' }, { name: 'Disc' }] } }],
        });
        expect(tool.fitsConnection.edges).toEqual([{ properties: { grade: 3 }, node: { name: 'Tongs' } }]);
        const page = (after: string) =>
          ask(
            `{ part(id: "d") { toolsConnection(first: 1${after}, sort: [{edge: {hours: ASC}}]) { edges { node { name } } pageInfo { hasNextPage endCursor } } } }`,
          );
        const { part: first } = await page('');
        const { part: second } = await page(`, after: "${first.toolsConnection.pageInfo.endCursor}"`);
        expect([first, second].map(({ toolsConnection: { edges, pageInfo } }) => [edges[0].node.name, pageInfo.hasNextPage])).toEqual([
          ['Saw', true],
          ['Tongs', false],
        ]);
      });

      it('are conditions of rows and of nodes', async () => {
        const found =
          await ask(`{ some: parts(where: {needsConnection: {some: {edge: {weight: {gte: 4}}, node: {size: {gte: 3}}}}}, sort: [{name: ASC}]) { name }
          all: parts(where: {toolsConnection: {all: {edge: {hours: {gt: 2}}}}}) { name } none: parts(where: {NOT: {needsConnection: {none: {NOT: {edge: {note: {eq: null}}}}}}}, sort: [{name: ASC}]) { name }
          single: parts(where: {toolsConnection: {single: {edge: {hours: {gt: 4}}}}}) { name } tools(where: {fitsConnection: {some: {edge: {grade: {eq: 3}}}}}) { name } }`);
        expect(found).toEqual({
          some: [{ name: 'Cog' }, { name: 'Disc' }],
          all: [{ name: 'Disc' }],
          none: [{ name: 'Axle' }, { name: 'Beam' }],
          single: [],
          tools: [{ name: 'Saw' }],
        });
      });

      it('are conditions also when nothing is asked of what they lead to', async () => {
        const found =
          await ask(`{ some: parts(where: {tools: {some: {}}}, sort: [{name: ASC}]) { name } none: parts(where: {toolsConnection: {none: {}}}, sort: [{name: ASC}]) { name } all: parts(where: {tools: {all: {}}}, sort: [{name: ASC}]) { name }
          idle: tools(where: {parts: {none: {}}}) { name } busy: tools(where: {NOT: {partsConnection: {none: {node: {}}}}}, sort: [{name: ASC}]) { name } either: tools(where: {OR: [{fits: {some: {name: {}}}}, {NOT: {AND: []}}]}, sort: [{name: ASC}]) { name } }`);
        expect(
          Object.fromEntries(
            Object.entries(found).map(([alias, rows]) => [alias, (rows as { name: string }[]).map(({ name }) => name).join(' ')]),
          ),
        ).toEqual({
          some: 'Beam Disc',
          none: 'Axle Cog Edge Foot',
          all: 'Beam Disc',
          idle: 'Vice',
          busy: 'Saw Tongs',
          either: 'Saw Tongs',
        });
      });

      it('are written with nested create and connect, and go with disconnect and delete', async () => {
        const { createTools } =
          await ask(`mutation { createTools(input: [{id: "n1", name: "New", fits: {create: [{edge: {grade: 7, since: "2026-03-01T09:30:00Z"}, node: {id: "n2", name: "Newer"}}], connect: [{edge: {grade: 8}, where: {node: {id: {eq: "s"}}}}]},
          parts: {connect: [{edge: {hours: 2.5}, where: {node: {id: {eq: "c"}}}}]}}]) { info { nodesCreated relationshipsCreated } tools { name fitsConnection(sort: [{edge: {grade: ASC}}]) { edges { properties { grade since } node { name } } } partsConnection { edges { properties { hours } node { name size } } } } } }`);
        expect(createTools).toEqual({
          info: { nodesCreated: 2, relationshipsCreated: 3 },
          tools: [
            {
              name: 'New',
              fitsConnection: {
                edges: [
                  { properties: { grade: 7, since: '2026-03-01T09:30:00.000Z' }, node: { name: 'Newer' } },
                  { properties: { grade: 8, since: null }, node: { name: 'Saw' } },
                ],
              },
              partsConnection: { edges: [{ properties: { hours: 2.5 }, node: { name: 'Cog', size: 2 } }] },
            },
          ],
        });
        const { tool } = await ask(
          '{ tool(id: "n1") { later: fitted(edge: {since: {gt: "2026-01-01T00:00:00Z"}}) { tool { name } } earlier: fitted(edge: {since: {lt: "2026-01-01T00:00:00Z"}}) { tool { name } } at: fitted(edge: {since: {in: ["2026-03-01T09:30:00Z", "2020-01-01T00:00:00Z"]}}) { distance } } }',
        );
        expect(tool).toEqual({ later: [{ tool: { name: 'Newer' } }], earlier: [], at: [{ distance: 1 }] });
        const { updateTools } = await ask(
          `mutation { updateTools(where: {id: {eq: "n1"}}, update: {name: {set: "Newest"}, fits: [{disconnect: [{where: {node: {id: {eq: "s"}}}}], update: {where: {node: {id: {eq: "n2"}}}, edge: {grade: {set: 9}}}}]}) { tools { name fitsConnection { edges { properties { grade } node { name } } } } } }`,
        );
        expect(updateTools).toEqual({
          tools: [{ name: 'Newest', fitsConnection: { edges: [{ properties: { grade: 9 }, node: { name: 'Newer' } }] } }],
        });
        const { deleteTools } = await ask('mutation { deleteTools(where: {id: {startsWith: "n"}}) { nodesDeleted relationshipsDeleted } }');
        expect(deleteTools).toEqual({ nodesDeleted: 2, relationshipsDeleted: 2 });
      });
    });

    describe('statements of the schema', () => {
      it('give values, rows and nodes, of nodes', async () => {
        const { tools } = await ask(
          `{ tools(sort: [{name: ASC}]) { name uses usage(least: 2) { part hours } users(least: 1, sort: [{name: DESC}], where: {size: {gt: 0}}) { name size } mainUser { name tools { name } } twin { name uses } } }`,
        );
        expect(tools).toEqual([
          {
            name: 'Saw',
            uses: 2,
            usage: [{ part: 'Disc', hours: 4.5 }],
            users: [
              { name: 'Disc', size: 3 },
              { name: 'Beam', size: 1 },
            ],
            mainUser: { name: 'Disc', tools: [{ name: 'Saw' }, { name: 'Tongs' }] },
            twin: { name: 'Vice', uses: 0 },
          },
          {
            name: 'Tongs',
            uses: 1,
            usage: [{ part: 'Disc', hours: 8 }],
            users: [{ name: 'Disc', size: 3 }],
            mainUser: { name: 'Disc', tools: [{ name: 'Saw' }, { name: 'Tongs' }] },
            twin: null,
          },
          { name: 'Vice', uses: 0, usage: [], users: [], mainUser: null, twin: { name: 'Saw', uses: 2 } },
        ]);
      });

      it('and of rows that stand in the graph', async () => {
        const { parts } = await ask('{ parts(sort: [{name: ASC}], limit: 2) { loudName(times: 2) secondHand { name size } } }');
        expect(parts).toEqual([
          { loudName: 'Axle!!', secondHand: [{ name: 'Disc', size: 3 }] },
          { loudName: 'Beam!!', secondHand: [{ name: 'Edge', size: 4 }] },
        ]);
      });
    });

    describe('traversals', () => {
      it('give everything reached with distance and path, cycles included, whatever is gone or unknown left out', async () => {
        const { part } = await ask(
          '{ part(id: "a") { reaches(depth: 6) { distance part { name } path { length nodes { ... on Part { name } } relationships { type source target } } } } }',
        );
        expect(part.reaches.map(({ distance, part: { name } }: { distance: number; part: { name: string } }) => [name, distance])).toEqual([
          ['Beam', 1],
          ['Cog', 1],
          ['Disc', 2],
          ['Edge', 3],
        ]);
        expect(part.reaches[3].path).toEqual({
          length: 3,
          nodes: [{ name: 'Axle' }, { name: 'Beam' }, { name: 'Disc' }, { name: 'Edge' }],
          relationships: [
            { type: 'TEST_NEEDS', source: 'a', target: 'b' },
            { type: 'TEST_NEEDS', source: 'b', target: 'd' },
            { type: 'TEST_NEEDS', source: 'd', target: 'e' },
          ],
        });
      });

      it('go only over relationships that pass, to targets that pass', async () => {
        const { part } =
          await ask(`{ part(id: "a") { heavy: reaches(edge: {weight: {gt: 2}}) { part { name } } either: reaches(edge: {OR: [{note: {caseInsensitive: {eq: "FIRST"}}}, {NOT: {weight: {lt: 2}}}]}, where: {size: {gte: 2}}, limit: 2) { part { name } }
          noted: reaches(edge: {NOT: {note: {eq: null}}}) { distance part { name } } listed: reaches(edge: {weight: {in: [1, 2]}, note: {matches: "(First|sec).*"}}) { part { name } } none: reaches(edge: {NOT: {}}) { distance } } }`);
        expect(names(part.heavy)).toBe('Cog Disc Edge');
        expect(names(part.either)).toBe('Cog Disc');
        expect(part.noted).toEqual([
          { distance: 1, part: { name: 'Beam' } },
          { distance: 2, part: { name: 'Disc' } },
        ]);
        expect(names(part.listed)).toBe('Beam Disc');
        expect(part.none).toEqual([]);
      });

      it('go against the arrows, along them, or both ways, as far as is asked', async () => {
        const { parts } = await ask(
          '{ parts(where: {id: {in: ["b", "c"]}}, sort: [{name: ASC}]) { around(depth: 1) { part { name } } two: around(depth: 2) { distance part { name } } } }',
        );
        expect(parts.map(({ around }: { around: [] }) => names(around))).toEqual(['Axle Disc', 'Axle Disc']);
        expect(parts[0].two).toEqual([
          { distance: 1, part: { name: 'Axle' } },
          { distance: 1, part: { name: 'Disc' } },
          { distance: 2, part: { name: 'Cog' } },
          { distance: 2, part: { name: 'Edge' } },
        ]);
      });

      it('lead from rows to nodes, from nodes to nodes, and on from there', async () => {
        const { part, tool } =
          await ask(`{ part(id: "b") { toolsInReach(where: {name: {eq: "Tongs"}}) { distance tool { name parts { name } } path { nodes { __typename ... on Part { name } ... on Tool { title: name } } } } }
          tool(id: "s") { fitted { distance tool { name fits { name } } path { length } } graded: fitted(edge: {grade: {gte: 3}}, where: {rank: {gt: 1}}) { tool { name } } } }`);
        expect(part.toolsInReach).toEqual([
          {
            distance: 2,
            tool: { name: 'Tongs', parts: [{ name: 'Disc' }] },
            path: {
              nodes: [
                { __typename: 'Part', name: 'Beam' },
                { __typename: 'Part', name: 'Disc' },
                { __typename: 'Tool', title: 'Tongs' },
              ],
            },
          },
        ]);
        expect(tool).toEqual({
          fitted: [
            { distance: 1, tool: { name: 'Tongs', fits: [{ name: 'Vice' }] }, path: { length: 1 } },
            { distance: 2, tool: { name: 'Vice', fits: [] }, path: { length: 2 } },
          ],
          graded: [{ tool: { name: 'Tongs' } }],
        });
      });

      it('of all parents are one statement a level', async () => {
        const query =
          '{ parts(sort: [{name: ASC}]) { reaches { distance part { name } path { nodes { ... on Part { name } } } } neighbourhood(depth: 1) { nodes { data { label } } } path(to: "t") { length } needsConnection { totalCount } } }';
        gateway.asked.length = 0;
        const { data } = await gateway.run(query);
        expect((data as { parts: unknown[] }).parts).toHaveLength(6);
        // Everything from the nodes of the rows; then the names of the tools that are drawn.
        expect(gateway.asked).toHaveLength(2);
      });
    });

    describe('path', () => {
      it('is the shortest way to a node of any type, over any relationships', async () => {
        const { part, tool } =
          await ask(`{ part(id: "a") { path(to: "t") { length nodes { __typename } relationships { type source target } } self: path(to: "a") { length nodes { ... on Part { name } } } none: path(to: "nobody") { length } far: path(to: "t", depth: 2) { length } }
          tool(id: "u") { path(to: "a") { length nodes { ... on Tool { name } } relationships { type source target } } } }`);
        expect(part.path).toEqual({
          length: 3,
          nodes: [{ __typename: 'Part' }, { __typename: 'Part' }, { __typename: 'Part' }, { __typename: 'Tool' }],
          relationships: [
            { type: 'TEST_NEEDS', source: 'a', target: 'b' },
            { type: 'TEST_NEEDS', source: 'b', target: 'd' },
            { type: 'TEST_USES', source: 'd', target: 't' },
          ],
        });
        expect(part).toMatchObject({ self: { length: 0, nodes: [{ name: 'Axle' }] }, none: null, far: null });
        // Against four arrows; of several shortest ways, the first in the order of keys.
        expect(tool.path.relationships).toEqual([
          { type: 'TEST_FITS', source: 't', target: 'u' },
          { type: 'TEST_USES', source: 'd', target: 't' },
          { type: 'TEST_NEEDS', source: 'b', target: 'd' },
          { type: 'TEST_NEEDS', source: 'a', target: 'b' },
        ]);
      });

      it('or all shortest ways, in the order of keys', async () => {
        const { part } = await ask(
          '{ part(id: "a") { paths(to: "e") { nodes { ... on Part { id } } } one: paths(to: "e", limit: 1) { nodes { ... on Part { id } } } } }',
        );
        const ways = part.paths.map(({ nodes }: { nodes: { id: string }[] }) => nodes.map(({ id }) => id).join(''));
        expect(ways).toEqual(['abde', 'acde']);
        expect(part.one).toEqual(part.paths.slice(0, 1));
      });
    });

    describe('neighbourhood', () => {
      it('is what Cytoscape draws: nodes, and every relationship between them', async () => {
        const { part } = await ask(
          '{ part(id: "a") { neighbourhood { nodes { data { id label type distance } node { ... on Part { size } } } edges { data { id source target label } } truncated } } }',
        );
        expect(part.neighbourhood).toEqual({
          nodes: [
            ['a', 'Axle', 0, 0],
            ['b', 'Beam', 1, 1],
            ['c', 'Cog', 1, 2],
            ['e', 'Edge', 1, 4],
          ].map(([id, label, distance, size]) => ({ data: { id, label, type: 'Part', distance }, node: { size } })),
          edges: [
            ['a', 'b'],
            ['a', 'c'],
            ['e', 'a'],
          ].map(([source, target]) => ({ data: { id: `${source} TEST_NEEDS ${target}`, source, target, label: 'TEST_NEEDS' } })),
          truncated: false,
        });
      });

      it('draws relationships between the outermost nodes too, and the same one twice under two ids', async () => {
        const { part, tool } = await ask(
          '{ part(id: "b") { neighbourhood { edges { data { id } } } } tool(id: "s") { neighbourhood { nodes { data { id type } } edges { data { id } } } } }',
        );
        expect(part.neighbourhood.edges.map(({ data }: { data: { id: string } }) => data.id)).toEqual([
          'a TEST_NEEDS b',
          'b TEST_NEEDS d',
          'b TEST_USES s',
          'd TEST_USES s',
        ]);
        expect(tool.neighbourhood.edges.map(({ data }: { data: { id: string } }) => data.id)).toEqual([
          'b TEST_USES s',
          'd TEST_USES s',
          'd TEST_USES t',
          's TEST_FITS t',
          's TEST_FITS t 2',
        ]);
      });

      it('says so when limit cuts nodes off', async () => {
        const { part } = await ask(
          '{ part(id: "a") { neighbourhood(depth: 2, limit: 3) { nodes { data { id } } edges { data { id } } truncated } } }',
        );
        expect(part.neighbourhood).toEqual({
          nodes: ['a', 'b', 'c'].map((id) => ({ data: { id } })),
          edges: ['a TEST_NEEDS b', 'a TEST_NEEDS c'].map((id) => ({ data: { id } })),
          truncated: true,
        });
      });
    });

    it.each([
      [
        '{ part(id: "a") { neighbourhood(depth: 3) { truncated } } }',
        'TOO_MANY_RELATIONSHIPS neighbourhood would visit more than 11 relationships from one node',
      ],
      [
        '{ part(id: "a") { reaches(depth: 7) { distance } } }',
        'LIMIT_EXCEEDED Argument depth of reaches must be a whole number from 1 to 6 (default 5), but got 7.',
      ],
      [
        '{ part(id: "a") { neighbourhood(depth: 0) { truncated } } }',
        'LIMIT_EXCEEDED Argument depth of neighbourhood must be a whole number from 1 to 3 (default 1), but got 0.',
      ],
      ['{ part(id: "a") { path(to: "b", depth: 9) { length } } }', 'LIMIT_EXCEEDED Argument depth of path must be'],
      ['{ part(id: "a") { paths(to: "b", limit: 5000) { length } } }', 'LIMIT_EXCEEDED Argument limit of paths must be'],
      [
        '{ part(id: "a") { reaches(edge: {weight: null}) { distance } } }',
        'BAD_WHERE Argument where of reaches: expected a condition for weight, but got null',
      ],
      [
        `{ part(id: "a") { reaches(edge: {AND: [${'{OR: [{weight: {eq: 1}}, {weight: {eq: 2}}]}, '.repeat(3)}], NOT: {AND: [${'{OR: [{weight: {eq: 1}}, {weight: {eq: 2}}]}, '.repeat(12)}]}}) { distance } } }`,
        'a condition on relationships may come to 1000 comparisons',
      ],
      ['{ tool(id: "s") { fitted(depth: 5) { distance } } }', 'LIMIT_EXCEEDED Argument depth of fitted'],
    ])('%s is refused: %s', async (source, message) => {
      expect(await refused(source)).toContain(message);
    });
  });
};

import { openOwnGateway, type OwnGateway } from './own-gateway.js';

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

const clean = (gateway: OwnGateway) =>
  gateway.engine.stores.graph.write.run('MATCH (n) WHERE n:TestPart OR n:TestTool OR n:TestOther DETACH DELETE n');

/** A gateway over parts and tools; what it has written is gone when it closes. */
export const openPartsAndTools = async (settings: Record<string, string>): Promise<OwnGateway> => {
  const gateway = await openOwnGateway(SDL, { ...settings, MAX_TRAVERSED: '11' });
  await gateway.engine.stores.relational.script(`CREATE TABLE parts (part_id text PRIMARY KEY, name text NOT NULL, size int);
        ${ROWS.map((id, index) => `INSERT INTO parts VALUES ('${id}', '${['Axle', 'Beam', 'Cog', 'Disc', 'Edge', 'Foot'][index]}', ${index});`).join('\n')}`);
  await clean(gateway);
  await gateway.engine.stores.graph.write.run(NODES);
  return {
    ...gateway,
    close: async () => {
      await clean(gateway);
      await gateway.close();
    },
  };
};

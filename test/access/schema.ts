/**
 * The types of the canary worlds. Several worlds share the stores: names of tables, labels, relationships and collections begin with
 * the world's.
 */
export const canarySdl = (world: string): string => `
  enum Rank { LOW MEDIUM HIGH }
  type Site @table(name: "${world}_sites") @node(labels: ["${world}Site"]) {
    id: ID! name: String! @alias(property: "name") rank: Rank! size: Int
    owner: Person @join(from: "owner_id") docs: [Doc!]! @join(to: "site_id")
    parts: [Part!]! @relationship(type: "${world}_HAS", direction: OUT, properties: "Fit")
    feeds: [Site!]! @relationship(type: "${world}_FEEDS", direction: OUT, properties: "Fit")
    fedBy: [Site!]! @relationship(type: "${world}_FEEDS", direction: IN, properties: "Fit") @traced
    reach: [SiteReach!]! @traverse(types: ["${world}_FEEDS"], direction: OUT, maxDepth: 6, properties: "Fit")
    partReach: [PartReach!]! @traverse(types: ["${world}_FEEDS", "${world}_HAS"], direction: BOTH, maxDepth: 4)
    path: GraphPath @path(maxDepth: 6) paths: [GraphPath!]! @path(maxDepth: 6)
    neighbourhood: GraphNeighbourhood! @neighbourhood(maxDepth: 3)
    feeders: [Site!]! @cypher(statement: "MATCH (this)<-[:${world}_FEEDS]-(s:${world}Site) RETURN s", columnName: "s")
    degree: Int @cypher(statement: "MATCH (this)-[r]-() RETURN count(r) AS degree", columnName: "degree") }
  type Person @table(name: "${world}_people") {
    id: ID! name: String! age: Int
    boss: Person @join(from: "boss_id") reports: [Person!]! @join(to: "boss_id")
    sites: [Site!]! @join(to: "owner_id") docs: [Doc!]! @join(to: "author_id") }
  type Doc @table(name: "${world}_docs") @node(labels: ["${world}Doc"])
      @embedding(collection: "${world}_docs", of: ["title", "text"], payload: ["rank", "pages", "site"]) {
    id: ID! title: String! @alias(property: "title") text: String! rank: Rank! pages: Int
    site: Site @join(from: "site_id") author: Person @join(from: "author_id")
    parts: [Part!]! @relationship(type: "${world}_MENTIONS", direction: OUT, properties: "Fit") @traced
    similar: [DocMatch!]! @nearest
    partReach: [PartReach!]! @traverse(types: ["${world}_MENTIONS", "${world}_OF"], direction: OUT, maxDepth: 4)
    paths: [GraphPath!]! @path(maxDepth: 6) neighbourhood: GraphNeighbourhood! @neighbourhood(maxDepth: 3) }
  type Part @node(labels: ["${world}Part"]) {
    id: ID! name: String! year: Int
    parts: [Part!]! @relationship(type: "${world}_OF", direction: OUT, properties: "Fit")
    partOf: [Part!]! @relationship(type: "${world}_OF", direction: IN, properties: "Fit") @traced
    sites: [Site!]! @relationship(type: "${world}_HAS", direction: IN, properties: "Fit")
    docs: [Doc!]! @relationship(type: "${world}_MENTIONS", direction: IN, properties: "Fit")
    maker: [Maker!]! @relationship(type: "${world}_MADE_BY", direction: OUT)
    reach: [PartReach!]! @traverse(types: ["${world}_OF"], direction: OUT, maxDepth: 6, properties: "Fit")
    docReach: [DocReach!]! @traverse(types: ["${world}_OF", "${world}_MENTIONS"], direction: IN, maxDepth: 5)
    path: GraphPath @path(maxDepth: 6) paths: [GraphPath!]! @path(maxDepth: 6)
    neighbourhood: GraphNeighbourhood! @neighbourhood(maxDepth: 3)
    users: [Site!]! @cypher(statement: "MATCH (this)<-[:${world}_HAS]-(s:${world}Site) RETURN s", columnName: "s")
    pieces: [Part!]! @cypher(statement: "MATCH (this)-[:${world}_OF]->(p:${world}Part) RETURN p ORDER BY p.id", columnName: "p")
    degree: Int @cypher(statement: "MATCH (this)-[r]-() RETURN count(r) AS degree", columnName: "degree") }
  type Maker @node(labels: ["${world}Maker"]) { id: ID! name: String!
    parts: [Part!]! @relationship(type: "${world}_MADE_BY", direction: IN) }
  type SiteReach { distance: Int! site: Site! }
  type PartReach { distance: Int! part: Part! }
  type DocReach { distance: Int! doc: Doc! }
  type DocMatch { score: Float! doc: Doc! }
  type Fit @relationshipProperties { weight: Int }
`;

/** The tables of a world, empty. No foreign keys: a violation would say that a hidden row is there. */
export const canaryTables = (world: string): string => `
  DROP TABLE IF EXISTS "${world}_sites", "${world}_people", "${world}_docs";
  CREATE TABLE "${world}_sites" (id uuid PRIMARY KEY, name text NOT NULL, rank text NOT NULL, size int, owner_id uuid);
  CREATE TABLE "${world}_people" (id uuid PRIMARY KEY, name text NOT NULL, age int, boss_id uuid);
  CREATE TABLE "${world}_docs" (id uuid PRIMARY KEY, title text NOT NULL, text text NOT NULL, rank text NOT NULL, pages int,
    site_id uuid, author_id uuid);`;

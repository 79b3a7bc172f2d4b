/** The same schema, stitched by @graphql-tools/stitch from one executable schema for each store; types merge in batches. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import { stitchSchemas } from '@graphql-tools/stitch';
import DataLoader from 'dataloader';
import { serveApollo } from './apollo-http.js';
import { openCypher, openSql } from './clients.js';

const sql = openSql();
const cypher = openCypher();

const ROW = 'requirement_id AS id, requirement_identifier AS identifier, requirement_title AS title, upper(priority) AS priority';

const table = makeExecutableSchema({
  typeDefs: `
    type Query { requirements(project: ID!): [Requirement!]! requirementsById(ids: [ID!]!): [Requirement]! }
    type Requirement { id: ID! identifier: String! title: String! priority: Priority }
    enum Priority { CRITICAL HIGH MEDIUM LOW }`,
  resolvers: {
    Query: {
      requirements: (_, { project }) =>
        sql('stitched parents', `SELECT ${ROW} FROM requirements_enhanced WHERE project_id = $1 ORDER BY requirement_identifier LIMIT 50`, [
          project,
        ]),
      requirementsById: async (_, { ids }) => {
        const found = new Map(
          (await sql('stitched rows', `SELECT ${ROW} FROM requirements_enhanced WHERE requirement_id = ANY($1)`, [ids])).map((row) => [
            row.id,
            row,
          ]),
        );
        return ids.map((id) => found.get(id) ?? null);
      },
    },
  },
});

/** One Cypher statement for the hops of all requirements that are asked for at one time. */
const hops = (pattern, make) =>
  new DataLoader(
    async (ids) => {
      const groups = new Map(ids.map((id) => [id, []]));
      for (const [id, ...rest] of await cypher(pattern, { ids })) groups.get(id).push(make(rest));
      return ids.map((id) => groups.get(id));
    },
    { cache: false },
  );
const dependsOn = hops('MATCH (r:Requirement)-[:DEPENDS_ON]->(t:Requirement) WHERE r.id IN $ids RETURN r.id, t.id', ([id]) => ({ id }));
const components = hops(
  'MATCH (r:Requirement)-[:DEPLOYS]->(c:Component) WHERE r.id IN $ids RETURN r.id, c.id, c.name, c.component_type ORDER BY c.id',
  ([id, name, type]) => ({ id, name, type }),
);

const graph = makeExecutableSchema({
  typeDefs: `
    type Query { requirementNodes(ids: [ID!]!): [Requirement]! }
    type Requirement { id: ID! dependsOn: [Requirement!]! components: [Component!]! }
    type Component { id: ID! name: String! type: String }`,
  resolvers: {
    Query: { requirementNodes: (_, { ids }) => ids.map((id) => ({ id })) },
    Requirement: { dependsOn: ({ id }) => dependsOn.load(id), components: ({ id }) => components.load(id) },
  },
});

const merged = (fieldName) => ({
  Requirement: { selectionSet: '{ id }', fieldName, key: ({ id }) => id, argsFromKeys: (ids) => ({ ids }) },
});
const schema = stitchSchemas({
  subschemas: [
    { schema: table, merge: merged('requirementsById'), batch: true },
    { schema: graph, merge: merged('requirementNodes'), batch: true },
  ],
});

await serveApollo({ schema }, () => ({}));

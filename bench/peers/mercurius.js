/** Mercurius with its own loaders, compiled by its JIT. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { openRows } from './rows.js';
import { typeDefs, valueResolvers } from './types.js';

const rows = openRows();

const resolvers = {
  ...valueResolvers,
  Query: {
    requirement: (_, { id }) => rows.requirement(id),
    requirements: (_, { project, limit }) => rows.requirements(project, limit),
    projects: (_, { from, limit }) => rows.projects(from, limit),
    requirementsConnection: (_, { project, priority, contains, first }) => rows.page(project, priority, contains, first),
  },
};

/** The cache of a loader writes every parent as JSON to know it again: telling the keys apart ourselves is faster. */
const uncached = (loader) => ({ loader, opts: { cache: false } });
const toOne = (foreignKey, load) =>
  uncached(async (queries) => {
    const ids = [...new Set(queries.map(({ obj }) => obj[foreignKey]))].filter(Boolean);
    const found = new Map((ids.length > 0 ? await load(ids) : []).map((row, index) => [ids[index], row]));
    return queries.map(({ obj }) => found.get(obj[foreignKey]) ?? null);
  });
const toMany = (load) =>
  uncached((queries) =>
    load(
      queries.map(({ obj }) => obj.id),
      queries[0].params.limit,
    ),
  );

const loaders = {
  Project: { requirements: toMany(rows.requirementsOf) },
  Requirement: {
    project: toOne('projectId', rows.projectsById),
    createdBy: toOne('createdById', rows.usersById),
    constraints: toMany(rows.constraintsOf),
    notes: toMany(rows.notesOf),
  },
  Note: { createdBy: toOne('createdById', rows.usersById) },
};

const app = Fastify({ logger: false });
app.register(mercurius, { schema: makeExecutableSchema({ typeDefs, resolvers }), loaders, jit: 1, graphiql: false });
await app.listen({ port: 0, host: '127.0.0.1' });
console.log(`http://127.0.0.1:${app.server.address().port}/graphql`);

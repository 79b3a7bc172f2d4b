/** Apollo Server with hand-written resolvers and DataLoader; with the argument "jit", executed by graphql-jit. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import DataLoader from 'dataloader';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { serveApollo } from './apollo-http.js';
import { openRows } from './rows.js';
import { typeDefs, valueResolvers } from './types.js';

const rows = openRows();

const createContext = () => {
  const limited = (load) => {
    const loaders = new Map();
    return (limit) => {
      if (!loaders.has(limit)) loaders.set(limit, new DataLoader((ids) => load(ids, limit)));
      return loaders.get(limit);
    };
  };
  return {
    projects: new DataLoader(rows.projectsById),
    users: new DataLoader(rows.usersById),
    constraints: new DataLoader(rows.constraintsOf),
    notes: limited(rows.notesOf),
    requirements: limited(rows.requirementsOf),
  };
};

const resolvers = {
  ...valueResolvers,
  Query: {
    requirement: (_, { id }) => rows.requirement(id),
    requirements: (_, { project, limit }) => rows.requirements(project, limit),
    projects: (_, { from, limit }) => rows.projects(from, limit),
    requirementsConnection: (_, { project, priority, contains, first }) => rows.page(project, priority, contains, first),
  },
  Project: { requirements: ({ id }, { limit }, { requirements }) => requirements(limit).load(id) },
  Requirement: {
    project: ({ projectId }, _, { projects }) => projects.load(projectId),
    createdBy: ({ createdById }, _, { users }) => createdById && users.load(createdById),
    constraints: ({ id }, _, { constraints }) => constraints.load(id),
    notes: ({ id }, { limit }, { notes }) => notes(limit).load(id),
  },
  Note: { createdBy: ({ createdById }, _, { users }) => createdById && users.load(createdById) },
};

const schema = makeExecutableSchema({ typeDefs, resolvers });

/** Each document is compiled once; Apollo hands the same parsed document to each request that has the same text. */
const compiled = new WeakMap();
const executor = ({ document, request, context }) => {
  if (!compiled.has(document)) {
    const query = compileQuery(schema, document, request.operationName);
    if (!isCompiledQuery(query)) throw new Error(JSON.stringify(query.errors));
    compiled.set(document, query);
  }
  return compiled.get(document).query({}, context, request.variables ?? {});
};
const gateway = {
  load: async () => ({ executor }),
  onSchemaLoadOrUpdate: (callback) => {
    callback({ apiSchema: schema, coreSupergraphSdl: '' });
    return () => {};
  },
  stop: async () => {},
};

await serveApollo(process.argv[2] === 'jit' ? { gateway } : { schema }, createContext);

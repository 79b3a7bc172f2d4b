/** Apollo Server with hand-written resolvers and DataLoader; with the argument "jit", executed by graphql-jit. */
import { ApolloServer, HeaderMap } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled, ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import { makeExecutableSchema } from '@graphql-tools/schema';
import DataLoader from 'dataloader';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { createServer } from 'node:http';
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

const apollo = new ApolloServer({
  ...(process.argv[2] === 'jit' ? { gateway } : { schema }),
  // The first would wrap every resolver.
  plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled(), ApolloServerPluginUsageReportingDisabled()],
  includeStacktraceInErrorResponses: false,
  stopOnTerminationSignals: false,
});
await apollo.start();

/** Faster than startStandaloneServer, which brings body-parser and cors. */
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const headers = new HeaderMap();
    for (const name in request.headers) headers.set(name, String(request.headers[name]));
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const result = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: { method: request.method, headers, search: '', body }, context: async () => createContext() });
    for (const [name, value] of result.headers) response.setHeader(name, value);
    response.statusCode = result.status ?? 200;
    response.end(result.body.string);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/graphql`));

import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Callers } from '../execute/callers.js';
import type { RequestContext } from '../execute/context.js';
import type { Feed } from '../feed/feed.js';
import type { TableType } from '../model/types.js';
import { Subscriptions } from '../subscribe/subscriptions.js';
import { LiveOperations } from './live-operations.js';
import type { Engine } from '../engine.js';
import { DEMO_HEADER } from '../identity/demo-users.js';
import type { Log } from '../log.js';
import { listenError, openAddresses } from './address.js';
import { MAX_TOKENS } from './budget.js';
import { Documents } from './documents.js';
import { readExamples } from './examples.js';
import { compiledAnswers } from './compiled.js';
import { Executor, withoutData } from './execute.js';
import { addExplanation } from './explain.js';
import { createExample } from './example.js';
import { createGraphiQL } from './graphiql.js';
import { createHttpServer, ENDPOINT, type HttpLimits } from './http.js';
import { jsonLine, WRITTEN, type ApolloContext } from './operate.js';
import { writeData } from './json-writer.js';
import { readManifest } from './manifest.js';
import { createMask, withRequestId } from './mask.js';
import { PersistedDocuments, persistedCache } from './persisted.js';
import { Running } from './running.js';
import { tellWritten } from './written.js';

export interface ServerOptions extends HttpLimits {
  readonly engine: Engine;
  readonly schema: GraphQLSchema;
  readonly log: Log;
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Whether answers without errors are written as bytes at once, without graphql-js. @default true */
  readonly compiled?: boolean;
  /** Whether clients may ask which statements answered a request. @default false */
  readonly explain?: boolean;
  /** Whether clients may read the schema, and errors suggest names of it. @default true */
  readonly introspection?: boolean;
  /** Whether the page GraphiQL is served. @default true */
  readonly graphiql?: boolean;
  /** Whether the example page is served: it knows the types of ODRAS. @default false */
  readonly demo?: boolean;
  /** Persisted query manifest: documents that clients may ask for by id. */
  readonly operationsManifest?: string | undefined;
  /** The change feed, which subscriptions are told from; undefined where there is none. */
  readonly changeFeed?: Feed | undefined;
  /** Why changes of a type are not in the feed; undefined if they are. */
  readonly uncaptured?: ((type: TableType) => string | undefined) | undefined;
  /** Whether only documents of the manifest are executed. @default false */
  readonly operationsSafelist?: boolean;
}

export interface RunningServer {
  /** Address of the API: http://localhost:4000/graphql */
  readonly url: string;
  /** The same from other machines, where the gateway listens on every address. */
  readonly otherUrls: readonly string[];
  /** Refuses new requests, completes in-flight ones, then resolves. */
  close(): Promise<void>;
}

/** How long the sets of callers are kept, in milliseconds. @default 5_000 */
const SESSION_CACHE_MS = 5_000;

/** Responses of at least this many bytes are written in slices, so that other requests get a turn. */
const LARGE_BYTES = 65_536;

/** A large answer without errors as bytes, as compiled ones are: its errors Apollo would still have to mask. */
const writtenInTurns = async (gateway: RequestContext, result: ExecutionResult): Promise<ExecutionResult> => {
  if (result.errors || gateway.budget.completedBytes < LARGE_BYTES) return result;
  try {
    gateway.answer = await writeData(result.data, gateway.budget);
    return { data: WRITTEN };
  } catch (error) {
    return tellWritten(withoutData(error as Error), gateway.commits);
  }
};

/** Starts Apollo Server with our executor, behind our own HTTP handler. */
export const startServer = async ({
  engine,
  schema,
  log,
  host,
  port,
  compiled = true,
  explain = false,
  demo = false,
  introspection = true,
  graphiql: hasGraphiql = true,
  operationsManifest,
  operationsSafelist = false,
  changeFeed,
  uncaptured,
  ...limits
}: ServerOptions): Promise<RunningServer> => {
  const manifest = operationsManifest === undefined ? undefined : readManifest(operationsManifest);
  const persisted = new PersistedDocuments({ manifest, isSafelist: operationsSafelist });
  const documents = new Documents(engine, schema, !introspection);
  const executor = new Executor(schema, documents, log, compiled);
  const callers = new Callers(engine, limits.identity?.sessionCacheMs ?? SESSION_CACHE_MS);
  const { requestTimeoutMs } = limits;
  const format = createMask(log);
  const subscriptions = new Subscriptions({
    engine,
    schema,
    callers,
    feed: changeFeed,
    missing: uncaptured,
    maxSubscriptions: limits.maxSubscriptions,
    requestTimeoutMs,
  });
  const running = new Running(limits.maxConcurrentRequests);
  const live = new LiveOperations({ schema, documents, executor, callers, running, persisted, subscriptions, format, requestTimeoutMs });
  const apollo = new ApolloServer<ApolloContext>({
    // Apollo parses and caches documents; what it calls a gateway is only another executor.
    gateway: {
      load: async () => ({
        executor: async ({ document, request, context }) => {
          const { request: gateway } = context as unknown as ApolloContext;
          const operation = { document, operationName: request.operationName, variables: request.variables };
          const result = executor.run(gateway, operation).then((each) => withRequestId(each, gateway.requestId));
          return gateway.explained ? addExplanation(gateway, gateway.explained, result) : writtenInTurns(gateway, await result);
        },
      }),
      onSchemaLoadOrUpdate: (callback) => {
        callback({ apiSchema: schema, coreSupergraphSdl: '' });
        return () => {};
      },
      stop: async () => {},
    },
    introspection: true,
    persistedQueries: { cache: persistedCache(engine.stores.keyvalue.client) },
    parseOptions: { maxTokens: MAX_TOKENS },
    // Documents are validated where they are planned, once, and after their size is checked.
    dangerouslyDisableValidation: true,
    // Bytes that are complete are sent as they are.
    stringifyResult: (result) => (result.data === WRITTEN ? '' : jsonLine(result)),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: format,
    logger: { debug() {}, info() {}, warn: (line) => log.warn(String(line)), error: (line) => log.error(String(line)) },
    plugins: [
      compiledAnswers(executor),
      // It would wrap every resolver for cache hints that this gateway does not use.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  const users = await engine.authenticator.demoUsers();
  const page = {
    endpoint: ENDPOINT,
    title: 'odras-gateway',
    tabs: readExamples({ schema, explain }),
    demo: users && { header: DEMO_HEADER, ...users },
  };
  const graphiql = hasGraphiql ? createGraphiQL(page) : undefined;
  const example = demo ? createExample() : undefined;
  const server = createHttpServer({ ...limits, engine, apollo, persisted, callers, running, live, graphiql, example, log, host, explain });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    await apollo.stop();
    throw listenError(error, host, port);
  }
  const [url, ...otherUrls] = openAddresses(host, server.address() as AddressInfo, ENDPOINT, limits.tls !== undefined) as [
    string,
    ...string[],
  ];
  return {
    url,
    otherUrls,
    close: async () => {
      subscriptions.close();
      server.emit('closing');
      server.closeIdleConnections();
      const closed = once(server, 'close');
      server.close();
      // Idle keep-alive connections would delay the close.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      await closed;
      clearInterval(sweep);
      await apollo.stop();
    },
  };
};

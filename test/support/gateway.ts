import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { inject } from 'vitest';
import { bindSchema } from '../../resolvers/bind.js';
import { Audit } from '../../src/audit/audit.js';
import { makeAuditTable } from '../../src/audit/table.js';
import { readConfig } from '../../src/config.js';
import { createEngine, withAccess, type Engine } from '../../src/engine.js';
import { createSilentLog, type Log } from '../../src/log.js';
import { compileModel } from '../../src/model/compile.js';
import { openGraphSchema } from '../../src/model/graph-schema.js';
import { openFeed } from '../../src/operations/feed.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import type { HttpLimits } from '../../src/server/http.js';
import { startServer } from '../../src/server/server.js';
import { testEmbedder } from './embedder.js';
import { openStores } from '../../src/stores/open.js';
import type { Stores } from '../../src/stores/types.js';
import { temporaryFolder } from './folders.js';

/** What an ad hoc query answers: its type is in its text. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Answer = any;

/** Statements and requests that reached a store, in order. */
export interface Recorded {
  readonly relational: string[];
  readonly graph: string[];
  readonly vector: string[];
  clear(): void;
}

export interface TestGateway {
  readonly url: string;
  readonly engine: Engine;
  /** What it executes: to make it anew takes longer than most tests. */
  readonly schema: GraphQLSchema;
  /** What it was started with. */
  readonly settings: Readonly<Record<string, string>>;
  /** What reached each store since the last `clear`. */
  readonly recorded: Recorded;
  /** Sends an operation over HTTP. */
  send<T, V>(document: TypedDocumentNode<T, V>, variables: V): Promise<ExecutionResult<T>>;
  send<T = Answer>(
    document: DocumentNode | string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<ExecutionResult<T>>;
  close(): Promise<void>;
}

export interface TestGatewayOptions {
  /** Settings as in the environment: DATABASE_URL and the like; embedded stores without them. */
  readonly settings?: Record<string, string>;
  readonly log?: Log;
  /** Whether the rules of the schema hold. @default false: all callers may do everything */
  readonly access?: boolean;
  /** Whether there is a change feed. @default false */
  readonly feed?: boolean;
  /** Whether mutations and refused accesses are written to the audit log. @default false */
  readonly isAudited?: boolean;
  /** What is no setting. */
  readonly http?: Pick<HttpLimits, 'transferTimeoutMs' | 'maxBodyBytes'>;
}

/** The shipped schema, which no gateway changes. */
let shipped: ReturnType<typeof openShipped> | undefined;
const openShipped = async () => {
  const model = compileModel(readSchemaFiles());
  const graphSchema = await openGraphSchema(model);
  return { model, graphSchema, schema: bindSchema(model, graphSchema) };
};

/** A gateway over a copy of the demonstration data, listening on a free port of this machine. Servers must be filled. */
export const startTestGateway = async ({
  settings = {},
  log = createSilentLog(),
  access = false,
  feed = false,
  isAudited = false,
  http = {},
}: TestGatewayOptions = {}): Promise<TestGateway> => {
  // Nothing but what a test is about: callers are nobody, and cost no statement.
  const config = readConfig({}, { AUTH: 'anonymous', INTROSPECTION: 'on', GRAPHIQL: 'on', ...settings });
  const folder = temporaryFolder(inject('filledFolder'));
  const [opened, { model, graphSchema, schema }] = await Promise.all([
    openStores({ ...config, dataFolder: folder.path }, log),
    (shipped ??= openShipped()),
  ]);
  const { stores, recorded } = record(opened);
  const audit = isAudited ? new Audit(opened.relational, log) : undefined;
  if (audit) await makeAuditTable(opened.relational);
  const plain = createEngine({ model, stores, embedder: testEmbedder, limits: config, identity: config.identity, graphSchema, log, audit });
  const changes = await openFeed({ ...config, feed }, { ...plain, stores: opened }, log);
  const engine = { ...(access ? withAccess(plain, schema) : plain), copied: changes?.copied };
  const live = { changeFeed: changes?.feed, uncaptured: changes?.uncaptured };
  const server = await startServer({ ...config, engine, schema, log, host: 'localhost', port: 0, ...http, ...live });
  return {
    url: server.url,
    engine,
    schema,
    settings,
    recorded,
    send: async <T>(document: DocumentNode | string, variables?: unknown, headers?: Record<string, string>) => {
      const response = await fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: typeof document === 'string' ? document : print(document), variables }),
      });
      return (await response.json()) as ExecutionResult<T>;
    },
    close: async () => {
      await server.close();
      await changes?.close();
      await audit?.close();
      await stores.close();
      folder.remove();
    },
  };
};

/** The stores with every call written down before it is passed on. */
const record = (stores: Stores): { stores: Stores; recorded: Recorded } => {
  const recorded = { relational: [] as string[], graph: [] as string[], vector: [] as string[] };
  const { read } = stores.graph;
  const client = new Proxy(stores.vector.client, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]): unknown => {
        recorded.vector.push(`${String(name)} ${JSON.stringify(args)}`);
        return method.apply(target, args) as unknown;
      };
    },
  });
  return {
    stores: {
      ...stores,
      relational: {
        ...stores.relational,
        read: (statement, options) => {
          recorded.relational.push(statement.text);
          return stores.relational.read(statement, options);
        },
      },
      graph: {
        ...stores.graph,
        read: {
          run: (cypher, parameters, options) => {
            if (!cypher.includes('dbms.components()')) recorded.graph.push(cypher);
            return read.run(cypher, parameters, options);
          },
        },
      },
      vector: { ...stores.vector, client },
    },
    recorded: { ...recorded, clear: () => Object.values(recorded).forEach((list) => (list.length = 0)) },
  };
};

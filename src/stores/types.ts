/**
 * The interface of each kind of store, in terms of its client library. One function per implementation, embedded or server, opens a
 * store; nothing outside this folder can tell which one it is.
 */
import type { QdrantClient } from '@qdrant/js-client-rest';
import type { Record as GraphRecord } from 'neo4j-driver';
import type { Pool } from 'pg';
import type { EndSignal } from './ending.js';

export type StoreKind = 'relational' | 'graph' | 'vector' | 'keyvalue';

/** Members that every store has. */
export interface Store {
  /** For the log and /health: "embedded, .odras/relational" or "server, db.example:5432/odras". Never a password. */
  readonly where: string;
  /** Resolves when the store answers; rejects with the reason when it does not. */
  readonly ping: () => Promise<void>;
  /** May be called twice. */
  readonly close: () => Promise<void>;
}

/** Options of a call: how it is cancelled, and where it may run. */
export interface CallOptions {
  /** Also cancels the statement in the store. */
  readonly signal?: EndSignal | undefined;
  /** The caller's estimate of the number of rows, for explain. */
  readonly estimatedRows?: number | undefined;
}

export interface SqlStatement {
  readonly text: string;
  /** Name of a prepared statement, which is parsed once per connection. */
  readonly name?: string | undefined;
  readonly values?: readonly unknown[];
}

/** A row as PostgreSQL prints it: every value as text, "t" or "f" for booleans. */
export type TextRow = (string | null)[];

/** Takes a row, and how many bytes of the protocol it came in. */
export type OnRow = (row: TextRow, bytes: number) => void;

export interface ReadOptions extends CallOptions {
  /** Reads from the primary even if there is a replica. */
  readonly primary?: boolean;
  /** Called with each row as it arrives; the result is then empty. If it throws, the read fails. */
  readonly onRow?: OnRow | undefined;
}

/** Runs statements one after the other on one connection. */
export type SqlRunner = (statement: SqlStatement) => Promise<TextRow[]>;

/** PostgreSQL, or PGlite behind the same pool. */
export interface RelationalStore extends Store {
  readonly pool: Pool;
  /** One read-only statement; on the replica if there is one. */
  read(statement: SqlStatement, options?: ReadOptions): Promise<TextRow[]>;
  /** A transaction. If the outcome of the commit is unknown, it throws COMMIT_UNKNOWN. */
  transaction<T>(work: (run: SqlRunner) => Promise<T>, options?: CallOptions): Promise<T>;
  /** Runs a script of several statements, for migrations. */
  script(sql: string): Promise<void>;
  /** Listens to notifications, until it is closed. If the connection is lost, it is made again. */
  listen(options: ListenOptions): Listening;
}

export interface ListenOptions {
  readonly channels: readonly string[];
  readonly onMessage: (channel: string, message: string) => void;
  /** Called whenever a connection is made: messages may have been missed, and locks of the one before are free. */
  readonly onConnected: () => void;
}

export interface Listening {
  /** Whether no other gateway can use this database. */
  readonly isAlone: boolean;
  /** Runs a statement on the connection that listens, and so with the locks that it holds. Rejects while there is none. */
  run: SqlRunner;
  close(): Promise<void>;
}

export interface GraphResult {
  readonly records: GraphRecord[];
  readonly summary: { readonly counters: { updates(): Record<string, number> } };
}

/** A transaction's `run`, which is all that @neo4j/graphql needs of a driver. Whole numbers come as numbers, and as text beyond 2^53. */
export interface GraphRunner {
  run(cypher: string, parameters?: Record<string, unknown>, options?: CallOptions): Promise<GraphResult>;
}

/** Neo4j, or Grafeo behind the same statements. */
export interface GraphStore extends Store {
  readonly read: GraphRunner;
  readonly write: GraphRunner;
  /** The text that is actually sent for a statement. */
  readonly sent: (cypher: string) => string;
  /** The planner's estimate of a statement's rows, without running it; undefined if the store has no estimates. */
  readonly estimate: (cypher: string, parameters: Record<string, unknown>, options?: CallOptions) => Promise<number | undefined>;
  /** Digits of the fraction of a second that it keeps, and compares, of a DateTime or LocalDateTime. */
  readonly momentDigits: number;
  /** A transaction. */
  transaction(work: (runner: GraphRunner) => Promise<void>): Promise<void>;
  /** Graph Data Science, if the server may have it. */
  readonly science?: GraphScience | undefined;
}

/** The Graph Data Science plug-in of Neo4j, which analyses graphs that it projects into the server's memory. */
export interface GraphScience {
  /** Whether the server has it and this user may call it; also false while the server is down. Cached for a minute. */
  isThere(): Promise<boolean>;
  /** Timeout of one run, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * Several reads on one server, for a projected graph is on one server alone. `last` is sent there in the end; when a read has
   * failed or the request is over, as soon as nothing else of the run is under way.
   */
  run<T>(work: (runner: GraphRunner) => Promise<T>, last: CypherStatement, options?: CallOptions): Promise<T>;
}

/** A statement for the graph, with its parameters. */
export interface CypherStatement {
  readonly cypher: string;
  readonly parameters: Record<string, unknown>;
}

/** The calls of the Qdrant client that the gateway makes. */
export type VectorClient = Pick<
  QdrantClient,
  | 'getCollections'
  | 'getCollection'
  | 'createCollection'
  | 'updateCollection'
  | 'createVectorName'
  | 'createPayloadIndex'
  | 'upsert'
  | 'delete'
  | 'retrieve'
  | 'scroll'
  | 'count'
  | 'queryBatch'
>;

export interface VectorStore extends Store {
  readonly client: VectorClient;
  /** Size of each collection, by name; collections of unknown size are missing. */
  readonly usage: () => Promise<ReadonlyMap<string, CollectionUsage>>;
}

/** Estimated sizes of a collection, of the shards on the server that answers. */
export interface CollectionUsage {
  readonly vectorBytes: number;
  readonly payloadBytes: number;
}

/** The calls of ioredis that the gateway makes. Values are strings. */
export interface KeyValueClient {
  get(key: string): Promise<string | null>;
  mget(...keys: string[]): Promise<(string | null)[]>;
  set(key: string, value: string, unit: 'PX', milliseconds: number): Promise<unknown>;
  incr(key: string): Promise<number>;
  del(...keys: string[]): Promise<number>;
  /** Sets one field of a hash. */
  hset(key: string, field: string, value: string): Promise<number>;
  hmget(key: string, ...fields: string[]): Promise<(string | null)[]>;
  hgetall(key: string): Promise<Record<string, string>>;
  hdel(key: string, ...fields: string[]): Promise<number>;
  pexpire(key: string, milliseconds: number): Promise<number>;
  publish(channel: string, message: string): Promise<number>;
}

export interface KeyValueStore extends Store {
  readonly client: KeyValueClient;
  /**
   * Calls `listener` with every message of `channel` until the returned function is called, and `missed` whenever a connection is made:
   * messages may have been missed. Rejects if there is no connection; the listener is called once there is one, all the same.
   */
  subscribe(channel: string, listener: (message: string) => void, missed?: () => void): Promise<() => Promise<void>>;
}

/** Availability of a store. */
export interface StoreState {
  readonly isDown: boolean;
  /** Why it is down, if known. */
  readonly failure: unknown;
  /** Pings the store once, now. */
  check(): Promise<boolean>;
  /** Runs `work` when the store answers: now if it does, otherwise as soon as it does again. */
  whenUp(work: () => void): void;
}

export interface Stores {
  readonly relational: RelationalStore;
  readonly graph: GraphStore;
  readonly vector: VectorStore;
  readonly keyvalue: KeyValueStore;
  /** Availability of each store. */
  readonly availability: Readonly<Record<StoreKind, StoreState>>;
  /** Closes all stores, last opened first. All are tried; then the first error is thrown. */
  close(): Promise<void>;
}

/** Turns texts into vectors. */
export interface Embedder {
  /** Name of the model, which is stored with each vector. */
  readonly model: string;
  /** Dimensions of its vectors. */
  readonly size: number;
  readonly embed: (texts: readonly string[]) => Promise<number[][]>;
  /** Ends its thread, if it has one. */
  readonly close?: () => Promise<void>;
}

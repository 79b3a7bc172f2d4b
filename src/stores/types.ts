/**
 * What each kind of store offers, in the client libraries' own words. A store is opened by one function in its folder,
 * embedded or to a server; nothing above this folder can tell which.
 */
import type { QdrantClient } from '@qdrant/js-client-rest';
import type { Record as GraphRecord } from 'neo4j-driver';
import type { Pool } from 'pg';
import type { EndSignal } from './ending.js';

export type StoreKind = 'relational' | 'graph' | 'vector' | 'keyvalue';

/** What every store has. */
export interface Store {
  /** For the start's lines and for /health: "embedded, .odras/relational" or "server, db.example:5432/odras". Never a password. */
  readonly where: string;
  /** Resolves when the store answers; rejects with the reason when it does not. */
  readonly ping: () => Promise<void>;
  /** May be called twice. */
  readonly close: () => Promise<void>;
}

/** How a call may end before its answer: with the request, or, for a read, somewhere else than on the primary. */
export interface CallOptions {
  /** Cancels the statement in the store, too. */
  readonly signal?: EndSignal | undefined;
  /** Rows that the caller expects, to stand beside those that came where a request is explained. */
  readonly estimatedRows?: number | undefined;
}

export interface SqlStatement {
  readonly text: string;
  /** Of a text that is sent again and again: it is then parsed once for each connection. */
  readonly name?: string | undefined;
  readonly values?: readonly unknown[];
}

/** A row as PostgreSQL prints it: every value as text, "t" or "f" for booleans. */
export type TextRow = (string | null)[];

/** Takes a row, and how many bytes of the protocol it came in. */
export type OnRow = (row: TextRow, bytes: number) => void;

export interface ReadOptions extends CallOptions {
  /** Asks the primary, though there is a replica. */
  readonly primary?: boolean;
  /** Takes each row as it comes; the answer is then empty. What it throws fails the read. */
  readonly onRow?: OnRow | undefined;
}

/** Runs statements one after the other on one connection. */
export type SqlRunner = (statement: SqlStatement) => Promise<TextRow[]>;

/** PostgreSQL, or PGlite behind the same pool. */
export interface RelationalStore extends Store {
  readonly pool: Pool;
  /** One statement that writes nothing; on the replica where there is one. */
  read(statement: SqlStatement, options?: ReadOptions): Promise<TextRow[]>;
  /** Several statements, all or none. A commit whose outcome is not known throws COMMIT_UNKNOWN. */
  transaction<T>(work: (run: SqlRunner) => Promise<T>, options?: CallOptions): Promise<T>;
  /** Runs a script of several statements, for migrations. */
  script(sql: string): Promise<void>;
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
  /** The text that the store is really sent for a statement. */
  readonly sent: (cypher: string) => string;
  /** Rows that the store's planner expects of a statement, as it is sent; nothing is run. Nothing where it has no estimates. */
  readonly estimate: (cypher: string, parameters: Record<string, unknown>, options?: CallOptions) => Promise<number | undefined>;
  /** Digits behind the second that it keeps, and compares, of a DateTime or LocalDateTime. */
  readonly momentDigits: number;
  /** Several statements, all or none. */
  transaction(work: (runner: GraphRunner) => Promise<void>): Promise<void>;
  /** Graph Data Science, on a server that may have it. */
  readonly science?: GraphScience | undefined;
}

/** The Graph Data Science plug-in of Neo4j, which analyses graphs that it projects into the server's memory. */
export interface GraphScience {
  /** Whether the server has it and lets this user call it; false as well while the server is away. What was learnt holds for a minute. */
  isThere(): Promise<boolean>;
  /** Longest time of one run, in milliseconds. */
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
  /** What each collection takes up, by name; one that is missing is not known. */
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
  publish(channel: string, message: string): Promise<number>;
}

export interface KeyValueStore extends Store {
  readonly client: KeyValueClient;
  /** Calls `listener` with every message of `channel` until the returned function is called. */
  subscribe(channel: string, listener: (message: string) => void): Promise<() => Promise<void>>;
}

/** Whether a store is there. */
export interface StoreState {
  readonly isDown: boolean;
  /** Why it is not, as far as that is known. */
  readonly failure: unknown;
  /** Asks the store once, now. */
  check(): Promise<boolean>;
  /** Runs `work` when the store answers: now if it does, otherwise as soon as it does again. */
  whenUp(work: () => void): void;
}

export interface Stores {
  readonly relational: RelationalStore;
  readonly graph: GraphStore;
  readonly vector: VectorStore;
  readonly keyvalue: KeyValueStore;
  /** Whether each store is there, and when it is again. */
  readonly availability: Readonly<Record<StoreKind, StoreState>>;
  /** Closes all, last opened first; every one is tried, the first error is thrown. */
  close(): Promise<void>;
}

/** Turns texts into vectors. */
export interface Embedder {
  /** Name that is kept with each vector it makes. */
  readonly model: string;
  /** Dimensions of its vectors. */
  readonly size: number;
  readonly embed: (texts: readonly string[]) => Promise<number[][]>;
  /** Ends what it runs in, where it runs in this process. */
  readonly close?: () => Promise<void>;
}

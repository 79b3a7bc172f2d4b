import type { Transaction } from '@grafeo-db/js';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../errors.js';
import { withoutApoc } from './apoc.js';
import { toGrafeo } from './dialect.js';
import { grafeoDuration, isDriverDuration } from './durations.js';
import { isDriverInteger, plainNumbers } from './integers.js';
import type { GraphResult, GraphRunner, GraphStore } from '../types.js';

export interface EmbeddedGraphOptions {
  /** File of the database; in memory when absent. */
  readonly path?: string | undefined;
}

interface Executor {
  executeCypher: Transaction['executeCypher'];
}

/** What @neo4j/graphql is told when it asks for the server's version. */
const VERSION = { version: '5.26.0', edition: 'community' };

/** Grafeo, an embedded property graph, behind the part of a Neo4j transaction that the gateway uses. */
export const openEmbeddedGraph = async ({ path }: EmbeddedGraphOptions): Promise<GraphStore> => {
  const [{ default: grafeo }, { default: neo4j }] = await Promise.all([import('@grafeo-db/js'), import('neo4j-driver')]);
  if (path !== undefined) mkdirSync(dirname(path), { recursive: true });
  const database = grafeo.GrafeoDB.create(path ?? null);

  const run = async (executor: Executor, cypher: string, parameters: Record<string, unknown> = {}): Promise<GraphResult> => {
    if (cypher.includes('dbms.components()')) {
      return {
        records: [new neo4j.types.Record(Object.keys(VERSION), Object.values(VERSION))],
        summary: { counters: { updates: () => ({}) } },
      };
    }
    const result = await executor.executeCypher(sent(cypher), toPlain(parameters)).catch((error: unknown) => {
      throw new neo4j.Neo4jError(messageOf(error), codeOf(messageOf(error)), '50N42', messageOf(error));
    });
    const columns = result.columns;
    const { counters } = result;
    return {
      records: result.rows().map((row) => new neo4j.types.Record(columns, row.map(plainNumbers))),
      summary: {
        counters: {
          updates: () => ({
            nodesCreated: counters.nodesCreated,
            nodesDeleted: counters.nodesDeleted,
            relationshipsCreated: counters.edgesCreated,
            relationshipsDeleted: counters.edgesDeleted,
            propertiesSet: counters.propertiesSet,
          }),
        },
      },
    };
  };

  // Grafeo refuses a write that conflicts with one under way, where Neo4j would wait: so writes take turns.
  let lastWrite: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = lastWrite.then(work, work);
    lastWrite = result.catch(() => {});
    return result;
  };

  const read: GraphRunner = { run: (cypher, parameters) => run(database, cypher, parameters) };
  let closed = false;
  return {
    where: path === undefined ? 'embedded, in memory' : `embedded, ${path}`,
    read,
    sent,
    momentDigits: 6,
    // Grafeo's EXPLAIN gives a plan without numbers.
    estimate: async () => undefined,
    write: { run: (cypher, parameters) => inTurn(() => run(database, cypher, parameters)) },
    transaction: (work) =>
      inTurn(async () => {
        const transaction = database.beginTransaction();
        try {
          await work({ run: (cypher, parameters) => run(transaction, cypher, parameters) });
        } catch (error) {
          transaction.rollback();
          throw error;
        }
        transaction.commit();
      }),
    ping: async () => {
      await read.run('RETURN 1 AS one');
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await lastWrite;
      database.close();
    },
  };
};

const sent = (cypher: string): string => toGrafeo(withoutApoc(cypher));

/** The code that Neo4j gives a failure of this kind. */
const codeOf = (message: string): string => {
  if (message.includes('UNIQUE constraint')) return 'Neo.ClientError.Schema.ConstraintValidationFailed';
  if (message.includes('GRAFEO-Q002')) return 'Neo.ClientError.Statement.SemanticError';
  if (/GRAFEO-Q006: (division by zero|numeric value out of range)/.test(message)) return 'Neo.ClientError.Statement.ArithmeticError';
  if (message.includes('GRAFEO-Q001')) return 'Neo.ClientError.Statement.SyntaxError';
  return 'Neo.DatabaseError.General.UnknownError';
};

/** Marks of the driver's classes of times, and what Grafeo calls these; it has none that keeps all digits for LocalDateTime, which is sent as text. */
const TAGS = [
  ['__isDate__', '$date'],
  ['__isLocalTime__', '$time'],
  ['__isDuration__', '$duration'],
] as const;

/** Driver integers become numbers, or bigint where they need all of 64 bits. */
const toPlain = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (isDriverInteger(value)) return value.inSafeRange() ? value.toNumber() : value.toBigInt();
  if (value instanceof Date || ArrayBuffer.isView(value)) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) {
    const text = isDriverDuration(value) ? grafeoDuration(value) : (value as { toString(): string }).toString();
    const tag = TAGS.find(([mark]) => mark in value)?.[1];
    return tag === undefined ? text : { [tag]: text };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]));
};

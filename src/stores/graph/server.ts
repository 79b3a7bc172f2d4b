import type { Plan, QueryResult } from 'neo4j-driver';
import { GatewayError } from '../../errors.js';
import { withinDeadline } from '../deadline.js';
import { isUnavailable, readAgain } from '../failures.js';
import { placeOf } from '../place.js';
import { Slots } from '../slots.js';
import { withoutApoc } from './apoc.js';
import { plainNumbers } from './integers.js';
import { createScience } from './science.js';
import type { CallOptions, CypherStatement, GraphResult, GraphRunner, GraphStore } from '../types.js';

type SessionMode = 'READ' | 'WRITE';
type Run = (cypher: string, parameters?: Record<string, unknown>) => Promise<QueryResult>;
type Driver = Pick<typeof import('neo4j-driver'), 'types'>;
type Server = import('neo4j-driver').Driver;

/** State of a transaction: its session, and whether its commit has been sent. */
interface Progress {
  readonly driver: Server;
  isCommitting: boolean;
}

export interface ServerGraphOptions {
  /** bolt:// or neo4j:// (routed), with +s for TLS; user and password may stand in it. */
  readonly url: string;
  /** Default: those of the URL. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** @default neo4j */
  readonly database: string;
  /** Longest time of one statement or transaction. @default 10_000 */
  readonly timeoutMs: number;
  /** Most sessions at a time, each on a connection; one for asking whether it answers stands beside them. @default 100 */
  readonly maxSessions?: number;
  /** Whether Graph Data Science is used where the server has it. @default true */
  readonly science?: boolean | undefined;
}

/** Neo4j through `neo4j-driver`: reads in read sessions, so that a cluster serves them from its followers. */
export const openServerGraph = async ({
  url,
  user,
  password,
  database,
  timeoutMs,
  maxSessions = 100,
  science = true,
}: ServerGraphOptions): Promise<GraphStore> => {
  const { default: neo4j } = await import('neo4j-driver');
  const address = new URL(url);
  const name = user ?? decodeURIComponent(address.username);
  const secret = password ?? decodeURIComponent(address.password);
  address.username = '';
  address.password = '';
  const connect = (options: object = {}): Server =>
    neo4j.driver(address.href, name === '' ? undefined : neo4j.auth.basic(name, secret), {
      connectionTimeout: Math.min(timeoutMs, 3_000),
      connectionAcquisitionTimeout: timeoutMs,
      // Connections of closing sessions exist in addition to those in use.
      maxConnectionPoolSize: 2 * maxSessions,
      // A retry by the driver would keep a call beyond its deadline.
      maxTransactionRetryTime: 0,
      userAgent: 'odras-gateway',
      ...options,
    });
  const usual = connect();
  let checked: Server | undefined;
  /** For retrying a read whose connection was lost: other pooled connections may be closed, too, so each is tested before use. */
  const careful = () => (checked ??= connect({ connectionLivenessCheckTimeout: 0 }));
  const slots = new Slots('graph', maxSessions);
  const attempt = <T>(
    mode: SessionMode,
    options: CallOptions | undefined,
    work: (run: Run) => Promise<T>,
    last: CypherStatement | undefined,
    progress: Progress,
  ): Promise<T> =>
    withinDeadline({ store: 'graph', timeoutMs, signal: options?.signal }, async (onCancel) => {
      const session = progress.driver.session({ database, defaultAccessMode: mode });
      let closed: Promise<void> | undefined;
      const close = () => (closed ??= session.close());
      // Closing a session resets its connection, which ends the statement in the server.
      onCancel(() => void close().catch(() => {}));
      try {
        const transaction = session.beginTransaction({ timeout: timeoutMs });
        const result = await work(async (cypher, parameters) => transaction.run(withoutApoc(cypher), parameters));
        if (last) await transaction.run(last.cypher, last.parameters);
        progress.isCommitting = true;
        await transaction.commit();
        return result;
      } catch (error) {
        // A failed transaction accepts no further statements. Once closed, nothing of it is in flight.
        if (last)
          await close()
            .then(() => inTransaction(mode, undefined, (run) => run(last.cypher, last.parameters)))
            .catch(() => {});
        throw error;
      } finally {
        // A commit cannot be undone.
        await close().catch(() => {});
      }
    });
  const inTransaction = async <T>(
    mode: SessionMode,
    options: CallOptions | undefined,
    work: (run: Run) => Promise<T>,
    last?: CypherStatement,
    driver = usual,
  ): Promise<T> => {
    const progress: Progress = { driver, isCommitting: false };
    const free = await slots.take(mode === 'WRITE' ? 'write' : 'read', options?.signal, timeoutMs);
    try {
      return await attempt(mode, options, work, last, progress);
    } catch (error) {
      // If the connection ends without an answer, the outcome of the commit is unknown.
      if (mode === 'WRITE' && progress.isCommitting && (isUnavailable(error) || options?.signal?.aborted))
        throw new GatewayError('COMMIT_UNKNOWN', {}, { cause: error });
      throw error;
    } finally {
      free();
    }
  };
  const runner = (mode: SessionMode): GraphRunner => ({
    run: async (cypher, parameters, options) => {
      const ask = (driver?: Server) => inTransaction(mode, options, (run) => run(cypher, parameters), undefined, driver);
      return toResult(neo4j, await (mode === 'READ' ? readAgain(ask, careful) : ask()));
    },
  });
  const read = runner(neo4j.session.READ);
  return {
    where: `server, ${placeOf(url)}, database ${database}`,
    read,
    write: runner(neo4j.session.WRITE),
    sent: withoutApoc,
    momentDigits: 9,
    estimate: async (cypher, parameters, options) => {
      // Neither EXPLAIN nor a read session writes anything.
      const { summary } = await readAgain(
        (driver) => inTransaction(neo4j.session.READ, options, (run) => run(`EXPLAIN ${cypher}`, parameters), undefined, driver),
        careful,
      );
      return summary.plan === false ? undefined : expectedRows(summary.plan, summary.queryType);
    },
    transaction: (work) =>
      inTransaction(neo4j.session.WRITE, undefined, (run) =>
        work({ run: async (cypher, parameters) => toResult(neo4j, await run(cypher, parameters)) }),
      ),
    // On separate connections, so that it also works when all others are in use.
    ping: async () => {
      await attempt(neo4j.session.READ, undefined, (run) => run('RETURN 1 AS one'), undefined, { driver: careful(), isCommitting: false });
    },
    close: async () => {
      await Promise.all([usual.close(), checked?.close()]);
    },
    science: science
      ? createScience(
          timeoutMs,
          (work, last, options) =>
            inTransaction(
              neo4j.session.READ,
              options,
              (run) => work({ run: async (cypher, parameters) => toResult(neo4j, await run(cypher, parameters)) }),
              last,
            ),
          read,
        )
      : undefined,
  };
};

const toResult = (neo4j: Driver, { records, summary }: QueryResult): GraphResult => ({
  records: records.map((record) => {
    const values = [...record.values()];
    const plain = values.map(plainNumbers);
    return plain.every((value, index) => value === values[index]) ? record : new neo4j.types.Record(record.keys, plain);
  }),
  summary: { counters: { updates: () => ({ ...summary.counters.updates() }) } },
});

/** A statement that only writes gives no rows, whatever it writes to. Expected parts of a row are one. */
const expectedRows = ({ arguments: { EstimatedRows: rows } }: Plan, queryType: string): number | undefined => {
  if (typeof rows !== 'number') return undefined;
  return queryType === 'w' ? 0 : Math.ceil(rows);
};

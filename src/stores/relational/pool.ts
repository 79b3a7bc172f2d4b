import type { Pool, PoolClient } from 'pg';
import { GatewayError } from '../../errors.js';
import { withinDeadline } from '../deadline.js';
import type { EndSignal } from '../ending.js';
import { isUnavailable } from '../failures.js';
import { runText } from './text-query.js';
import type { RelationalStore, SqlRunner, StoreKind } from '../types.js';

export interface PoolCallOptions {
  /** Whose calls they are, for their errors. @default relational */
  readonly store?: StoreKind;
  /** Longest time of one read or one transaction. */
  readonly timeoutMs: number;
  /** Tells the server to stop what the client is running; absent where nothing can interrupt it. */
  readonly cancel?: ((client: PoolClient, pool: Pool) => void) | undefined;
}

/** `read` and `transaction` over a pool: the same for the server and its twin. */
export const createCalls = (primary: Pool, replica: Pool | undefined, { store = 'relational', timeoutMs, cancel }: PoolCallOptions): Pick<RelationalStore, 'read' | 'transaction'> => {
  /** A connection that was cut off in the middle is not used again. */
  const onClient = <T>(pool: Pool, signal: EndSignal | undefined, work: (client: PoolClient) => Promise<T>): Promise<T> =>
    withinDeadline({ store, timeoutMs, signal }, async (onCancel) => {
      const client = await pool.connect();
      let state: 'waiting' | 'working' | 'over' = 'waiting';
      const release = (broken: boolean) => {
        if (state !== 'over') client.release(broken);
        state = 'over';
      };
      onCancel(() => {
        if (state === 'waiting') return release(false);
        if (state === 'over' || !cancel) return;
        cancel(client, pool);
        // A server that does not even take the cancel would keep the connection for ever.
        release(true);
      });
      if (state !== 'waiting') throw new Error('cancelled before it began');
      state = 'working';
      try {
        return await work(client);
      } finally {
        release(false);
      }
    });

  return {
    read: (statement, options) =>
      onClient(options?.primary || !replica ? primary : replica, options?.signal, (client) => runText(client, statement, options?.onRow)),
    transaction: async (work, options) => {
      let committing = false;
      try {
        return await onClient(primary, options?.signal, async (client) => {
          const run: SqlRunner = (statement) => runText(client, statement);
          try {
            await run({ text: 'BEGIN' });
            const result = await work(run);
            committing = true;
            await run({ text: 'COMMIT' });
            return result;
          } catch (error) {
            await run({ text: 'ROLLBACK' }).catch(() => []);
            throw error;
          }
        });
      } catch (error) {
        // A refused commit (a deferred rule) is the database's answer; an end without an answer leaves the outcome open.
        if (committing && (isUnavailable(error) || options?.signal?.aborted)) throw new GatewayError('COMMIT_UNKNOWN', {}, { cause: error });
        throw error;
      }
    },
  };
};

import type { Pool, PoolClient } from 'pg';
import { GatewayError } from '../../errors.js';
import { withinDeadline } from '../deadline.js';
import type { EndSignal } from '../ending.js';
import { isUnavailable } from '../failures.js';
import { Slots, type Use } from '../slots.js';
import { Lease, type Cancel } from './lease.js';
import { runText } from './text-query.js';
import type { RelationalStore, SqlRunner, StoreKind } from '../types.js';

export interface PoolCallOptions {
  /** Whose calls they are, for their errors. @default relational */
  readonly store?: StoreKind;
  /** Connections of each pool. */
  readonly size: number;
  /** Longest time of one read or one transaction, from when it has a connection. */
  readonly timeoutMs: number;
  /** Whether a read, or the beginning of a transaction, is sent again where its connection was lost. @default true */
  readonly asksAgain?: boolean;
  /** Absent where nothing can interrupt a statement. */
  readonly cancel?: Cancel | undefined;
}

export interface PoolCalls extends Pick<RelationalStore, 'read' | 'transaction'> {
  /** Drops cancelled connections whose backend is still busy, so that the pools can be closed. */
  readonly abandon: () => void;
}

/** A call that needs a connection. */
interface Asked {
  readonly pool: Pool;
  readonly use: Use;
  readonly signal: EndSignal | undefined;
  /** The connection must be newer than this. */
  readonly since?: number | undefined;
}

type Work<T> = (client: PoolClient, isOver: () => boolean) => Promise<T>;

/** Whether the call may be sent again. */
interface Sent {
  isOpen: boolean;
}

/**
 * Retries on a newer connection if the first one was lost: after a restart of the server, pooled connections turn out to be closed
 * when they are next used.
 */
const onceAgain = async <T>(isAllowed: boolean, work: (since: number | undefined, sent: Sent) => Promise<T>): Promise<T> => {
  const sent: Sent = { isOpen: false };
  try {
    return await work(undefined, sent);
  } catch (error) {
    if (!isAllowed || !sent.isOpen || error instanceof GatewayError || !isUnavailable(error)) throw error;
    return work(performance.now(), sent);
  }
};

/** `read` and `transaction` over a pool: the same for the server and its twin. */
export const createCalls = (
  primary: Pool,
  replica: Pool | undefined,
  { store = 'relational', size, timeoutMs, asksAgain = true, cancel }: PoolCallOptions,
): PoolCalls => {
  const slots = new Map([primary, ...(replica ? [replica] : [])].map((pool) => [pool, new Slots(store, size)]));
  const born = new WeakMap<object, number>();
  for (const pool of slots.keys()) pool.on('connect', (client) => born.set(client, performance.now()));
  const givenUp = new Set<Lease>();

  const connect = async ({ pool, since }: Asked): Promise<PoolClient> => {
    for (;;) {
      const client = await pool.connect();
      if (since === undefined || (born.get(client) ?? since) >= since) return client;
      client.release(true);
    }
  };

  const onClient = async <T>(asked: Asked, work: Work<T>): Promise<T> => {
    const { signal } = asked;
    const free = await slots.get(asked.pool)!.take(asked.use, signal, timeoutMs);
    let isHeld = false;
    try {
      return await withinDeadline({ store, timeoutMs, signal }, async (onCancel) => {
        isHeld = true;
        let isOver = false;
        let giveUp = () => {};
        onCancel(() => {
          isOver = true;
          giveUp();
        });
        const client = await connect(asked).catch((error: unknown) => {
          free();
          throw error;
        });
        const lease = new Lease(client, asked.pool, free, givenUp);
        if (cancel) giveUp = () => void lease.giveUp(cancel);
        try {
          if (isOver) throw new Error('cancelled before it began');
          return await work(client, () => isOver);
        } finally {
          lease.done();
        }
      });
    } finally {
      // The request may have ended while it waited.
      if (!isHeld) free();
    }
  };

  return {
    read: (statement, options) => {
      const onRow = options?.onRow;
      const asked: Asked = { pool: options?.primary || !replica ? primary : replica, use: 'read', signal: options?.signal };
      return onceAgain(asksAgain, (since, sent) =>
        onClient({ ...asked, since }, (client, isOver) => {
          sent.isOpen = true;
          if (!onRow) return runText(client, statement);
          return runText(client, statement, (row, bytes) => {
            // A row must not be delivered twice.
            sent.isOpen = false;
            if (!isOver()) onRow(row, bytes);
          });
        }),
      );
    },
    transaction: async (work, options) => {
      let committing = false;
      try {
        return await onceAgain(asksAgain, (since, sent) =>
          onClient({ pool: primary, use: 'write', signal: options?.signal, since }, async (client, isOver) => {
            const run: SqlRunner = (statement) => {
              // The caller has been told that nothing was written.
              if (isOver()) return Promise.reject(new Error('cancelled before its end'));
              return runText(client, statement);
            };
            try {
              sent.isOpen = true;
              await run({ text: 'BEGIN' });
              sent.isOpen = false;
              const result = await work(run);
              committing = !isOver();
              await run({ text: 'COMMIT' });
              return result;
            } catch (error) {
              await runText(client, { text: 'ROLLBACK' }).catch(() => []);
              throw error;
            }
          }),
        );
      } catch (error) {
        // A refused commit (a deferred rule) is the database's answer; an end without an answer leaves the outcome open.
        if (committing && (isUnavailable(error) || options?.signal?.aborted))
          throw new GatewayError('COMMIT_UNKNOWN', {}, { cause: error });
        throw error;
      }
    },
    abandon: () => {
      for (const lease of [...givenUp]) lease.release(true);
    },
  };
};

import pg from 'pg';
import type { ListenOptions, Listening, SqlRunner, SqlStatement } from '../types.js';
import { runText } from './text-query.js';

/** First and longest wait before a lost connection is made again, in milliseconds. */
const PAUSE_MS = 100;
const MAX_PAUSE_MS = 2_000;

/** Listens to notifications on a connection of its own, which is made again when it is lost. */
export const listenOn = (config: pg.ClientConfig, { channels, onMessage, onConnected }: ListenOptions): Listening => {
  let client: pg.Client | undefined;
  let isClosed = false;
  let pause = PAUSE_MS;
  let timer: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ ...config, keepAlive: true, keepAliveInitialDelayMillis: 5_000 });
    const lost = (): void => {
      if (client === next) client = undefined;
      next.removeAllListeners('end');
      void next.end().catch(() => {});
      if (isClosed || timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        void connect();
      }, pause).unref();
      pause = Math.min(pause * 2, MAX_PAUSE_MS);
    };
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', ({ channel, payload }) => onMessage(channel, payload ?? ''));
    try {
      await next.connect();
      await next.query(channels.map((channel) => `LISTEN ${channel}`).join('; '));
    } catch {
      return lost();
    }
    if (isClosed) return void next.end().catch(() => {});
    client = next;
    pause = PAUSE_MS;
    onConnected();
  };
  void connect();

  return {
    isAlone: false,
    run: (statement: SqlStatement) => {
      if (!client) return Promise.reject(new Error('there is no connection to listen on'));
      return runText(client, statement);
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      const last = client;
      client = undefined;
      last?.removeAllListeners('end');
      await last?.end().catch(() => {});
    },
  };
};

/** Listens on the only connection of a pool: the notifications of a transaction arrive with the answer to its commit. */
export const listenInPool = (pool: pg.Pool, run: SqlRunner, { channels, onMessage, onConnected }: ListenOptions): Listening => {
  const hear = ({ channel, payload }: pg.Notification): void => {
    if (channels.includes(channel)) onMessage(channel, payload ?? '');
  };
  const known = new WeakSet<object>();
  const begin = (client: pg.PoolClient): void => {
    if (known.has(client)) return;
    known.add(client);
    client.on('notification', hear);
    client.query(channels.map((channel) => `LISTEN ${channel}`).join('; ')).then(onConnected, () => {});
  };
  pool.on('connect', begin);
  const ready = pool.connect().then((client) => {
    begin(client);
    client.release();
  });
  ready.catch(() => {});
  return {
    isAlone: true,
    run,
    close: async () => {
      pool.off('connect', begin);
      await ready.catch(() => {});
    },
  };
};

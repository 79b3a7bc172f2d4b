import { join } from 'node:path';
import type { Config } from '../config.js';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { lockFolder } from '../stores/folder.js';
import { EmbeddedPostgres } from '../stores/postgres/embedded-postgres.js';
import { listen } from '../stores/postgres/listener.js';

/** The embedded PostgreSQL, while tools may look into it. */
export interface OpenDatabase {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Lets tools such as psql into the embedded PostgreSQL of the data folder, by its own protocol, from this machine only. No gateway can
 * use the folder meanwhile.
 *
 * @throws GatewayError CONFIG_INVALID, DATA_FOLDER
 */
export const openToTools = async ({ dataFolder, relational, psqlPort }: Config, log: Log): Promise<OpenDatabase> => {
  if (relational || dataFolder === undefined)
    throw new GatewayError('CONFIG_INVALID', {
      detail:
        'psql opens the embedded PostgreSQL of a data folder, but DATABASE_URL names a server: connect to that, or unset DATABASE_URL.',
    });
  const unlock = await lockFolder(dataFolder, { log });
  try {
    const database = await EmbeddedPostgres.open({ store: 'relational', path: join(dataFolder, 'relational'), vectors: false, log });
    const listener = await listen(database, psqlPort).catch(async (error: unknown) => {
      await database.close();
      throw (error as { code?: string }).code === 'EADDRINUSE'
        ? new GatewayError('CONFIG_INVALID', {
            detail: `Port ${psqlPort} is already in use. Set --port or PSQL_PORT to a free port, or to 0.`,
          })
        : error;
    });
    const url = `postgres://postgres@127.0.0.1:${listener.port}/postgres?sslmode=disable`;
    log.info(`open to tools on this machine, one connection at a time: psql "${url}", press Ctrl-C to stop`);
    return {
      url,
      close: async () => {
        await listener.close();
        await database.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
};

import type { Config } from '../config.js';
import type { Engine } from '../engine.js';
import { counted, GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { learnDatabase } from '../model/database.js';
import { formatFaults, type Fault } from '../model/faults.js';
import { verifyCollections, verifyTables } from '../model/verify.js';
import { verifyIndexes } from '../sql/indexes.js';

type Checked = 'relational' | 'vector';

/** What to compare with a store; text indexes and collections are left out if they are created later. */
interface Parts {
  /** The command that creates a missing table, if there is one. */
  readonly remedy?: string;
  readonly relational?: 'tables' | 'all' | 'indexes';
  readonly vector?: 'all';
}

const check = async (kind: Checked, parts: Parts, { model, stores, embedder }: Engine, log: Log): Promise<Fault[]> => {
  const { relational, vector, remedy } = parts;
  if (kind === 'vector') return vector ? verifyCollections(model, stores.vector, embedder) : [];
  if (relational === undefined) return [];
  if (relational !== 'indexes') await learnDatabase(model, stores.relational, log);
  const faults = relational === 'indexes' ? [] : await verifyTables(model, stores.relational, remedy);
  // A missing index on a missing column is not reported separately.
  return relational === 'tables' || faults.length > 0 ? faults : verifyIndexes(model, stores.relational);
};

/** Compares the schema with the stores that are up; a server that is down is compared once it answers. */
const checkStores = async (parts: Parts, engine: Engine, log: Log): Promise<void> => {
  const faults: Fault[] = [];
  for (const kind of (['relational', 'vector'] as const).filter((each) => parts[each])) {
    const availability = engine.stores.availability[kind];
    if (!availability.isDown) faults.push(...(await check(kind, parts, engine, log)));
    else {
      availability.whenUp(() => {
        check(kind, { relational: 'all', vector: 'all' }, engine, log).then(
          (late) => late.length > 0 && log.error(mismatch(late).message),
          (error: unknown) => log.error(`the ${kind} store could not be checked against the schema`, error),
        );
      });
    }
  }
  if (faults.length > 0) throw mismatch(faults);
};

const MIGRATE = '`odras-gateway migrate` makes it, since this PostgreSQL is embedded';
const FORGETFUL = '--memory makes it without demonstration data only (--no-demo); with --data, `odras-gateway migrate` makes it';

/**
 * What must fit before anything is made or filled: tables and columns, and all that the gateway would not make in a server.
 *
 * @throws GatewayError SCHEMA_MISMATCH with file and line of each fault
 */
export const checkBefore = ({ relational, vector, dataFolder }: Config, engine: Engine, log: Log): Promise<void> =>
  checkStores(
    {
      ...(relational ? { relational: 'all' } : { relational: 'tables', remedy: dataFolder === undefined ? FORGETFUL : MIGRATE }),
      ...(vector ? { vector: 'all' } : {}),
    },
    engine,
    log,
  );

/** What could not be checked before: what the gateway has just made in embedded stores. */
export const checkAfter = ({ relational, vector }: Config, engine: Engine, log: Log): Promise<void> =>
  checkStores({ ...(relational ? {} : { relational: 'indexes' }), ...(vector ? {} : { vector: 'all' }) }, engine, log);

/** What must fit before indexes and collections are made anywhere: tables and columns. */
export const checkTables = (engine: Engine, log: Log): Promise<void> => checkStores({ relational: 'tables' }, engine, log);

export const mismatch = (faults: readonly Fault[]): GatewayError =>
  new GatewayError('SCHEMA_MISMATCH', {
    count: faults.length === 1 ? '1 mismatch' : counted(faults.length, 'mismatche'),
    detail: formatFaults(faults),
  });

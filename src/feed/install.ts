import { GatewayError, messageOf } from '../errors.js';
import type { Model } from '../model/types.js';
import type { RelationalStore } from '../stores/types.js';
import { capturedTables, nameOf, type Captured } from './captured.js';
import { feedTables, SLOTS } from './tables.js';
import { expectedTriggers, INSTALLED_TRIGGERS, makeTriggers } from './triggers.js';

type Database = Pick<RelationalStore, 'read' | 'script'>;

/** Whether the tables of the feed exist. */
export const hasFeed = async ({ read }: Pick<Database, 'read'>): Promise<boolean> => {
  const [[found] = []] = await read({ text: "SELECT to_regclass('odras_gateway.ticks') IS NOT NULL" }, { primary: true });
  return found === 't';
};

const installed = async ({ read }: Pick<Database, 'read'>): Promise<string[]> =>
  (await read({ text: INSTALLED_TRIGGERS }, { primary: true })).map(([line]) => line!);

const existing = async ({ read }: Pick<Database, 'read'>): Promise<Set<string>> => {
  const text = "SELECT nspname || '.' || relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'p')";
  return new Set((await read({ text }, { primary: true })).map(([name]) => name!));
};

/** The tables whose changes are not captured as the schema needs it. */
export const uncaptured = async (relational: Pick<Database, 'read'>, model: Model): Promise<Captured[]> => {
  const known = new Set(await installed(relational));
  return capturedTables(model).filter((captured) => !expectedTriggers(captured).every((line) => known.has(line)));
};

/**
 * Makes the tables of the feed and the triggers that fill them, unless they exist. Returns what was made.
 *
 * @param retentionHours how long changes are kept at least, in hours
 * @throws GatewayError FEED_MISSING if PostgreSQL refuses it
 */
export const makeFeed = async (relational: Database, model: Model, retentionHours: number): Promise<string[]> => {
  const made: string[] = [];
  try {
    if (!(await hasFeed(relational))) made.push('table odras_gateway.changes');
    await relational.script(feedTables(Math.ceil((retentionHours * 3_600) / (SLOTS - 2))));
    const tables = await existing(relational);
    for (const captured of await uncaptured(relational, model)) {
      const name = nameOf(captured.table);
      // A missing table is reported by the schema check.
      if (!tables.has(name)) continue;
      await relational.script(makeTriggers(captured));
      made.push(`triggers of ${name}`);
    }
    await removeUnused(relational);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('FEED_MISSING', { detail: `: it cannot be made: ${messageOf(error)}` }, { cause: error });
  }
  return made;
};

/** Functions that no trigger calls any more. */
const removeUnused = (relational: Database): Promise<void> =>
  relational.script(`DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'odras_gateway'::regnamespace
    AND p.proname LIKE 'capture\\_%' AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgfoid = p.oid)
  LOOP EXECUTE 'DROP FUNCTION ' || name; END LOOP;
END $$`);

/** Takes the triggers and the tables of the feed away again. Returns what was removed. */
export const removeFeed = async (relational: Database): Promise<string[]> => {
  const removed = await hasFeed(relational);
  await relational.script(`DO $$ DECLARE name text; BEGIN
  IF to_regnamespace('odras_gateway') IS NULL THEN RETURN; END IF;
  FOR name IN SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = to_regnamespace('odras_gateway')
    AND p.proname LIKE 'capture\\_%'
  LOOP EXECUTE 'DROP FUNCTION ' || name || ' CASCADE'; END LOOP;
END $$;
DROP TABLE IF EXISTS odras_gateway.changes, odras_gateway.change_formats, odras_gateway.ticks, odras_gateway.feeds, odras_gateway.readers;
DROP SEQUENCE IF EXISTS odras_gateway.change_seq;`);
  return removed ? ['table odras_gateway.changes and its triggers'] : [];
};

import type { RelationalStore } from '../stores/types.js';

/** Tables that have no statistics, or were less than half or more than twice as large when theirs were gathered. */
const OUTDATED = `
  SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND (c.reltuples < 0 OR pg_relation_size(c.oid) / current_setting('block_size')::int NOT BETWEEN c.relpages / 2 AND c.relpages * 2)`;

/**
 * Runs ANALYZE in an embedded PostgreSQL, which has no autovacuum: without statistics the planner assumes that every table is empty.
 * Tables whose statistics are still good enough are skipped, which is the usual case.
 */
export const gatherStatistics = async (relational: RelationalStore): Promise<void> => {
  const tables = (await relational.read({ text: OUTDATED })).map(([table]) => table!);
  if (tables.length > 0) await relational.script(`ANALYZE ${tables.join(', ')}`);
};

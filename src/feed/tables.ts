/**
 * The tables of the change feed, in the gateway's own schema. A script is one transaction, and can be run again.
 *
 * - `changes` is the outbox: one row for each inserted, updated or deleted row, written by triggers in the same transaction. Its
 *   partitions stand for parts of the time, so old changes are removed by TRUNCATE.
 * - `change_formats` has the names of the columns whose values a change carries.
 * - `ticks` cuts the changes into batches: tick n has those that its snapshot shows, and that of tick n - 1 does not.
 * - `readers` says how far readers have come that must miss nothing.
 * - `feeds` says which database the ticks are of; see `identify` in `ticker.ts`.
 */

/** Parts of the time that changes are kept for. The one that is emptied next is not written to. */
export const SLOTS = 8;

/** @param slotSeconds length of a part, in seconds */
export const feedTables = (slotSeconds: number): string => `
CREATE SCHEMA IF NOT EXISTS odras_gateway;
CREATE TABLE IF NOT EXISTS odras_gateway.change_formats (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  table_name text NOT NULL,
  columns text[] NOT NULL,
  UNIQUE (table_name, columns)
);
CREATE SEQUENCE IF NOT EXISTS odras_gateway.change_seq;
CREATE TABLE IF NOT EXISTS odras_gateway.changes (
  seq bigint NOT NULL DEFAULT nextval('odras_gateway.change_seq'),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  format int NOT NULL,
  operation "char" NOT NULL,
  before text[],
  after text[],
  actor text DEFAULT nullif(current_setting('odras_gateway.actor', true), ''),
  request_id text DEFAULT nullif(current_setting('odras_gateway.request_id', true), ''),
  at timestamptz NOT NULL DEFAULT statement_timestamp(),
  slot smallint NOT NULL
) PARTITION BY LIST (slot);
ALTER TABLE odras_gateway.changes ALTER COLUMN slot SET DEFAULT ((extract(epoch FROM now()) / ${slotSeconds})::bigint % ${SLOTS});
${Array.from({ length: SLOTS }, (_, slot) => partition(slot)).join('\n')}
CREATE INDEX IF NOT EXISTS changes_xid ON odras_gateway.changes (xid);
CREATE TABLE IF NOT EXISTS odras_gateway.feeds (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  system text NOT NULL,
  timeline text NOT NULL,
  first_tick bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS odras_gateway.ticks (
  id bigint PRIMARY KEY,
  snapshot pg_snapshot NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS odras_gateway.readers (
  name text PRIMARY KEY,
  feed int NOT NULL,
  tick bigint NOT NULL,
  seq bigint NOT NULL
);
INSERT INTO odras_gateway.ticks (id, snapshot) SELECT 0, pg_current_snapshot() WHERE NOT EXISTS (SELECT 1 FROM odras_gateway.ticks);`;

/** Values are kept as they are: to compress them takes longer than to write them. */
const partition = (slot: number): string =>
  `CREATE TABLE IF NOT EXISTS odras_gateway.changes_${slot} PARTITION OF odras_gateway.changes FOR VALUES IN (${slot})
    WITH (toast_tuple_target = 8160, autovacuum_enabled = true);
ALTER TABLE odras_gateway.changes_${slot} ALTER COLUMN before SET STORAGE EXTERNAL, ALTER COLUMN after SET STORAGE EXTERNAL;`;

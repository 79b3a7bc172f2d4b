import { createHash } from 'node:crypto';
import { system } from '../sql/source.js';
import { quoteName, quoteText } from '../sql/statement.js';
import { nameOf, type Captured } from './captured.js';

/** Held by the ticker while it is awake: then nobody needs to wake it. NOTIFY would make commits wait for each other. */
export const AWAKE_LOCK = 7_031_985_001;

/** Channel that wakes the ticker. */
export const WAKE_CHANNEL = 'odras_gateway_wake';

/** A transaction that has notified cannot be prepared. Where transactions can be prepared, the ticker finds changes by itself. */
const MAY_NOTIFY = "current_setting('max_prepared_transactions') = '0'";

/** Given back at once: if writers kept it until they commit, a ticker under load could never take it. */
const IS_ASLEEP = `pg_try_advisory_lock_shared(${AWAKE_LOCK}) AND pg_advisory_unlock_shared(${AWAKE_LOCK})`;

const EVENTS = ['insert', 'update', 'delete', 'truncate'] as const;

type Event = (typeof EVENTS)[number];

/**
 * The texts of values depend on these, which a session may have set otherwise. Without `jit = off`, the plan that a session has kept from a
 * statement with many rows would be compiled again for each single row after it.
 */
const SETTINGS =
  "SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'iso_8601' " +
  "SET extra_float_digits = 1 SET bytea_output = 'hex' SET jit = off";

/** Name of a trigger of the feed. */
export const triggerName = (event: Event): string => `odras_gateway_${event}`;

const values = (alias: string, { columns }: Captured): string =>
  `ARRAY[${columns.map((name) => `${alias}.${quoteName(name)}::text`).join(', ')}]`;

/** What a trigger writes: its operation, and the values before and after, from the rows of the statement. */
const selected = (captured: Captured, event: Event): string => {
  const before = values('o', captured);
  const after = values('n', captured);
  switch (event) {
    case 'insert':
      return `'I', NULL, ${after} FROM new_rows n`;
    case 'delete':
      return `'D', ${before}, NULL FROM old_rows o`;
    case 'truncate':
      return `'D', ${before}, NULL FROM ${system(captured.table)} o`;
    case 'update': {
      // A row whose key was changed is another row.
      const [first] = captured.table.key.map(({ name }) => quoteName(name));
      const same = captured.table.key.map(({ name }) => `o.${quoteName(name)} = n.${quoteName(name)}`).join(' AND ');
      return (
        `CASE WHEN n.${first} IS NULL THEN 'D' WHEN o.${first} IS NULL THEN 'I' ELSE 'U' END, ` +
        `CASE WHEN o.${first} IS NOT NULL THEN ${before} END, CASE WHEN n.${first} IS NOT NULL THEN ${after} END ` +
        `FROM old_rows o FULL JOIN new_rows n ON ${same}`
      );
    }
  }
};

/** A truncated table's rows are captured before they go, as deleted rows. */
const FIRES: Readonly<Record<Event, string>> = {
  insert: 'AFTER INSERT ON TABLE REFERENCING NEW TABLE AS new_rows',
  update: 'AFTER UPDATE ON TABLE REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows',
  delete: 'AFTER DELETE ON TABLE REFERENCING OLD TABLE AS old_rows',
  truncate: 'BEFORE TRUNCATE ON TABLE',
};

/** What the function of a trigger does, after `INSERT INTO ... SELECT` and the number of the format. */
const action = (captured: Captured, event: Event): string => `${selected(captured, event)};
  IF FOUND AND ${MAY_NOTIFY} AND ${IS_ASLEEP} THEN NOTIFY ${WAKE_CHANNEL}; END IF;`;

/** Name of the function of a trigger: another one for other columns or another text, so the definition of a trigger tells what it does. */
const functionName = (captured: Captured, event: Event): string => {
  const digest = createHash('sha256')
    .update(JSON.stringify([nameOf(captured.table), captured.columns, SETTINGS, action(captured, event)]))
    .digest('hex')
    .slice(0, 16);
  return `odras_gateway.${quoteName(`capture_${event}_${digest}`)}`;
};

const makeTrigger = (captured: Captured, event: Event): string => {
  const name = functionName(captured, event);
  const table = quoteText(nameOf(captured.table));
  const columns = `ARRAY[${captured.columns.map(quoteText).join(', ')}]`;
  return `
DO $make$ BEGIN
  EXECUTE format($text$CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ${SETTINGS} AS $capture$
BEGIN
  INSERT INTO odras_gateway.changes (format, operation, before, after) SELECT %s, ${action(captured, event).replaceAll('%', '%%')}
  RETURN NULL;
END $capture$$text$, (SELECT id FROM odras_gateway.change_formats WHERE table_name = ${table} AND columns = ${columns}));
END $make$;
CREATE OR REPLACE TRIGGER ${triggerName(event)} ${FIRES[event].replace('TABLE', system(captured.table))}
  FOR EACH STATEMENT EXECUTE FUNCTION ${name}();`;
};

/** Makes the triggers of a table. */
export const makeTriggers = (captured: Captured): string => {
  const table = quoteText(nameOf(captured.table));
  const columns = `ARRAY[${captured.columns.map(quoteText).join(', ')}]`;
  return (
    `INSERT INTO odras_gateway.change_formats (table_name, columns) VALUES (${table}, ${columns}) ON CONFLICT DO NOTHING;\n` +
    EVENTS.map((event) => makeTrigger(captured, event)).join('\n')
  );
};

/** The triggers that a table should have, as `installedTriggers` reads them. */
export const expectedTriggers = (captured: Captured): string[] =>
  EVENTS.map((event) => `${nameOf(captured.table)} ${triggerName(event)} ${functionName(captured, event).replace(/"/g, '')}`);

/** Reads the triggers of the feed: "public.projects odras_gateway_insert odras_gateway.capture_insert_..." */
export const INSTALLED_TRIGGERS =
  "SELECT tn.nspname || '.' || c.relname || ' ' || t.tgname || ' ' || fn.nspname || '.' || p.proname FROM pg_trigger t " +
  'JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace tn ON tn.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid ' +
  "JOIN pg_namespace fn ON fn.oid = p.pronamespace WHERE fn.nspname = 'odras_gateway' AND p.proname LIKE 'capture\\_%'";

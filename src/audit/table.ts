import { GatewayError } from '../errors.js';
import type { RelationalStore, SqlStatement } from '../stores/types.js';
import { digestOf, partsOf, type StoredEntry } from './entry.js';

/** Columns of an entry, in order. */
const COLUMNS =
  'at, request_id, operation, field, outcome, identity_kind, identity_id, identity_name, about, facts, changes, input, digest';

const refusing = (name: string, table: string, when: string): string =>
  `CREATE OR REPLACE TRIGGER ${name} BEFORE ${when} EXECUTE FUNCTION odras_gateway.refuse_audit_change();`.replace(
    'TABLE',
    `odras_gateway.${table}`,
  );

/**
 * Entries and links of the chain are only ever added. What is committed and has no link yet stands in audit_open, whose rows come with
 * the entries and go when they are sealed. One script is one transaction.
 */
const TABLE = `
CREATE SCHEMA IF NOT EXISTS odras_gateway;
CREATE TABLE IF NOT EXISTS odras_gateway.audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  request_id text NOT NULL,
  operation text,
  field text,
  outcome text NOT NULL,
  identity_kind text NOT NULL,
  identity_id text,
  identity_name text,
  about text[] NOT NULL,
  facts text NOT NULL,
  changes text NOT NULL,
  input text,
  digest bytea NOT NULL
);
DO $$
BEGIN
  ALTER TABLE odras_gateway.audit ALTER COLUMN changes SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  -- Built without it: pglz takes longer.
END $$;
CREATE INDEX IF NOT EXISTS audit_about ON odras_gateway.audit USING gin (about);
CREATE TABLE IF NOT EXISTS odras_gateway.audit_open (entry bigint NOT NULL);
CREATE TABLE IF NOT EXISTS odras_gateway.audit_chain (position bigint PRIMARY KEY, entry bigint NOT NULL UNIQUE, hash bytea NOT NULL);
CREATE TABLE IF NOT EXISTS odras_gateway.audit_head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  position bigint NOT NULL,
  hash text NOT NULL
);
INSERT INTO odras_gateway.audit_head (position, hash) VALUES (0, '') ON CONFLICT DO NOTHING;
CREATE OR REPLACE FUNCTION odras_gateway.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log of odras-gateway is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
${['audit', 'audit_chain']
  .flatMap((table) => [
    refusing(`${table}_is_kept`, table, 'UPDATE OR DELETE ON TABLE FOR EACH ROW'),
    refusing(`${table}_is_not_emptied`, table, 'TRUNCATE ON TABLE FOR EACH STATEMENT'),
  ])
  .join('\n')}
${refusing('audit_head_is_kept', 'audit_head', 'DELETE ON TABLE FOR EACH ROW')}
${refusing('audit_head_is_not_emptied', 'audit_head', 'TRUNCATE ON TABLE FOR EACH STATEMENT')}
${refusing('audit_head_goes_on', 'audit_head', 'UPDATE ON TABLE FOR EACH ROW WHEN (NEW.position <= OLD.position)')}`;

/** Whether the table of the audit log exists. */
export const hasAuditTable = async (relational: Pick<RelationalStore, 'read'>): Promise<boolean> => {
  const [[found] = []] = await relational.read({ text: "SELECT to_regclass('odras_gateway.audit_head') IS NOT NULL" }, { primary: true });
  return found === 't';
};

/**
 * Makes the table of the audit log unless it exists. Returns what was made.
 *
 * @throws GatewayError SCHEMA_MISMATCH if PostgreSQL refuses it
 */
export const makeAuditTable = async (relational: Pick<RelationalStore, 'read' | 'script'>): Promise<string[]> => {
  if (await hasAuditTable(relational)) return [];
  try {
    await relational.script(TABLE);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('AUDIT_MISSING', { detail: `it cannot be made: ${(error as Error).message}` }, { cause: error });
  }
  return ['table odras_gateway.audit'];
};

/** One `INSERT` of these entries. */
export const insertEntries = (entries: readonly StoredEntry[]): SqlStatement => {
  const values: unknown[] = [];
  const rows = entries.map((entry) => {
    const first = values.length;
    values.push(...partsOf(entry), digestOf(entry));
    return `(${values
      .slice(first)
      .map((_, index) => `$${first + index + 1}`)
      .join(', ')})`;
  });
  return {
    text:
      `WITH e AS (INSERT INTO odras_gateway.audit (${COLUMNS}) VALUES ${rows.join(', ')} RETURNING id) ` +
      'INSERT INTO odras_gateway.audit_open SELECT id FROM e',
    // Nearly every transaction has one.
    name: entries.length === 1 ? 'odras-audit' : undefined,
    values,
  };
};

/** The columns of an entry as `entryOf` reads them, of audit a and audit_chain c. */
export const ENTRY_COLUMNS =
  'a.id, to_char(a.at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\'), a.request_id, a.operation, a.field, a.outcome, ' +
  'a.identity_kind, a.identity_id, a.identity_name, array_to_json(a.about), a.facts, a.changes, a.input, ' +
  "encode(a.digest, 'hex'), c.position, encode(c.hash, 'hex'), c.entry";

/** An entry as it stands in the tables. */
export interface HeldEntry extends StoredEntry {
  readonly id: string;
  /** In hex. */
  readonly digest: string;
  /** Null until it is sealed. */
  readonly position: number | null;
  /** In hex. */
  readonly hash: string | null;
}

/** Reads a row of ENTRY_COLUMNS that has an entry. */
export const entryOf = (row: readonly (string | null)[]): HeldEntry => {
  const [id, at, requestId, operation, field, outcome, identityKind, identityId, identityName, about, ...rest] = row;
  const [facts, changes, input, digest, position, hash] = rest;
  return {
    id: id!,
    at: at!,
    requestId: requestId!,
    operation: operation!,
    field: field!,
    outcome: outcome!,
    identityKind: identityKind!,
    identityId: identityId!,
    identityName: identityName!,
    about: JSON.parse(about!) as string[],
    facts: facts!,
    changes: changes!,
    input: input!,
    digest: digest!,
    position: position === null || position === undefined ? null : Number(position),
    hash: hash ?? null,
  };
};

import { GatewayError } from '../errors.js';
import type { RelationalStore, SqlStatement } from '../stores/types.js';
import { digestOf, type StoredEntry } from './entry.js';

/** Columns of an entry, in order; `linkOf` and the seal add `position` and `hash`. */
const COLUMNS =
  'at, request_id, operation, field, outcome, identity_kind, identity_id, identity_name, about, facts, changes, input, digest';

/** Of an entry only its place in the chain is ever written again, and once. One script is one transaction. */
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
  digest bytea NOT NULL,
  position bigint UNIQUE,
  hash bytea
);
CREATE INDEX IF NOT EXISTS audit_unsealed ON odras_gateway.audit (id) WHERE position IS NULL;
CREATE INDEX IF NOT EXISTS audit_about ON odras_gateway.audit USING gin (about);
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
CREATE OR REPLACE TRIGGER audit_is_kept BEFORE DELETE ON odras_gateway.audit
  FOR EACH ROW EXECUTE FUNCTION odras_gateway.refuse_audit_change();
CREATE OR REPLACE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON odras_gateway.audit
  FOR EACH STATEMENT EXECUTE FUNCTION odras_gateway.refuse_audit_change();
CREATE OR REPLACE TRIGGER audit_is_not_changed BEFORE UPDATE OF id, ${COLUMNS} ON odras_gateway.audit
  FOR EACH ROW EXECUTE FUNCTION odras_gateway.refuse_audit_change();
CREATE OR REPLACE TRIGGER audit_is_sealed_once BEFORE UPDATE OF position, hash ON odras_gateway.audit
  FOR EACH ROW WHEN (OLD.position IS NOT NULL) EXECUTE FUNCTION odras_gateway.refuse_audit_change();
CREATE OR REPLACE TRIGGER audit_head_goes_on BEFORE UPDATE ON odras_gateway.audit_head
  FOR EACH ROW WHEN (NEW.position <= OLD.position) EXECUTE FUNCTION odras_gateway.refuse_audit_change();
CREATE OR REPLACE TRIGGER audit_head_is_kept BEFORE DELETE ON odras_gateway.audit_head
  FOR EACH ROW EXECUTE FUNCTION odras_gateway.refuse_audit_change();
CREATE OR REPLACE TRIGGER audit_head_is_not_emptied BEFORE TRUNCATE ON odras_gateway.audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION odras_gateway.refuse_audit_change();`;

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
    values.push(
      entry.at,
      entry.requestId,
      entry.operation,
      entry.field,
      entry.outcome,
      entry.identityKind,
      entry.identityId,
      entry.identityName,
      entry.about,
      entry.facts,
      entry.changes,
      entry.input,
      digestOf(entry),
    );
    return `(${values
      .slice(first)
      .map((_, index) => `$${first + index + 1}`)
      .join(', ')})`;
  });
  return {
    text: `INSERT INTO odras_gateway.audit (${COLUMNS}) VALUES ${rows.join(', ')}`,
    // Nearly every transaction has one.
    name: entries.length === 1 ? 'odras-audit' : undefined,
    values,
  };
};

/** The columns of an entry as `entryOf` reads them. */
export const ENTRY_COLUMNS =
  'id, to_char(at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\'), request_id, operation, field, outcome, identity_kind, ' +
  "identity_id, identity_name, array_to_json(about), facts, changes, input, encode(digest, 'hex'), position, encode(hash, 'hex')";

/** An entry as it stands in the table. */
export interface HeldEntry extends StoredEntry {
  readonly id: string;
  /** In hex. */
  readonly digest: string;
  /** Null until it is sealed. */
  readonly position: number | null;
  /** In hex. */
  readonly hash: string | null;
}

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

import { GatewayError } from '../errors.js';
import { limitOf, type Limits } from '../query/limits.js';
import type { Identity } from '../predicate/caller.js';
import type { EndSignal } from '../stores/ending.js';
import type { RelationalStore } from '../stores/types.js';
import type { Audit } from './audit.js';
import { aboutRow, type RowChange } from './entry.js';
import { ENTRY_COLUMNS, entryOf, type HeldEntry } from './table.js';

/** Arguments of `auditLog`. */
export interface AuditArguments {
  readonly where?: AuditWhere | null | undefined;
  readonly limit?: unknown;
  readonly after?: string | null | undefined;
}

interface AuditWhere {
  readonly since?: string | null;
  readonly until?: string | null;
  readonly identity?: string | null;
  readonly requestId?: string | null;
  readonly operation?: string | null;
  readonly field?: string | null;
  readonly outcome?: string | null;
  readonly type?: string | null;
  readonly key?: string | null;
}

/** The condition for each word of a where, with its parameter for the question mark. */
const CONDITIONS: Readonly<Partial<Record<keyof AuditWhere, string>>> = {
  since: 'at >= ?::timestamptz',
  until: 'at < ?::timestamptz',
  identity: 'identity_id = ?',
  requestId: 'request_id = ?',
  operation: 'operation = ?',
  field: 'field = ?',
  outcome: 'outcome = ?',
};

/** What reading takes. */
interface Reader {
  readonly audit: Audit | undefined;
  readonly relational: RelationalStore;
  readonly limits: Limits;
  readonly signal: EndSignal | undefined;
}

/**
 * A page of the audit log, newest first.
 *
 * @throws GatewayError FORBIDDEN for others than administrators, AUDIT_OFF, BAD_WHERE, LIMIT_EXCEEDED
 */
export const readAudit = async (
  { audit, relational, limits, signal }: Reader,
  identity: Identity,
  { where, limit, after }: AuditArguments,
): Promise<object> => {
  if (!identity.isAdmin) throw new GatewayError('FORBIDDEN', { right: 'read', type: 'AuditLog' }, { extensions: { type: 'AuditLog' } });
  if (!audit) throw new GatewayError('AUDIT_OFF');
  const rows = limitOf('auditLog', limit, limits);
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions = Object.entries(CONDITIONS).flatMap(([name, condition]) => {
    const value = where?.[name as keyof AuditWhere] ?? undefined;
    return value === undefined ? [] : [condition.replace('?', bind(value))];
  });
  if (where?.key && !where.type)
    throw new GatewayError('BAD_WHERE', { field: 'auditLog', detail: 'expected type beside key, but got key alone' });
  if (where?.type) conditions.push(`about @> ARRAY[${bind(where.key ? aboutRow(where.type, where.key) : where.type)}::text]`);
  if (after !== undefined && after !== null) {
    if (!/^\d{1,18}$/.test(after))
      throw new GatewayError('BAD_CURSOR', { argument: 'after', field: 'auditLog', value: JSON.stringify(after) });
    conditions.push(`a.id < ${bind(after)}`);
  }
  // What was refused a moment ago may still wait.
  await audit.settle();
  const text =
    `SELECT ${ENTRY_COLUMNS} FROM odras_gateway.audit a LEFT JOIN odras_gateway.audit_chain c ON c.entry = a.id ` +
    `WHERE ${['true', ...conditions].join(' AND ')} ` +
    `ORDER BY a.id DESC LIMIT ${bind(rows + 1)}`;
  const found = (await relational.read({ text, values }, { signal, primary: true })).map(entryOf);
  const entries = found.slice(0, rows);
  return { entries: entries.map(shown), endCursor: entries.at(-1)?.id ?? null, hasNextPage: found.length > rows };
};

const shown = (entry: HeldEntry): object => ({
  ...entry,
  identity: { kind: entry.identityKind.toUpperCase(), id: entry.identityId, name: entry.identityName },
  facts: JSON.parse(entry.facts) as unknown,
  input: entry.input === null ? null : (JSON.parse(entry.input) as unknown),
  changes: JSON.parse(entry.changes) as RowChange[],
  position: entry.position === null ? null : String(entry.position),
});

import { GatewayError } from '../errors.js';
import { toGatewayError } from '../stores/failures.js';
import { projectRows, removeRows } from './projection.js';
import { encodeKey } from '../plan/sql.js';
import { checkReferences, planCreate, planDelete, planUpdate, type WriteStatement } from '../plan/write.js';
import type { Engine } from '../engine.js';
import type { Model, TableType } from '../model/types.js';
import type { Where } from '../plan/where.js';
import type { EndSignal } from '../stores/ending.js';
import type { SqlRunner } from '../stores/types.js';

/** A mutation field on a table-home type, as the operation calls it. */
export interface TableMutation {
  readonly responseKey: string;
  readonly kind: 'create' | 'update' | 'delete';
  readonly type: TableType;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What became of it: the keys of the rows written, or why nothing was. */
export type MutationOutcome = { readonly keys: readonly string[]; readonly references: number } | { readonly error: Error };

/**
 * Runs all table mutations of an operation in one transaction, in order. When one fails, none is written. After the
 * commit the graph nodes and vectors of the rows follow, before the operation answers.
 */
export const runMutations = async (engine: Engine, mutations: readonly TableMutation[], signal?: EndSignal): Promise<Map<string, MutationOutcome>> => {
  const outcomes = new Map<string, MutationOutcome>();
  let current = mutations[0]!;
  const write = async (run: SqlRunner): Promise<void> => {
    for (const mutation of mutations) {
      current = mutation;
      const plan = planMutation(engine.model, mutation);
      if (!plan) {
        outcomes.set(mutation.responseKey, { keys: [], references: 0 });
        continue;
      }
      const rows = await run(plan);
      checkReferences(plan, rows);
      const keys = rows.map((row) => encodeKey(row.slice(0, mutation.type.table.key.length)));
      outcomes.set(mutation.responseKey, { keys, references: plan.references.reduce((sum, { row }) => sum + (row === -1 ? keys.length : 1), 0) });
    }
  };
  try {
    await engine.stores.relational.transaction(write, { signal });
  } catch (error) {
    return failed(mutations, current, constraintError(current.type, error));
  }
  for (const mutation of mutations) {
    const outcome = outcomes.get(mutation.responseKey)!;
    if ('error' in outcome) continue;
    const follow = mutation.kind === 'delete' ? removeRows : projectRows;
    const error = await follow(engine, mutation.type, outcome.keys);
    if (error) outcomes.set(mutation.responseKey, { error });
  }
  return outcomes;
};

const planMutation = (model: Model, { kind, type, args }: TableMutation): WriteStatement | undefined => {
  if (kind === 'create') return planCreate(model, type, args['input'] as Record<string, unknown>[]);
  if (kind === 'update') return planUpdate(model, type, args['where'] as Where, (args['update'] ?? {}) as Record<string, unknown>);
  return planDelete(model, type, args['where'] as Where);
};

const failed = (mutations: readonly TableMutation[], culprit: TableMutation, error: Error): Map<string, MutationOutcome> =>
  new Map(mutations.map((mutation) => [mutation.responseKey, { error: mutation === culprit || (error instanceof GatewayError && error.code === 'COMMIT_UNKNOWN') ? error : new GatewayError('ROLLED_BACK', { other: culprit.responseKey, reason: error instanceof GatewayError ? error.message : 'internal error' }) }]));

interface DatabaseError {
  readonly code?: string;
  readonly detail?: string;
  readonly column?: string;
  readonly constraint?: string;
}

const CONSTRAINTS = { '23505': 'UNIQUE_VIOLATION', '23503': 'FOREIGN_KEY_VIOLATION', '23502': 'NOT_NULL_VIOLATION', '23514': 'CHECK_VIOLATION', '21000': 'CONNECT_NOT_UNIQUE' } as const;

/** A violated rule of the database in the schema's words. The database's own text names values, and stays here. */
const constraintError = (type: TableType, error: unknown): Error => {
  const { code, detail, column, constraint } = (error ?? {}) as DatabaseError;
  const kind = CONSTRAINTS[code as keyof typeof CONSTRAINTS];
  if (!kind) return toGatewayError('relational', error);
  const columns = column ? [column] : (/^Key \((.+?)\)=/.exec(detail ?? '')?.[1]?.split(', ') ?? []);
  const fields = columns.map((name) => fieldOf(type, name.replaceAll('"', '')));
  return new GatewayError(kind, { type: type.name, fields: fields.join(', ') || 'a reference', constraint }, { cause: error, extensions: { type: type.name, fields } });
};

const fieldOf = (type: TableType, column: string): string =>
  [...type.fields.values()].find((field) => (field.kind === 'column' && field.column.name === column) || (field.kind === 'join' && !field.list && field.from.name === column))?.name ?? column;

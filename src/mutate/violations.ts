import { GatewayError } from '../errors.js';
import { tableTypes, type Model, type TableType } from '../model/types.js';
import { toGatewayError } from '../stores/failures.js';
import type { Insert } from './writer.js';
import type { TableMutation } from './plan.js';

export interface DatabaseError {
  readonly code?: string;
  readonly detail?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  /** The message, where a trigger raised it. */
  readonly message?: string;
  /** Function of the server that reports the error. */
  readonly routine?: string;
}

/** 23503 is a violated foreign key, which newer PostgreSQL reports as 23001 for ON DELETE RESTRICT. */
const VIOLATIONS = {
  '23505': 'UNIQUE_VIOLATION',
  '23503': 'FOREIGN_KEY_VIOLATION',
  '23001': 'FOREIGN_KEY_VIOLATION',
  '23502': 'NOT_NULL_VIOLATION',
  '23514': 'CHECK_VIOLATION',
  '44000': 'CHECK_VIOLATION',
  '23P01': 'EXCLUSION_VIOLATION',
} as const;

/**
 * A violated constraint in terms of the schema: the type whose rows were being written, and the fields. The database's own message
 * contains values and table names, so it is not sent.
 */
export const violationError = (model: Model, writing: TableType, { name: mutation, kind: asked }: TableMutation, error: unknown): Error => {
  const broken = (error ?? {}) as DatabaseError;
  const { code, detail, schema, table, column } = broken;
  if (code === '42P10')
    return badInput(mutation, 'onConflict', 'expected the fields of a unique rule of the table, but it has none of exactly these', error);
  if (code === '21000') return badInput(mutation, 'input', 'expected each row once, but two inputs are the same row', error);
  // For a partition, PostgreSQL does not name the table that was written.
  if (code === '0A000' && asked === 'upsert')
    return badInput(
      mutation,
      'input',
      'expected a table that is not partitioned, for of one it cannot be told which rows were there. Create or update them',
      error,
    );
  const kind = VIOLATIONS[code as keyof typeof VIOLATIONS];
  if (!kind)
    return isRefusal(broken)
      ? new GatewayError(
          'WRITE_REFUSED',
          { type: writing.name, words: wordsOf(broken, writing) },
          { cause: error, extensions: { type: writing.name } },
        )
      : toGatewayError('relational', error);
  const names = column ? [column] : namesIn(/^Key \((.+?)\)=/.exec(detail ?? '')?.[1] ?? '');
  const isReferred = code === '23001' || (code === '23503' && !/is not present in table/.test(detail ?? ''));
  // A trigger or a deferred constraint can violate another table's constraint. For a referenced row, the table named is the referring one.
  const type =
    (isReferred
      ? undefined
      : tableTypes(model).find((each) => each.table.schema === schema && each.table.name === table && !sameTable(each, writing))) ??
    writing;
  const fields = fieldsOf(type, names);
  return new GatewayError(
    kind,
    {
      type: type.name,
      fields: fields.join(', ') || (kind === 'FOREIGN_KEY_VIOLATION' ? 'a reference' : 'values'),
      rule: kind === 'CHECK_VIOLATION' ? ruleOf(broken, writing) : undefined,
    },
    { cause: error, extensions: { type: type.name, fields } },
  );
};

/** Classes of PostgreSQL's own SQLSTATEs; functions choose others to refuse a write. */
const OWN_CLASSES = /^(0[012389ABFLPZ]|1[02]|2[0-8BDF]|3[4-9BDF]|4[024]|5[34578]|72|F0|HV|P0|XX)/;

/** The PL/pgSQL function that reports RAISE, whatever its SQLSTATE. */
const RAISE = 'exec_stmt_raise';

/** SQLSTATEs with a meaning of their own: the store is unavailable or timed out, or writers conflicted. */
const NO_REFUSAL = /^(08|40|53|57|58)/;

/** Whether a trigger or a row security policy refused the write. */
const isRefusal = ({ code = '', routine }: DatabaseError): boolean => {
  if (code === 'P0001' || routine === 'ExecWithCheckOptions') return true;
  if (NO_REFUSAL.test(code)) return false;
  return routine === RAISE || (/^[0-9A-Z]{5}$/.test(code) && !OWN_CLASSES.test(code));
};

/** Most characters of a trigger's message that are sent. */
const MAX_WORDS = 200;

/** The trigger's message, where the schema lets clients read it. */
const wordsOf = ({ message = '', routine }: DatabaseError, { table }: TableType): string =>
  table.tellsTriggers && routine === RAISE ? `: ${message.slice(0, MAX_WORDS).replace(/\.$/, '')}` : '';

/** The constraint that a value violates, as far as PostgreSQL names it. */
const ruleOf = (broken: DatabaseError, writing: TableType): string => {
  const { constraint, routine, code } = broken;
  if (constraint !== undefined) return `the rule ${constraint}`;
  if (code === '44000') return 'the condition of the view';
  if (routine === 'ExecFindPartition') return 'the rule of the partitions: none of them takes the row';
  if (routine === 'ExecPartitionCheckEmitError') return 'the rule of its partition';
  return `a rule of the database${wordsOf(broken, writing)}`;
};

/**
 * Whether the database may have generated the same value for two creates: an insert left a column of the violated unique constraint to
 * a default or a trigger, which may give another value the next time.
 */
export const isGivenTwice = (error: unknown, { type, leaves }: Insert): boolean => {
  const { code, detail, schema, table } = (error ?? {}) as DatabaseError;
  const key = code === '23505' ? /^Key \((.+?)\)=\(/.exec(detail ?? '')?.[1] : undefined;
  if (key === undefined) return false;
  const isOwn = schema === type.table.schema && table === type.table.name;
  // A key of expressions also contains names of functions and types.
  return namesIn(key).some(
    (name) => (key.includes('(') || key.includes('::') ? isOwn && fieldOf(type, name) !== undefined : true) && leaves(name),
  );
};

const badInput = (field: string, argument: string, detail: string, cause: unknown) =>
  new GatewayError('BAD_INPUT', { argument, field, detail: `${detail}. Nothing was written` }, { cause });

const sameTable = (one: TableType, other: TableType): boolean =>
  one.table.schema === other.table.schema && one.table.name === other.table.name;

/** The names in a key as PostgreSQL prints it: columns, or expressions over them. */
export const namesIn = (key: string): string[] =>
  [...key.matchAll(/"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*)/gu)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!);

/** The fields of columns by name. */
export const fieldsOf = (type: TableType, names: readonly string[]): string[] => names.flatMap((name) => fieldOf(type, name) ?? []);

/** The field of a column; a column without a field is not named. */
const fieldOf = (type: TableType, column: string): string | undefined =>
  [...type.fields.values()].find(
    (field) =>
      (field.kind === 'column' && field.column.name === column) || (field.kind === 'join' && !field.list && field.from.name === column),
  )?.name;

import { GatewayError, messageOf } from '../errors.js';
import { tableTypes, type Model, type TableType } from '../model/types.js';
import { toGatewayError } from '../stores/failures.js';
import type { Insert } from './writer.js';
import type { TableMutation } from './plan.js';

interface DatabaseError {
  readonly code?: string;
  readonly detail?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  /** What was raised, where it was raised by a trigger. */
  readonly message?: string;
  /** Function of the server that reports the error. */
  readonly routine?: string;
}

/** 23503 is a reference that a newer PostgreSQL calls 23001 when the rule says RESTRICT. */
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
 * A violated rule of the database in the schema's words: the type whose rows were being written, and the fields. The
 * database's own text names values and tables, and stays here.
 */
export const violationError = (model: Model, writing: TableType, { name: mutation, kind: asked }: TableMutation, error: unknown): Error => {
  const broken = (error ?? {}) as DatabaseError;
  const { code, detail, schema, table, column } = broken;
  if (code === '42P10')
    return badInput(mutation, 'onConflict', 'expected the fields of a unique rule of the table, but it has none of exactly these', error);
  if (code === '21000') return badInput(mutation, 'input', 'expected each row once, but two inputs are the same row', error);
  // Of a row of a partition PostgreSQL does not say what wrote it.
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
  // A rule of another table can be broken too: by a trigger, or at the commit. Of a row that others refer to, the table named is theirs.
  const type =
    (isReferred
      ? undefined
      : tableTypes(model).find((each) => each.table.schema === schema && each.table.name === table && !sameTable(each, writing))) ??
    writing;
  const fields = names.flatMap((name) => fieldOf(type, name) ?? []);
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

/** Two letters of the SQLSTATEs that are PostgreSQL's own; functions of a database choose others for what they refuse. */
const OWN_CLASSES = /^(0[012389ABFLPZ]|1[02]|2[0-8BDF]|3[4-9BDF]|4[024]|5[34578]|72|F0|HV|P0|XX)/;

/** The function of PL/pgSQL that reports what RAISE says, whichever SQLSTATE it gives. */
const RAISE = 'exec_stmt_raise';

/** Faults of which PostgreSQL itself says otherwise: the store is away or has no time, the writers met. */
const NO_REFUSAL = /^(08|40|53|57|58)/;

/** Whether a trigger, or a policy on rows, has refused what was to be written. */
const isRefusal = ({ code = '', routine }: DatabaseError): boolean => {
  if (code === 'P0001' || routine === 'ExecWithCheckOptions') return true;
  if (NO_REFUSAL.test(code)) return false;
  return routine === RAISE || (/^[0-9A-Z]{5}$/.test(code) && !OWN_CLASSES.test(code));
};

/** Most characters of a trigger's words that are told. */
const MAX_WORDS = 200;

/** What the trigger says, where the schema lets clients read it. */
const wordsOf = ({ message = '', routine }: DatabaseError, { table }: TableType): string =>
  table.tellsTriggers && routine === RAISE ? `: ${message.slice(0, MAX_WORDS).replace(/\.$/, '')}` : '';

/** The rule that a value breaks, as far as PostgreSQL names it. */
const ruleOf = (broken: DatabaseError, writing: TableType): string => {
  const { constraint, routine, code } = broken;
  if (constraint !== undefined) return `the rule ${constraint}`;
  if (code === '44000') return 'the condition of the view';
  if (routine === 'ExecFindPartition') return 'the rule of the partitions: none of them takes the row';
  if (routine === 'ExecPartitionCheckEmitError') return 'the rule of its partition';
  return `a rule of the database${wordsOf(broken, writing)}`;
};

/**
 * Whether two creates may have been given the same value by the database: of a unique rule that is broken, an insert left a column to
 * a default or a trigger, which may give another value the next time.
 */
export const isGivenTwice = (error: unknown, { type, leaves }: Insert): boolean => {
  const { code, detail, schema, table } = (error ?? {}) as DatabaseError;
  const key = code === '23505' ? /^Key \((.+?)\)=\(/.exec(detail ?? '')?.[1] : undefined;
  if (key === undefined) return false;
  const isOwn = schema === type.table.schema && table === type.table.name;
  // In a key of expressions stand the names of functions and types, too.
  return namesIn(key).some(
    (name) => (key.includes('(') || key.includes('::') ? isOwn && fieldOf(type, name) !== undefined : true) && leaves(name),
  );
};

/** What Neo4j, and Grafeo in its words, say of a property that no two nodes with a label have the same value of. */
const SAME_NODE = /label `(?<label>[^`]+)` and property `(?<property>[^`]+)`/;

/** A node that may not be written beside another, in the schema's words; @neo4j/graphql would say only that there is one. */
export const nodeViolation = (model: Model, error: unknown): unknown => {
  if ((error as { code?: unknown } | null)?.code !== 'Neo.ClientError.Schema.ConstraintValidationFailed') return error;
  const { label, property } = SAME_NODE.exec(messageOf(error))?.groups ?? {};
  const type = label === undefined ? undefined : [...model.types.values()].find((each) => each.node?.labels.includes(label));
  const name =
    type &&
    [...type.fields.values()].find(
      (field) => (field.kind === 'property' || field.kind === 'column') && (field.property ?? field.name) === property,
    )?.name;
  return name === undefined
    ? error
    : new GatewayError(
        'UNIQUE_VIOLATION',
        { type: type!.name, fields: name },
        { cause: error, extensions: { type: type!.name, fields: [name] } },
      );
};

const badInput = (field: string, argument: string, detail: string, cause: unknown) =>
  new GatewayError('BAD_INPUT', { argument, field, detail: `${detail}. Nothing was written` }, { cause });

const sameTable = (one: TableType, other: TableType): boolean =>
  one.table.schema === other.table.schema && one.table.name === other.table.name;

/** The names in a key as PostgreSQL writes it: columns, or expressions of them. */
const namesIn = (key: string): string[] =>
  [...key.matchAll(/"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*)/gu)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!);

/** The field that a column is seen by; a column that the schema does not show is not named. */
const fieldOf = (type: TableType, column: string): string | undefined =>
  [...type.fields.values()].find(
    (field) =>
      (field.kind === 'column' && field.column.name === column) || (field.kind === 'join' && !field.list && field.from.name === column),
  )?.name;

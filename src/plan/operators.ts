import { GatewayError } from '../errors.js';
import type { Column, ColumnField } from '../model/types.js';
import { castText } from './form.js';
import { changed, Deferred, type Statement } from './statement.js';

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

export const isUuid = (value: unknown): boolean => typeof value === 'string' && UUID.test(value);

const whole = (bits: bigint) => (text: string): boolean => {
  if (!/^[+-]?\d+$/.test(text)) return false;
  const value = BigInt(text.replace('+', ''));
  return value >= -(2n ** (bits - 1n)) && value < 2n ** (bits - 1n);
};

/** How the text of a key is written, by the SQL type of its column; any text is one of those that are not here. */
const KEYS: Readonly<Record<string, (text: string) => boolean>> = {
  uuid: isUuid,
  smallint: whole(16n),
  integer: whole(32n),
  bigint: whole(64n),
  numeric: (text) => /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i.test(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).getUTCDate() === Number(text.slice(8)),
};

/**
 * Whether a text can be a value of the column at all; comparing a uuid column, or a key, with any other text matches nothing.
 * Of a text that is not known yet only whether it is a uuid is.
 */
export const fits = ({ sqlType }: Column, value: unknown): boolean => {
  if (value instanceof Deferred) return sqlType !== 'uuid' || value.isUuid;
  const text = typeof value === 'number' ? value.toString() : value;
  if (typeof text !== 'string') return text !== null && text !== undefined;
  return KEYS[sqlType]?.(text) ?? true;
};

/** The same text, or null, which is equal to nothing, once it is known. */
export const fitting = (column: Column, value: unknown): unknown => (value instanceof Deferred && column.sqlType !== 'uuid' && KEYS[column.sqlType] ? changed(value, (known) => (fits(column, known) ? known : null)) : value);

/** Other fields than those of type ID are told by the database what is wrong with their values. */
const canEqual = ({ scalar, column }: ColumnField, value: unknown): boolean => (scalar !== 'ID' && column.sqlType !== 'uuid') || fits(column, value);

const equalToSql = (field: ColumnField, value: unknown, name: string, statement: Bind): string => {
  if (!canEqual(field, value)) return 'false';
  const known = field.scalar === 'ID' ? fitting(field.column, value) : value;
  const bound = statement.bind(known);
  return known === value ? `${name} = ${bound}` : `(${name} = ${bound} AND ${bound} IS NOT NULL)`;
};

type Bind = Pick<Statement, 'bind'>;

/** What a comparison with nothing gives. */
const UNKNOWN = 'NULL::boolean';

const COMPARISONS: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** One operator on a column whose SQL name is `name`. */
export const comparisonToSql = (field: ColumnField, operator: string, value: unknown, name: string, statement: Bind): string => {
  // As in Cypher: equal to null means there is no value. Any other comparison with null is unknown, and so is its negation.
  if (value === null) {
    if (operator === 'caseInsensitive') throw new GatewayError('BAD_WHERE', { field: field.name, detail: 'expected a condition for caseInsensitive, but got null. Leave it out to ask nothing' });
    return operator === 'eq' ? `${name} IS NULL` : UNKNOWN;
  }
  if (field.list) return listToSql(field, operator, value, name, statement);
  if (field.scalar === 'JSON') return jsonToSql(field, operator, value, field.column.sqlType === 'jsonb' ? name : `${name}::jsonb`, statement);
  if (operator === 'caseInsensitive') return caseInsensitiveToSql(field, value as Record<string, unknown>, name, statement);
  const { column } = field;
  if (column.sqlType === 'bytea') return bytesToSql(field, operator, value, name, statement);
  const text = castText(column, name);
  switch (operator) {
    case 'eq':
      return equalToSql(field, value, name, statement);
    case 'in':
      return `${name} = ANY(${statement.bind(changed(value, (items) => (items as unknown[]).filter((item) => canEqual(field, item))), `${column.sqlType}[]`)})`;
    case 'contains':
      return `${text} LIKE ${statement.bind(like(value, '%', '%'))}`;
    case 'startsWith':
      return `${text} LIKE ${statement.bind(like(value, '', '%'))}`;
    case 'endsWith':
      return `${text} LIKE ${statement.bind(like(value, '%', ''))}`;
    case 'matches':
      // The language is written out as the index has it.
      return `to_tsvector('${field.fulltext}', ${name}) @@ websearch_to_tsquery('${field.fulltext}', ${statement.bind(value)})`;
    case 'similarTo':
      return similarToSql(field, value as SimilarCondition, name, statement);
    default:
      return `${name} ${signOf(field, operator)} ${statement.bind(value)}`;
  }
};

const signOf = (field: ColumnField, operator: string): string => {
  const sign = COMPARISONS[operator];
  if (!sign) throw new GatewayError('BAD_WHERE', { field: field.name, detail: `${operator} is not an operator of ${field.scalar}` });
  return sign;
};

/** Both sides are lowered by the database, so that they are lowered alike, whatever letters it knows. */
const caseInsensitiveToSql = (field: ColumnField, conditions: Readonly<Record<string, unknown>>, name: string, statement: Bind): string => {
  const lowered: ColumnField = { ...field, column: { ...field.column, sqlType: 'text' } };
  const lowering = { bind: (value: unknown, type?: string) => (type === undefined ? `lower(${statement.bind(value, 'text')})` : `ARRAY(SELECT lower(item) FROM unnest(${statement.bind(value, type)}) AS items(item))`) };
  const parts = Object.entries(conditions).flatMap(([operator, value]) => (value === undefined ? [] : [comparisonToSql(lowered, operator, value, `lower(${castText(field.column, name)}::text)`, lowering)]));
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`;
};

interface SimilarCondition {
  readonly text: unknown;
  readonly minSimilarity?: unknown;
}

/** The least similarity that a trigram index of the database's usual settings finds. */
const LEAST_SIMILARITY = 0.3;

const similarToSql = (field: ColumnField, { text, minSimilarity }: SimilarCondition, name: string, statement: Bind): string => {
  const words = statement.bind(text, 'text');
  const least = changed(minSimilarity ?? LEAST_SIMILARITY, (value) => {
    if (typeof value === 'number' && value >= LEAST_SIMILARITY && value <= 1) return value;
    throw new GatewayError('BAD_WHERE', { field: field.name, detail: `similarTo takes a minSimilarity from ${LEAST_SIMILARITY} to 1, but got ${String(value)}` });
  });
  return `(${name} % ${words} AND similarity(${name}, ${words}) >= ${statement.bind(least, 'real')})`;
};

/** Operators of a list column: the whole list, or what is in it. */
const listToSql = (field: ColumnField, operator: string, value: unknown, name: string, statement: Bind): string => {
  const { sqlType } = field.column;
  const itemType = sqlType.replace(/\[\]$/, '');
  // In a list of uuids no other text can be; one that must be there is then never found.
  const item = (text: unknown) => fits({ ...field.column, sqlType: itemType }, text);
  const list = (keep: (items: unknown[]) => unknown) => statement.bind(changed(value, (items) => keep(items as unknown[])), sqlType);
  switch (operator) {
    case 'eq':
      return `${name} = ${list((items) => (items.every(item) ? items : null))}`;
    case 'includes':
      return item(value) ? `${statement.bind(value, itemType)} = ANY(${name})` : 'false';
    case 'includesAll':
      return `${name} @> ${list((items) => (items.every(item) ? items : null))}`;
    case 'includesSome':
      return `${name} && ${list((items) => items.filter(item))}`;
    default:
      throw new GatewayError('BAD_WHERE', { field: field.name, detail: `${operator} is not an operator of a list` });
  }
};

const asJson = (value: unknown): unknown => changed(value, JSON.stringify);

interface PathCondition extends Readonly<Record<string, unknown>> {
  readonly path: unknown;
}

/** Operators of a JSON column: containment as PostgreSQL defines it, and comparisons at paths. */
const jsonToSql = (field: ColumnField, operator: string, value: unknown, name: string, statement: Bind): string => {
  switch (operator) {
    case 'eq':
      return `${name} = ${statement.bind(asJson(value), 'jsonb')}`;
    case 'contains':
      return `${name} @> ${statement.bind(asJson(value), 'jsonb')}`;
    case 'hasKey':
      return `${name} ? ${statement.bind(value, 'text')}`;
    case 'at': {
      const parts = (value as PathCondition[]).map((condition) => pathToSql(field, condition, name, statement));
      return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`;
    }
    default:
      throw new GatewayError('BAD_WHERE', { field: field.name, detail: `${operator} is not an operator of JSON` });
  }
};

const pathToSql = (field: ColumnField, { path, ...conditions }: PathCondition, name: string, statement: Bind): string => {
  // A path that nothing is asked of is no parameter: PostgreSQL could not tell its type.
  const asked = Object.entries(conditions).filter(([operator, value]) => value !== undefined && (value !== null || operator === 'eq'));
  if (asked.length === 0) return Object.values(conditions).some((value) => value === null) ? UNKNOWN : 'true';
  const steps = statement.bind(path, 'text[]');
  const at = `${name} #> ${steps}`;
  const parts = Object.entries(conditions).flatMap(([operator, value]): string[] => {
    if (value === undefined) return [];
    if (operator === 'exists') return [value === false ? `(${at}) IS NULL` : `(${at}) IS NOT NULL`];
    if (value === null) return [operator === 'eq' ? `COALESCE(${at}, 'null') = 'null'` : UNKNOWN];
    switch (operator) {
      case 'eq':
        return [`${at} = ${statement.bind(asJson(value), 'jsonb')}`];
      case 'in':
        return [`${at} = ANY(${statement.bind(changed(value, (items) => (items as unknown[]).map((item) => JSON.stringify(item))), 'jsonb[]')})`];
      case 'contains':
        return [`${name} #>> ${steps} LIKE ${statement.bind(like(value, '%', '%'))}`];
      case 'startsWith':
        return [`${name} #>> ${steps} LIKE ${statement.bind(like(value, '', '%'))}`];
      default: {
        // PostgreSQL puts values of different kinds in an order, too; nobody who compares with a number means that.
        const bound = statement.bind(asJson(value), 'jsonb');
        return [`(jsonb_typeof(${at}) = jsonb_typeof(${bound}) AND ${at} ${signOf(field, operator)} ${bound})`];
      }
    }
  });
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`;
};

/** Bytes travel as base64. */
const bytesToSql = (field: ColumnField, operator: string, value: unknown, name: string, statement: Bind): string => {
  if (operator === 'eq') return `${name} = decode(${statement.bind(value, 'text')}, 'base64')`;
  if (operator === 'in') return `${name} IN (SELECT decode(item, 'base64') FROM unnest(${statement.bind(value, 'text[]')}) AS items(item))`;
  throw new GatewayError('BAD_WHERE', { field: field.name, detail: `${operator} is not an operator of ${field.scalar}` });
};

const like = (value: unknown, before: string, after: string): unknown => changed(value, (text) => `${before}${(text as string).replace(/[\\%_]/g, '\\$&')}${after}`);

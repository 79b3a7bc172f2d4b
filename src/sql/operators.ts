import { GatewayError } from '../errors.js';
import type { Column } from '../model/columns.js';
import type { ColumnField } from '../model/fields.js';
import { writeJson } from '../model/exact-json.js';
import { castText } from './text-format.js';
import { isKnown, isTextOf } from '../predicate/key-texts.js';
import { notRounded } from './precision.js';
import { changed, Deferred, kindOf } from '../predicate/deferred.js';
import { isUnknown, type Comparison } from '../predicate/types.js';
import { quoteName, type Statement } from './statement.js';

/**
 * Whether a text can be a value of the column at all; a uuid column, or a key, compared with any other text matches nothing.
 * Of a Deferred text, only whether it is a UUID is known.
 */
export const fits = (column: Column, value: unknown): boolean => {
  if (value instanceof Deferred) return column.sqlType !== 'uuid' || value.kind === 'uuid';
  const text = typeof value === 'number' ? value.toString() : value;
  if (typeof text !== 'string') return text !== null && text !== undefined;
  return isTextOf(column, text);
};

/** The same text, or null where the column cannot hold it: null is equal to nothing. */
export const fitting = (column: Column, value: unknown): unknown =>
  value instanceof Deferred && column.sqlType !== 'uuid' && isKnown(column)
    ? changed(value, (known) => (fits(column, known) ? known : null))
    : value;

/** For fields of other types than ID, the database reports what is wrong with a value. */
const canEqual = ({ scalar, column }: ColumnField, value: unknown): boolean =>
  (scalar !== 'ID' && column.sqlType !== 'uuid') || fits(column, value);

const equalToSql = (field: ColumnField, value: unknown, name: string, statement: Bind): string => {
  if (!canEqual(field, value)) return 'false';
  const known = field.scalar === 'ID' ? fitting(field.column, value) : value;
  if (known !== value) return unlessNull(statement.bind(known), (bound) => `${name} = ${bound}`);
  if (field.scalar === 'ID') return `${name} = ${statement.bind(value)}`;
  const sides = sidesOf(field, value, name);
  return `${sides.name} = ${statement.bind(value, sides.type)}`;
};

/** False rather than unknown for a value that became null because nothing is equal to it. */
const unlessNull = (bound: string, test: (bound: string) => string): string => `(${test(bound)} AND ${bound} IS NOT NULL)`;

type Bind = Pick<Statement, 'bind'>;

/** The result of a comparison with null. */
const UNKNOWN = 'NULL::boolean';

const COMPARISONS: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

interface Sides {
  readonly name: string;
  /** SQL type of the other side, where it is not the column's. */
  readonly type: string | undefined;
}

const INTEGERS: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint']);

/**
 * The types in which a column and a value are compared, so that a number outside the column's range compares as larger or smaller than
 * all its values. An index serves a comparison of an integer with a wider integer, but not one with a numeric.
 */
const sidesOf = ({ scalar, column: { sqlType } }: ColumnField, value: unknown, name: string): Sides => {
  const kind = kindOf(value);
  const [isLarge, isHuge, isEndless] = [
    kind === 'large' || kind === 'huge' || kind === 'endless',
    kind === 'huge' || kind === 'endless',
    kind === 'endless',
  ];
  if (INTEGERS.has(sqlType)) {
    const isOther = scalar === 'Float' || scalar === 'Decimal';
    return { name, type: isOther || isLarge ? 'numeric' : sqlType === 'bigint' ? undefined : 'bigint' };
  }
  if ((sqlType === 'real' || sqlType === 'double precision') && isEndless) return { name: `${name}::text::numeric`, type: 'numeric' };
  return { name, type: sqlType === 'real' && isHuge ? 'double precision' : undefined };
};

const amongToSql = (field: ColumnField, value: unknown, name: string, statement: Bind): string => {
  const { sqlType } = field.column;
  const sides = sidesOf(field, value, name);
  const bind = (keep: (items: readonly unknown[]) => readonly unknown[], type: string) =>
    statement.bind(
      changed(value, (items) => keep(items as unknown[])),
      `${type}[]`,
    );
  if (field.scalar === 'ID' || sides.type === undefined)
    return `${name} = ANY(${bind((items) => items.filter((item) => canEqual(field, item)), sqlType)})`;
  if (INTEGERS.has(sqlType)) return `${name} = ANY(${bind((items) => items, sides.type)})`;
  // A real is a double, too; what no double is equals none.
  const doubles = (items: readonly unknown[]) =>
    items
      .filter((item) => kindOf(item) !== 'endless')
      .map((item) => (sqlType === 'real' && kindOf(item) !== 'huge' ? Math.fround(Number(item)) : item));
  const among = `${name} = ANY(${bind(doubles, 'double precision')})`;
  // What was left out is unequal to every value, and unknown of a missing one.
  return kindOf(value) === 'endless' ? `(${among} OR ${name} <> ${name})` : among;
};

/** A comparison with a column whose SQL name is `name`. */
export const comparisonToSql = (field: ColumnField, comparison: Comparison, name: string, statement: Bind): string => {
  const { operator, ignoreCase, path } = comparison;
  // An ID that the column cannot hold is equal to no row's.
  const value = field.scalar === 'ID' ? comparison.value : notRounded(field, comparison.value);
  if (isUnknown(comparison)) return UNKNOWN;
  if (value === null && path === undefined) return `${name} IS NULL`;
  if (field.list) return listToSql(field, operator, value, name, statement);
  if (field.scalar === 'JSON') return jsonToSql(field, comparison, field.column.sqlType === 'jsonb' ? name : `${name}::jsonb`, statement);
  if (ignoreCase) return loweredToSql(field, comparison, name, statement);
  const { column } = field;
  if (column.sqlType === 'bytea') return bytesToSql(field, operator, value, name, statement);
  const text = castText(column, name);
  switch (operator) {
    case 'eq':
      return equalToSql(field, value, name, statement);
    case 'in':
      return amongToSql(field, value, name, statement);
    case 'contains':
      return `${text} LIKE ${statement.bind(like(value, '%', '%'))}`;
    case 'startsWith':
      return `${text} LIKE ${statement.bind(like(value, '', '%'))}`;
    case 'endsWith':
      return `${text} LIKE ${statement.bind(like(value, '%', ''))}`;
    case 'matches':
      // The language is spelled out, as in the index.
      return `to_tsvector('${field.fulltext}', ${name}) @@ websearch_to_tsquery('${field.fulltext}', ${statement.bind(value)})`;
    case 'similarTo':
      return similarToSql(field, value as SimilarCondition, name, statement);
    default: {
      const sign = signOf(field, operator);
      const sides = sidesOf(field, value, name);
      return `${sides.name} ${sign} ${statement.bind(value, sides.type)}`;
    }
  }
};

const signOf = (field: ColumnField, operator: string): string => {
  const sign = COMPARISONS[operator];
  if (!sign) throw new GatewayError('BAD_WHERE', { field: field.name, detail: `${operator} is not an operator of ${field.scalar}` });
  return sign;
};

/**
 * The database lowers both sides, so that they are lowered alike, with a collation that knows all letters: the collation of the
 * database or the column may know A to Z only. The order is that of code points, as everywhere.
 */
const loweredToSql = (field: ColumnField, comparison: Comparison, name: string, statement: Bind): string => {
  const lowered: ColumnField = { ...field, column: { ...field.column, sqlType: 'text' } };
  const lower = (text: string) =>
    field.folding === undefined ? `lower(${text})` : `lower(${text} COLLATE ${quoteName(field.folding)}) COLLATE "C"`;
  const lowering = {
    bind: (value: unknown, type?: string) =>
      type === undefined
        ? lower(statement.bind(value, 'text'))
        : `ARRAY(SELECT ${lower('item')} FROM unnest(${statement.bind(value, type)}) AS items(item))`,
  };
  const own = lower(`${castText(field.column, name)}::text`);
  return comparisonToSql(lowered, { ...comparison, ignoreCase: undefined }, own, lowering);
};

interface SimilarCondition {
  readonly text: unknown;
  readonly minSimilarity?: unknown;
}

/** The least similarity that a trigram index finds with the database's default settings. */
const LEAST_SIMILARITY = 0.3;

const similarToSql = (field: ColumnField, { text, minSimilarity }: SimilarCondition, name: string, statement: Bind): string => {
  const words = statement.bind(text, 'text');
  const least = changed(minSimilarity ?? LEAST_SIMILARITY, (value) => {
    if (typeof value === 'number' && value >= LEAST_SIMILARITY && value <= 1) return value;
    throw new GatewayError('BAD_WHERE', {
      field: field.name,
      detail: `similarTo takes a minSimilarity from ${LEAST_SIMILARITY} to 1, but got ${String(value)}`,
    });
  });
  return `(${name} % ${words} AND similarity(${name}, ${words}) >= ${statement.bind(least, 'real')})`;
};

/** Operators of a list column: the whole list, or what is in it. */
const listToSql = (field: ColumnField, operator: string, value: unknown, name: string, statement: Bind): string => {
  const { sqlType } = field.column;
  const itemType = sqlType.replace(/\[\]$/, '');
  // A list of UUIDs contains no other text, so a condition that requires one never matches.
  const item = (text: unknown) => fits({ ...field.column, sqlType: itemType }, text);
  const list = (keep: (items: unknown[]) => unknown) =>
    statement.bind(
      changed(value, (items) => keep(items as unknown[])),
      sqlType,
    );
  const whole = (sign: string) =>
    unlessNull(
      list((items) => (items.every(item) ? items : null)),
      (bound) => `${name} ${sign} ${bound}`,
    );
  switch (operator) {
    case 'eq':
      return whole('=');
    case 'includes': {
      if (!item(value)) return 'false';
      const known = fitting({ ...field.column, sqlType: itemType }, value);
      const test = (bound: string) => `${bound} = ANY(${name})`;
      return known === value ? test(statement.bind(value, itemType)) : unlessNull(statement.bind(known, itemType), test);
    }
    case 'includesAll':
      return whole('@>');
    case 'includesSome':
      return `${name} && ${list((items) => items.filter(item))}`;
    default:
      throw new GatewayError('BAD_WHERE', { field: field.name, detail: `${operator} is not an operator of a list` });
  }
};

const asJson = (value: unknown): unknown => changed(value, writeJson);

/** Operators of a JSON column: containment as PostgreSQL defines it, and comparisons at a path. */
const jsonToSql = (field: ColumnField, { operator, value, path }: Comparison, name: string, statement: Bind): string => {
  if (path !== undefined) return atPathToSql(field, operator, value, name, statement.bind(path, 'text[]'), statement);
  switch (operator) {
    case 'eq':
      return `${name} = ${statement.bind(asJson(value), 'jsonb')}`;
    case 'contains':
      return `${name} @> ${statement.bind(asJson(value), 'jsonb')}`;
    case 'hasKey':
      return `${name} ? ${statement.bind(value, 'text')}`;
    default:
      throw new GatewayError('BAD_WHERE', { field: field.name, detail: `${operator} is not an operator of JSON` });
  }
};

const atPathToSql = (field: ColumnField, operator: string, value: unknown, name: string, steps: string, statement: Bind): string => {
  const at = `${name} #> ${steps}`;
  switch (operator) {
    case 'exists':
      return `(${at}) IS ${value === false ? '' : 'NOT '}NULL`;
    case 'eq':
      return value === null ? `COALESCE(${at}, 'null') = 'null'` : `${at} = ${statement.bind(asJson(value), 'jsonb')}`;
    case 'in': {
      const items = changed(value, (some) => (some as unknown[]).map(writeJson));
      return `${at} = ANY(${statement.bind(items, 'jsonb[]')})`;
    }
    case 'contains':
      return `${name} #>> ${steps} LIKE ${statement.bind(like(value, '%', '%'))}`;
    case 'startsWith':
      return `${name} #>> ${steps} LIKE ${statement.bind(like(value, '', '%'))}`;
    default: {
      // PostgreSQL also orders JSON values of different types; a comparison with a number does not mean that.
      const bound = statement.bind(asJson(value), 'jsonb');
      return `(jsonb_typeof(${at}) = jsonb_typeof(${bound}) AND ${at} ${signOf(field, operator)} ${bound})`;
    }
  }
};

/** Clients send bytes as base64. */
const bytesToSql = (field: ColumnField, operator: string, value: unknown, name: string, statement: Bind): string => {
  if (operator === 'eq') return `${name} = decode(${statement.bind(value, 'text')}, 'base64')`;
  if (operator === 'in') return `${name} IN (SELECT decode(item, 'base64') FROM unnest(${statement.bind(value, 'text[]')}) AS items(item))`;
  throw new GatewayError('BAD_WHERE', { field: field.name, detail: `${operator} is not an operator of ${field.scalar}` });
};

const like = (value: unknown, before: string, after: string): unknown =>
  changed(value, (text) => `${before}${(text as string).replace(/[\\%_]/g, '\\$&')}${after}`);

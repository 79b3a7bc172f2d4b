import { GatewayError } from '../errors.js';
import { writeJson } from '../model/exact-json.js';
import type { Lowering } from '../model/collation.js';
import type { ColumnField } from '../model/fields.js';
import { readList } from './arrays.js';
import { collected, Deferred } from './deferred.js';
import { atPath, compareJsonb, containsJsonb, hasKey, jsonbText, jsonbType, readJsonb, type Jsonb } from './jsonb.js';
import { isTextOf } from './key-texts.js';
import { compareTexts, lower } from './letters.js';
import type { Comparison } from './types.js';
import { textOf, valueType, type ValueType } from './values.js';

/**
 * A row in memory: its columns by their names in the database, each as text or null. A text is what PostgreSQL prints: of the value, as
 * statements read it (`"created_at"::text`, `to_json("tags"::text[])`), or of the row as JSON, as `json_each_text(to_json(NEW))`
 * gives a trigger the columns of a changed row. The time zone is UTC and the style of intervals iso_8601, as in all sessions of the
 * gateway.
 *
 * To evaluate an event a feed carries the old and the new row so. Two things are lost in JSON: whether a JSON column is missing or holds
 * null, so such a column has to come as `"metadata"::text`; and where a list begins, so that one which begins with 0 seems to begin with 1.
 */
export type EvaluatedRow = Readonly<Record<string, string | null>>;

/** True, false, or null for unknown, as in SQL. */
export type Truth = boolean | null;

export type Test = (row: EvaluatedRow) => Truth;

const ORDERS: ReadonlyMap<string, (sign: number) => boolean> = new Map([
  ['gt', (sign) => sign > 0],
  ['gte', (sign) => sign >= 0],
  ['lt', (sign) => sign < 0],
  ['lte', (sign) => sign <= 0],
]);
const PARTS: ReadonlyMap<string, (text: string, part: string) => boolean> = new Map([
  ['contains', (text, part) => text.includes(part)],
  ['startsWith', (text, part) => text.startsWith(part)],
  ['endsWith', (text, part) => text.endsWith(part)],
]);

/** Whether a comparison can be evaluated without the database. */
export const isComparable = (field: ColumnField, { operator, value, path, ignoreCase }: Comparison): boolean => {
  if (collected([value, path]) instanceof Deferred) return false;
  if (value === null) return true;
  const { collations } = field;
  if (field.scalar === 'JSON') return !field.list && (!ORDERS.has(operator) || collations?.database.isByCodePoint === true);
  const type = valueType(field);
  if (field.list || operator === 'eq' || operator === 'in') return (ignoreCase ? loweringOf(field) && textOf(field) : type) !== undefined;
  if (!ORDERS.has(operator) && !PARTS.has(operator)) return false;
  if (ignoreCase) return loweringOf(field) !== undefined && textOf(field) !== undefined;
  return ORDERS.has(operator) ? type?.hasOrder === true : type?.text !== undefined;
};

/** How `caseInsensitive` lowers letters: with the collation of the database that knows all of them. */
const loweringOf = ({ folding }: ColumnField): Lowering | undefined =>
  folding === 'pg_c_utf8' ? 'simple' : folding === 'und-x-icu' ? 'full' : undefined;

/** @throws GatewayError VALUE_INVALID */
export const comparisonTest = (field: ColumnField, comparison: Comparison): Test => {
  const { operator, value, path, ignoreCase } = comparison;
  const { name } = field.column;
  if (value === null && operator !== 'eq') return () => null;
  if (value === null && path === undefined) return (row) => textIn(row, name) === null;
  if (field.scalar === 'JSON') return jsonTest(name, comparison);
  if (field.list) return unlessMissing(name, listTest(field, operator, value));
  return unlessMissing(name, ignoreCase ? loweredTest(field, operator, value) : valueTest(field, operator, value));
};

const textIn = (row: EvaluatedRow, column: string): string | null => {
  const text = row[column];
  if (text === undefined) throw new Error(`the row has no column ${column}`);
  return text;
};

/** The result of a comparison for a text. A comparison that is false for every row is false for null, too. */
type TextTest = ((text: string) => Truth) | false;

const unlessMissing = (column: string, test: TextTest): Test => {
  if (test === false) return () => false;
  return (row) => {
    const text = textIn(row, column);
    return text === null ? null : test(text);
  };
};

const valueTest = (field: ColumnField, operator: string, value: unknown): TextTest => {
  const type = valueType(field)!;
  const holds = PARTS.get(operator);
  if (holds) {
    const part = type.part?.(value as string) ?? (value as string);
    return (text) => holds(type.text!(text), part);
  }
  const own = reader(type, field);
  const compare = type.compare as (left: unknown, right: unknown) => number;
  const passes = ORDERS.get(operator);
  if (passes) {
    const bound = valueOf(type, field, value);
    return (text) => passes(compare(own(text), bound));
  }
  const asked = operator === 'in' ? (value as readonly unknown[]) : [value];
  // A text that cannot be a UUID or a key is equal to none. For other types it is refused.
  const isKey = field.scalar === 'ID' || field.column.sqlType === 'uuid';
  const values = asked.filter((item) => !isKey || fits(field, item)).map((item) => valueOf(type, field, item));
  return values.length > 0 && ((text) => isAmong(own(text), values, compare));
};

const isAmong = (own: unknown, values: readonly unknown[], compare: (left: unknown, right: unknown) => number): boolean =>
  values.some((value) => compare(own, value) === 0);

/** Whether a value, or an item of a list, is a text that the column's type can have. */
const fits = ({ column }: ColumnField, value: unknown): boolean =>
  typeof value === 'boolean' || isTextOf({ ...column, sqlType: column.sqlType.replace(/\[\]$/, '') }, String(value));

const valueOf = (type: ValueType, { name, column }: ColumnField, value: unknown): unknown => {
  const read = type.read(String(value));
  if (read !== undefined) return read;
  throw new GatewayError('VALUE_INVALID', { detail: `${name} is compared with ${JSON.stringify(value)}, which is no ${column.sqlType}` });
};

const reader =
  (type: ValueType, { column }: ColumnField) =>
  (text: string): unknown => {
    const read = type.read(text);
    if (read === undefined) throw new Error(`column ${column.name} of the row has ${JSON.stringify(text)}, which is no ${column.sqlType}`);
    return read;
  };

const loweredTest = (field: ColumnField, operator: string, value: unknown): TextTest => {
  const how = loweringOf(field)!;
  const text = textOf(field)!;
  const own = (one: string) => lower(text(one), how);
  if (operator === 'in') {
    const values = new Set((value as readonly string[]).map((item) => lower(item, how)));
    return values.size > 0 && ((one) => values.has(own(one)));
  }
  const asked = lower(value as string, how);
  if (operator === 'eq') return (one) => own(one) === asked;
  const [passes, holds] = [ORDERS.get(operator), PARTS.get(operator)];
  return passes ? (one) => passes(compareTexts(own(one), asked)) : (one) => holds!(own(one), asked);
};

/** As in PostgreSQL, `includes` is unknown where only a null item could match; the other operators match no null item. */
const listTest = (field: ColumnField, operator: string, value: unknown): TextTest => {
  const type = valueType(field)!;
  const compare = type.compare as (left: unknown, right: unknown) => number;
  const read = reader(type, field);
  const listOf = (text: string) => {
    const { items, isPlain } = readList(text);
    return { items: items.map((item) => (item === null ? null : read(item))), isPlain };
  };
  const asked = operator === 'includes' ? [value] : (value as readonly unknown[]);
  if (operator !== 'includesSome' && !asked.every((item) => fits(field, item))) return false;
  const values = asked.filter((item) => fits(field, item)).map((item) => valueOf(type, field, item));
  return (text) => {
    const { items, isPlain } = listOf(text);
    const held = items.filter((item) => item !== null);
    switch (operator) {
      case 'eq':
        return (
          isPlain && items.length === values.length && items.every((item, index) => item !== null && compare(item, values[index]) === 0)
        );
      case 'includes':
        return isAmong(values[0], held, compare) || (held.length < items.length ? null : false);
      case 'includesAll':
        return values.every((one) => isAmong(one, held, compare));
      default:
        return values.some((one) => isAmong(one, held, compare));
    }
  };
};

const jsonTest = (column: string, { operator, value, path }: Comparison): Test => {
  if (path === undefined) {
    const test = wholeJsonTest(operator, value);
    return unlessMissing(column, (text) => test(readJsonb(text)));
  }
  const test = pathTest(operator, value);
  return (row) => {
    const text = textIn(row, column);
    return test(text === null ? undefined : atPath(readJsonb(text), path as readonly string[]));
  };
};

const jsonOf = (value: unknown): Jsonb => readJsonb(writeJson(value));

const wholeJsonTest = (operator: string, value: unknown): ((own: Jsonb) => boolean) => {
  if (operator === 'hasKey') return (own) => hasKey(own, value as string);
  const asked = jsonOf(value);
  return operator === 'contains' ? (own) => containsJsonb(own, asked) : (own) => compareJsonb(own, asked) === 0;
};

/** The comparison with the value at a path, undefined where there is none. */
const pathTest = (operator: string, value: unknown): ((at: Jsonb | undefined) => Truth) => {
  if (operator === 'exists') return (at) => (at !== undefined) === (value !== false);
  if (value === null) return (at) => at === undefined || at === null;
  const holds = PARTS.get(operator);
  if (holds)
    return (at) => {
      const text = at === undefined ? null : jsonbText(at);
      return text === null ? null : holds(text, value as string);
    };
  if (operator === 'in') {
    const values = (value as readonly unknown[]).map(jsonOf);
    return (at) => (values.length === 0 ? false : at === undefined ? null : values.some((one) => compareJsonb(at, one) === 0));
  }
  const asked = jsonOf(value);
  const passes = ORDERS.get(operator);
  return (at) => {
    if (at === undefined) return null;
    // Values of different types are not compared, though jsonb has an order for them, too.
    return passes ? jsonbType(at) === jsonbType(asked) && passes(compareJsonb(at, asked)) : compareJsonb(at, asked) === 0;
  };
};

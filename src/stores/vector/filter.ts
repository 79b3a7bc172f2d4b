import type { Schemas } from '@qdrant/js-client-rest';
import { badRequest } from './failures.js';

type Filter = Schemas['Filter'];
type Condition = Schemas['Condition'];

/** Adds a value to the statement and gives its placeholder. */
type Bind = (value: unknown) => string;

/**
 * A Qdrant payload filter as a SQL predicate over `id` and `payload jsonb`, with the meaning of Qdrant's server (1.19): a key
 * that holds a list matches when any of its items does, but for `is_null`. A condition outside this set is an error, never ignored.
 */
export const filterToSql = (filter: Filter | null | undefined, bind: Bind): string => {
  if (filter === null || filter === undefined) return 'true';
  only(filter, 'must', 'should', 'must_not', 'min_should');
  const parts: string[] = [];
  const all = (conditions: unknown) => asList(conditions).map((condition) => conditionToSql(condition as Condition, bind));
  if (filter.must) parts.push(...all(filter.must));
  const should = all(filter.should);
  if (should.length > 0) parts.push(`(${should.join(' OR ')})`);
  for (const sql of all(filter.must_not)) parts.push(`NOT coalesce(${sql}, false)`);
  if (filter.min_should) {
    const counted = all(filter.min_should.conditions).map((sql) => `coalesce(${sql}, false)::int`);
    parts.push(`(${counted.join(' + ') || '0'}) >= ${bind(filter.min_should.min_count)}`);
  }
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`;
};

const asList = (conditions: unknown): unknown[] =>
  conditions === null || conditions === undefined ? [] : Array.isArray(conditions) ? conditions : [conditions];

const conditionToSql = (condition: Condition, bind: Bind): string => {
  if ('has_id' in condition) return `id = ANY(${bind(only(condition, 'has_id').has_id.map(String))}::text[])`;
  if ('is_empty' in condition)
    return `coalesce(${at(keyOf(only(condition, 'is_empty').is_empty), bind)}, 'null'::jsonb) IN ('null'::jsonb, '[]'::jsonb)`;
  if ('is_null' in condition) return `coalesce(${at(keyOf(only(condition, 'is_null').is_null), bind)} = 'null'::jsonb, false)`;
  if ('key' in condition) {
    const { key, match, range } = only(condition, 'key', 'match', 'range');
    if (match && !range) return matchToSql(key, match, bind);
    if (range && !match) return rangeToSql(key, range, bind);
    throw unknown(condition);
  }
  return filterToSql(only(condition as Filter, 'must', 'should', 'must_not', 'min_should'), bind);
};

const unknown = (part: unknown): Error => badRequest(`the embedded vector store does not know the filter ${JSON.stringify(part)}`);

/** The same; one with anything else in it is refused. */
const only = <T extends object>(part: T, ...names: readonly string[]): T => {
  if (!Object.keys(part).every((name) => names.includes(name))) throw unknown(part);
  return part;
};

const keyOf = (condition: unknown): string => only(condition as { key: string }, 'key').key;

const matchToSql = (key: string, match: NonNullable<Schemas['FieldCondition']['match']>, bind: Bind): string => {
  const [[kind, wanted] = [], ...more] = Object.entries(match);
  const values = kind === 'value' ? [wanted] : (wanted as unknown[]);
  const isKnown = ['value', 'any', 'except'].includes(kind ?? '') && more.length === 0 && Array.isArray(values);
  // Numbers with a fraction are never equal in Qdrant.
  if (!isKnown || !values.every((value) => typeof value === 'string' || typeof value === 'boolean' || Number.isInteger(value)))
    throw unknown({ key, match });
  // jsonpath would look into lists of lists; strict, it does not, and what has no items fails without a word.
  if (kind === 'value') return exists(key, `@ == $value || exists(@[*] ? (@ == $value))`, { value: wanted }, bind);
  const listed = `ARRAY(SELECT jsonb_array_elements(${bind(JSON.stringify(values))}::jsonb))`;
  return anyItem(key, bind, kind === 'any' ? `item = ANY(${listed})` : `item <> ALL(${listed}) AND item <> 'null'::jsonb`);
};

const rangeToSql = (key: string, range: Schemas['RangeInterface'], bind: Bind): string => {
  const bounds = Object.entries(only(range, ...Object.keys(SIGNS))).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[SIGNS[name]!, value as unknown] as const],
  );
  // Every number is within no bounds.
  if (bounds.length === 0) return anyItem(key, bind, "jsonb_typeof(item) = 'number'");
  if (bounds.some(([, value]) => typeof value === 'string')) {
    if (!bounds.every(([, value]) => typeof value === 'string' && !Number.isNaN(Date.parse(value)))) throw unknown({ key, range });
    const within = bounds.map(([sign, value]) => `(item #>> '{}')::timestamptz ${sign} ${bind(value)}::timestamptz`).join(' AND ');
    // PostgreSQL knows times by other names, too, such as "now".
    return anyItem(
      key,
      bind,
      "CASE WHEN jsonb_typeof(item) = 'string' AND item #>> '{}' ~ '^\\d{4}-\\d\\d-\\d\\d' AND pg_input_is_valid(item #>> '{}', " +
        `'timestamptz') THEN ${within} ELSE false END`,
    );
  }
  const test = bounds.map(([sign], index) => `@ ${sign} $b${index}`).join(' && ');
  return exists(
    key,
    `(${test}) || exists(@[*] ? (${test}))`,
    Object.fromEntries(bounds.map(([, value], index) => [`b${index}`, value])),
    bind,
  );
};

const SIGNS: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** True when the key's value passes the jsonpath test. */
const exists = (key: string, test: string, variables: Record<string, unknown>, bind: Bind): string => {
  const path = `strict $.${stepsOf(key)
    .map((name) => JSON.stringify(name))
    .join('.')} ? (${test})`;
  return `jsonb_path_exists(payload, ${bind(path)}::text::jsonpath, ${bind(JSON.stringify(variables))}::jsonb, true)`;
};

const anyItem = (key: string, bind: Bind, test: string): string => {
  const value = at(key, bind);
  return (
    `EXISTS (SELECT 1 FROM jsonb_array_elements(CASE jsonb_typeof(${value}) WHEN 'array' THEN ${value} ELSE jsonb_build_array(${value}) ` +
    `END) AS items(item) WHERE ${value} IS NOT NULL AND ${test})`
  );
};

const at = (key: string, bind: Bind): string => `(payload #> ${bind(stepsOf(key))}::text[])`;

/** Names that lead to a value, one in the other; Qdrant's steps into lists are not known here. */
const stepsOf = (key: string): string[] => {
  if (!/^[\w-]+(\.[\w-]+)*$/.test(key)) throw badRequest(`the embedded vector store does not know the key ${JSON.stringify(key)}`);
  return key.split('.');
};

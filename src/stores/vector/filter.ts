import type { Schemas } from '@qdrant/js-client-rest';

type Filter = Schemas['Filter'];
type Condition = Schemas['Condition'];

/** Adds a value to the statement and gives its placeholder. */
type Bind = (value: unknown) => string;

/**
 * A Qdrant payload filter as a SQL predicate over `id` and `payload jsonb`, with Qdrant's meaning: a key that holds a
 * list matches when any of its items does. A condition outside this set is an error, never ignored.
 */
export const filterToSql = (filter: Filter | null | undefined, bind: Bind): string => {
  if (filter === null || filter === undefined) return 'true';
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
  if ('has_id' in condition) return `id = ANY(${bind(condition.has_id.map(String))}::text[])`;
  if ('is_empty' in condition) return `coalesce(${at(keyOf(condition.is_empty), bind)}, 'null'::jsonb) IN ('null'::jsonb, '[]'::jsonb)`;
  if ('is_null' in condition) return `coalesce(${at(keyOf(condition.is_null), bind)} = 'null'::jsonb, false)`;
  if ('must' in condition || 'should' in condition || 'must_not' in condition || 'min_should' in condition) return filterToSql(condition, bind);
  if ('key' in condition) {
    const { key, match, range } = condition;
    if (match) return matchToSql(key, match, bind);
    if (range) return rangeToSql(key, range, bind);
  }
  throw new Error(`the embedded vector store does not know the filter condition ${JSON.stringify(condition)}`);
};

const keyOf = (condition: unknown): string => (condition as { key: string }).key;

const matchToSql = (key: string, match: NonNullable<Schemas['FieldCondition']['match']>, bind: Bind): string => {
  if ('value' in match) return items(key, `@ == $value`, { value: match.value }, bind);
  if ('any' in match) return anyItem(key, bind, `item = ANY(ARRAY(SELECT jsonb_array_elements(${bind(JSON.stringify(match.any))}::jsonb)))`);
  if ('except' in match) return anyItem(key, bind, `item <> ALL(ARRAY(SELECT jsonb_array_elements(${bind(JSON.stringify(match.except))}::jsonb)))`);
  if ('text' in match) return anyItem(key, bind, `position(${bind(match.text)}::text in item #>> '{}') > 0`);
  throw new Error(`the embedded vector store does not know the match ${JSON.stringify(match)}`);
};

const rangeToSql = (key: string, range: Schemas['RangeInterface'], bind: Bind): string => {
  const bounds = (['gt', 'gte', 'lt', 'lte'] as const).flatMap((name) => {
    const value = range[name];
    return value === null || value === undefined ? [] : [[{ gt: '>', gte: '>=', lt: '<', lte: '<=' }[name], value] as const];
  });
  if (bounds.some(([, value]) => typeof value === 'string')) {
    return anyItem(key, bind, bounds.map(([sign, value]) => `(item #>> '{}')::timestamptz ${sign} ${bind(value)}::timestamptz`).join(' AND '));
  }
  const path = bounds.map(([sign], index) => `@ ${sign} $b${index}`).join(' && ');
  return items(key, path, Object.fromEntries(bounds.map(([, value], index) => [`b${index}`, value])), bind);
};

/** True when an item of the key passes the jsonpath test; lax paths treat a scalar as a list of one. */
const items = (key: string, test: string, variables: Record<string, unknown>, bind: Bind): string => {
  const path = `$.${key.replace(/\[\]/g, '').split('.').map((name) => JSON.stringify(name)).join('.')}[*] ? (${test})`;
  return `jsonb_path_exists(payload, ${bind(path)}::text::jsonpath, ${bind(JSON.stringify(variables))}::jsonb)`;
};

const anyItem = (key: string, bind: Bind, test: string): string => {
  const value = at(key, bind);
  return `EXISTS (SELECT 1 FROM jsonb_array_elements(CASE jsonb_typeof(${value}) WHEN 'array' THEN ${value} ELSE jsonb_build_array(${value}) END) AS items(item) WHERE ${value} IS NOT NULL AND ${test})`;
};

const at = (key: string, bind: Bind): string => `(payload #> ${bind(key.replace(/\[\]/g, '').split('.'))}::text[])`;

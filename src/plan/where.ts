import { GatewayError } from '../errors.js';
import { tableType, type Column, type ColumnField, type JoinField, type Model, type TableType } from '../model/types.js';
import { quoteName, tableName, type Statement } from './statement.js';

/** A `where` argument, as the schema has checked it. */
export type Where = Readonly<Record<string, unknown>> | null | undefined;

/** Stands in a `where` for keys that another store has given; no field can have this name. */
export const KEYS = '#keys';

/** Stands for conditions that all must hold where one has been answered in parts; unlike AND it is no level of its own. */
export const ALL = '#all';

/** Deepest nesting of a `where`: each level is a subquery, and what plans them grows faster than they do. */
export const MAX_DEPTH = 12;

/** Longest regular expression, in characters: a longer one can hold a database up for minutes. */
const MAX_PATTERN = 1_000;

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** Whether a text can be a value of the column at all; comparing a uuid column with any other text matches nothing. */
export const fits = (column: Column, value: unknown): boolean => column.sqlType !== 'uuid' || (typeof value === 'string' && UUID.test(value));

/**
 * A `where` as a SQL predicate on the table aliased `alias`, "true" when it asks nothing. This is the one place where a
 * predicate on rows joins a SQL statement.
 */
export const whereToSql = (model: Model, type: TableType, where: Where, alias: string, statement: Statement, depth = 0): string => {
  if (depth > MAX_DEPTH) throw tooDeep(type.plural);
  const parts: string[] = [];
  for (const [name, condition] of Object.entries(where ?? {})) {
    if (condition === undefined) continue;
    if (name === 'AND' || name === 'OR') {
      if (condition === null) throw nullCondition(type.plural, name);
      const inner = (condition as Where[]).map((part) => whereToSql(model, type, part, alias, statement, depth + 1));
      parts.push(inner.length === 0 ? 'true' : `(${inner.join(` ${name} `)})`);
      continue;
    }
    if (name === 'NOT') {
      if (condition === null) throw nullCondition(type.plural, name);
      parts.push(`(NOT ${whereToSql(model, type, condition as Where, alias, statement, depth + 1)})`);
      continue;
    }
    if (name === ALL) {
      parts.push(...(condition as Where[]).map((part) => whereToSql(model, type, part, alias, statement, depth)));
      continue;
    }
    if (name === KEYS) {
      const key = type.table.key[0]!;
      parts.push(`${alias}.${quoteName(key.name)} = ANY(${statement.bind(condition, `${key.sqlType}[]`)})`);
      continue;
    }
    const field = type.fields.get(name);
    if (field?.kind === 'column') parts.push(columnToSql(field, condition, `${alias}.${quoteName(field.column.name)}`, statement));
    else if (field?.kind === 'join') parts.push(joinToSql(model, field, condition, alias, statement, depth));
    else throw new GatewayError('BAD_WHERE', { field: type.plural, detail: `${name} needs another store, which is not asked here` });
  }
  return parts.length === 0 ? 'true' : parts.length === 1 ? parts[0]! : `(${parts.join(' AND ')})`;
};

/** A predicate that ties two columns of a join, compared as text where their types differ. */
export const joinCondition = (left: string, leftColumn: Column, right: string, rightColumn: Column): string =>
  leftColumn.sqlType === rightColumn.sqlType ? `${left} = ${right}` : `${left}::text = ${right}::text`;

const joinToSql = (model: Model, field: JoinField, condition: unknown, alias: string, statement: Statement, depth: number): string => {
  const target = tableType(model, field.target);
  const exists = (where: Where, negated = false): string => {
    const inner = statement.alias();
    const predicate = whereToSql(model, target, where, inner, statement, depth + 1);
    const tie = joinCondition(`${inner}.${quoteName(field.to.name)}`, field.to, `${alias}.${quoteName(field.from.name)}`, field.from);
    return `SELECT 1 FROM ${tableName(target.table)} ${inner} WHERE ${tie} AND ${negated ? `NOT ${predicate}` : predicate}`;
  };
  if (!field.list) return condition === null ? `NOT EXISTS (${exists({})})` : `EXISTS (${exists(condition as Where)})`;
  if (condition === null) throw nullCondition(field.name, 'a list');
  const parts = Object.entries((condition ?? {}) as Record<string, Where>).map(([quantifier, where]) => {
    if (where === null) throw nullCondition(field.name, quantifier);
    switch (quantifier) {
      case 'some':
        return `EXISTS (${exists(where)})`;
      case 'none':
        return `NOT EXISTS (${exists(where)})`;
      case 'all':
        return `(EXISTS (${exists(where)}) AND NOT EXISTS (${exists(where, true)}))`;
      case 'single':
        return `(SELECT count(*) FROM (${exists(where)} LIMIT 2) one) = 1`;
      default:
        throw new GatewayError('BAD_WHERE', { field: field.name, detail: `${quantifier} is not one of some, none, all, single` });
    }
  });
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`;
};

const COMPARISONS: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

const columnToSql = (field: ColumnField, condition: unknown, name: string, statement: Statement): string => {
  if (condition === null) return `${name} IS NULL`;
  const parts = Object.entries(condition as Record<string, unknown>).map(([operator, value]) =>
    operator === 'caseInsensitive' ? caseInsensitiveToSql(field, value as Record<string, unknown> | null, name, statement) : operatorToSql(field, operator, value, name, statement),
  );
  return parts.length === 0 ? 'true' : parts.length === 1 ? parts[0]! : `(${parts.join(' AND ')})`;
};

const operatorToSql = (field: ColumnField, operator: string, value: unknown, name: string, statement: Pick<Statement, 'bind'>): string => {
  const { column } = field;

  if (value === null) {
    // As in Cypher: equal to null means there is no value; any other comparison with null is never true.
    return operator === 'eq' ? `${name} IS NULL` : 'false';
  }
  const text = column.sqlType === 'text' || column.sqlType.startsWith('character') ? name : `${name}::text`;
  switch (operator) {
    case 'eq':
      return fits(column, value) ? `${name} = ${statement.bind(value)}` : 'false';
    case 'in': {
      const values = (value as unknown[]).filter((item) => fits(column, item));
      return values.length === 0 ? 'false' : `${name} = ANY(${statement.bind(values, `${column.sqlType}[]`)})`;
    }
    case 'contains':
      return `${text} LIKE ${statement.bind(`%${escapeLike(value)}%`)}`;
    case 'startsWith':
      return `${text} LIKE ${statement.bind(`${escapeLike(value)}%`)}`;
    case 'endsWith':
      return `${text} LIKE ${statement.bind(`%${escapeLike(value)}`)}`;
    case 'matches':
      return `${text} ~ ${statement.bind(pattern(field, value))}`;
    default: {
      const sign = COMPARISONS[operator];
      if (!sign) throw new GatewayError('BAD_WHERE', { field: field.name, detail: `${operator} is not an operator of ${field.scalar}` });
      return `${name} ${sign} ${statement.bind(value)}`;
    }
  }
};

/** Both sides are lowered by the database, so that they are lowered alike, whatever letters it knows. */
const caseInsensitiveToSql = (field: ColumnField, conditions: Record<string, unknown> | null, name: string, statement: Statement): string => {
  if (conditions === null) throw nullCondition(field.name, 'caseInsensitive');
  const lowered = { ...field, column: { ...field.column, sqlType: 'text' } };
  const lowering = { bind: (value: unknown, type?: string) => (type === undefined ? `lower(${statement.bind(value, 'text')})` : `ARRAY(SELECT lower(item) FROM unnest(${statement.bind(value, type)}) AS items(item))`) };
  const parts = Object.entries(conditions ?? {}).map(([operator, value]) =>
    operator === 'matches' && value !== null ? `${name}::text ~* ${statement.bind(pattern(field, value))}` : operatorToSql(lowered, operator, value, `lower(${name}::text)`, lowering),
  );
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`;
};

/** A pattern matches the whole text, as in Cypher. */
const pattern = (field: ColumnField, value: unknown): string => {
  const text = value as string;
  if (text.length > MAX_PATTERN) throw new GatewayError('BAD_WHERE', { field: field.name, detail: `a pattern may have ${MAX_PATTERN} characters, but got ${text.length}` });
  return `^(?:${text})$`;
};

export const tooDeep = (field: string) => new GatewayError('BAD_WHERE', { field, detail: `conditions may be nested ${MAX_DEPTH} deep. Ask in several steps` });

/** A variable that was meant to hold a condition and holds null would mean every row, of a delete too. */
export const nullCondition = (field: string, name: string) => new GatewayError('BAD_WHERE', { field, detail: `expected a condition for ${name}, but got null. Leave it out to ask nothing` });

const escapeLike = (value: unknown): string => (value as string).replace(/[\\%_]/g, '\\$&');

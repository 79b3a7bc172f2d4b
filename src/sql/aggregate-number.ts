import { aggregateScalar } from '../model/aggregate-sdl.js';
import type { GuardedModel } from '../access/guard.js';
import type { ColumnField } from '../model/fields.js';
import type { TypedSql } from './aggregate-parts.js';
import { quoteName } from './statement.js';
import { castText, textFormatOf, type TextFormat } from './text-format.js';

/** An aggregate in SQL. */
export interface AggregateNumber {
  readonly expression: string;
  /** How to combine it from partial aggregates; absent where it needs all rows at once. */
  readonly parts?: { readonly of: readonly TypedSql[]; readonly whole: (values: readonly string[]) => string };
}

/** Types whose IDs and Strings have their least and greatest in the order of the type, not of the text: 60 is more than 9. */
const ORDERED = /^(smallint|integer|bigint|numeric|real|double precision|date|interval|time(stamp)? .*)$/;

/** The aggregate over the rows aliased `alias`, and how its text is read. */
export const numberToSql = (
  model: GuardedModel,
  alias: string,
  field: ColumnField | undefined,
  word: string,
): AggregateNumber & { readonly textFormat: TextFormat } => {
  const counted = (expression: string) => ({
    expression,
    parts: { of: [{ sql: expression, type: 'bigint' }], whole: ([value]: readonly string[]) => `sum(${value!})` },
  });
  if (!field) return { ...counted('count(*)'), textFormat: { scalar: 'Int', list: false } };
  const { sqlType, name } = field.column;
  const column = `${alias}.${quoteName(name)}`;
  // Not every type has min and max in every version of PostgreSQL; its text has.
  const isText = (field.scalar === 'ID' || field.scalar === 'String') && !ORDERED.test(sqlType);
  const text = `${castText(field.column, column)}::text`;
  const ordered = isText ? text : column;
  const textFormat = { ...textFormatOf(model, field), scalar: aggregateScalar(field, word), isInt: false };
  /** An aggregate that combines partial results the way it combines rows. */
  const alike = (type: string, make: (value: string) => string, of = ordered) => ({
    expression: make(of),
    parts: { of: [{ sql: make(of), type }], whole: ([value]: readonly string[]) => make(value!) },
  });
  const extreme = (direction: string) => (value: string) =>
    `(array_agg(${value} ORDER BY length(${value})${direction}, ${value}) FILTER (WHERE ${value} IS NOT NULL))[1]`;
  const isKept = ['real', 'double precision', 'interval'].includes(sqlType);
  switch (word) {
    case 'count':
      return { ...counted(`count(${column})`), textFormat: { ...textFormat, names: undefined } };
    case 'distinct':
      return { expression: `count(DISTINCT ${column})`, textFormat: { ...textFormat, names: undefined } };
    case 'average': {
      const [sum, type] =
        sqlType === 'real' ? [`sum(${column}::double precision)`, 'double precision'] : [`sum(${column})`, isKept ? sqlType : 'numeric'];
      const of = [
        { sql: sum, type },
        { sql: `count(${column})`, type: type === 'numeric' ? 'bigint' : 'double precision' },
      ];
      return {
        expression: `avg(${column})`,
        parts: { of, whole: ([sums, counts]) => `sum(${sums!}) / nullif(sum(${counts!}), 0)` },
        textFormat,
      };
    }
    case 'shortest':
      return { ...alike('text', extreme(''), text), textFormat };
    case 'longest':
      return { ...alike('text', extreme(' DESC'), text), textFormat };
    case 'sum':
      return { ...alike(isKept ? sqlType : 'numeric', (value) => `sum(${value})`), textFormat };
    default:
      return { ...alike(isText ? 'text' : sqlType, (value) => `${word}(${value})`), textFormat };
  }
};

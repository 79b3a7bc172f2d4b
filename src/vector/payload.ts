import type { Schemas } from '@qdrant/js-client-rest';
import type { PayloadField, SearchedType } from '../model/types.js';
import { fits } from '../sql/operators.js';
import { conjuncts } from '../predicate/analyse.js';
import { and, type Comparison, type Predicate } from '../predicate/types.js';

export type Filter = Schemas['Filter'];
type Condition = Schemas['Condition'];

/** A condition both ways: filters for the points where it is true, and where it is false. With a missing value it is neither. */
interface Sides {
  readonly isTrue: Filter;
  readonly isFalse: Filter;
}

/** A filter that no point matches, and one that every point does. */
export const NONE: Filter = { must: [{ has_id: [] }] };
const EVERY: Filter = { must_not: [{ has_id: [] }] };

/** Whether both stores read a text as the same time; PostgreSQL reads more forms. */
const isTime = (text: string): boolean => {
  const [, year, month, day] =
    /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/.exec(text)?.map(Number) ?? [];
  // Within a time zone's offset of the least and greatest time, a payload may stand for another one.
  if (year === undefined || /^(0000|0001-01-01|0001-01-02|9999-12-3)/.test(text)) return false;
  return month! >= 1 && month! <= 12 && day! >= 1 && day! <= new Date(Date.UTC(year, month, 0)).getUTCDate();
};

/** A predicate in two parts: what the payload answers, both as a filter and as a predicate, and what is left for the home store. */
export interface SplitWhere {
  readonly filter: Filter | undefined;
  /** The filter's part as a predicate: the payload may be outdated, so hits are checked again on the rows. Undefined where it is empty. */
  readonly pushed: Predicate | undefined;
  readonly rest: Predicate | undefined;
}

/** The points of a type to search: those that match a filter and have one of these keys. */
export interface Place extends SplitWhere {
  readonly type: SearchedType;
  readonly keys: readonly string[] | undefined;
}

export const splitWhere = (type: SearchedType, where: Predicate | undefined): SplitWhere => {
  const filters: Filter[] = [];
  const pushed: Predicate[] = [];
  const rest: Predicate[] = [];
  for (const part of conjuncts(where)) {
    const sides = sidesOf(type, part);
    if (sides) filters.push(any([sides.isTrue, ...maybeMissing(type, part)]));
    (sides ? pushed : rest).push(part);
  }
  return { filter: filters.length === 0 ? undefined : all(filters), pushed: together(pushed), rest: together(rest) };
};

/** Points that lack a key which others have for sure: only their rows can tell. */
const maybeMissing = (type: SearchedType, predicate: Predicate): Filter[] => {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.of.flatMap((part) => maybeMissing(type, part));
    case 'not':
      return maybeMissing(type, predicate.of);
    case 'compare':
    case 'related':
      return type.embedding.payload
        .filter(({ name, always }) => !always && name === (predicate.kind === 'compare' ? predicate.field : predicate.by).name)
        .map(({ key }) => ({ must: [{ is_empty: { key } }] }));
    default:
      return [];
  }
};

const together = (parts: readonly Predicate[]): Predicate | undefined => (parts.length === 0 ? undefined : and(parts));

/** ANDed filters as one. */
export const all = (filters: readonly Filter[]): Filter => (filters.length === 1 ? filters[0]! : { must: filters as Condition[] });

const any = (filters: readonly Filter[]): Filter =>
  filters.length === 0 ? NONE : filters.length === 1 ? filters[0]! : { should: filters as Condition[] };

/** A predicate both ways, or undefined where any of it needs the home store. */
const sidesOf = (type: SearchedType, predicate: Predicate): Sides | undefined => {
  switch (predicate.kind) {
    case 'true':
      return { isTrue: EVERY, isFalse: NONE };
    case 'false':
      return { isTrue: NONE, isFalse: EVERY };
    case 'and':
    case 'or': {
      const parts = predicate.of.map((part) => sidesOf(type, part));
      if (!parts.every((part) => part !== undefined)) return undefined;
      const [isTrue, isFalse] = [parts.map((part) => part.isTrue), parts.map((part) => part.isFalse)];
      return predicate.kind === 'and' ? { isTrue: all(isTrue), isFalse: any(isFalse) } : { isTrue: any(isTrue), isFalse: all(isFalse) };
    }
    case 'not': {
      const sides = sidesOf(type, predicate.of);
      return sides && { isTrue: sides.isFalse, isFalse: sides.isTrue };
    }
    case 'compare':
    case 'related': {
      const name = predicate.kind === 'compare' ? predicate.field.name : predicate.by.name;
      const carried = type.embedding.payload.find((field) => field.name === name);
      return carried && (predicate.kind === 'compare' ? comparisonSides(carried, predicate) : joinSides(carried, predicate.of));
    }
    default:
      return undefined;
  }
};

/** The payload contains only the key of the joined row: the row exists or not, and is never unknown. */
const joinSides = (carried: PayloadField, predicate: Predicate): Sides | undefined => {
  if (predicate.kind === 'false') return { isTrue: NONE, isFalse: EVERY };
  if (predicate.kind !== 'compare' || predicate.field.name !== 'id' || predicate.ignoreCase) return undefined;
  const { operator, value } = predicate;
  if ((operator !== 'eq' && operator !== 'in') || value === null) return undefined;
  const values = (operator === 'eq' ? [value] : (value as unknown[])).map((each) => canonical(String(each)));
  const found: Condition = { key: carried.key, match: { any: values } };
  return { isTrue: { must: [found] }, isFalse: { must_not: [found] } };
};

const comparisonSides = ({ key, kind, column }: PayloadField, { operator, value, ignoreCase, path }: Comparison): Sides | undefined => {
  if (ignoreCase || path !== undefined) return undefined;
  const empty: Condition = { is_empty: { key } };
  const sides = (condition: Condition): Sides => ({ isTrue: { must: [condition] }, isFalse: { must_not: [condition, empty] } });
  // A comparison with null is unknown, and so is its negation.
  if (value === null)
    return operator === 'eq' ? { isTrue: { must: [empty] }, isFalse: { must_not: [empty] } } : { isTrue: NONE, isFalse: NONE };
  // The home store refuses a value that the column cannot have.
  if (kind === 'datetime' && !isTime(value as string)) return undefined;
  // JSON cannot express infinities: they would be sent as null, and stores disagree on a range without bounds.
  if (kind === 'float' && !(typeof value === 'number' && Math.abs(value) < Number.MAX_VALUE)) return undefined;
  if (kind === 'keyword' && JSON.stringify(value).includes('\\u0000')) return undefined;
  const exact = kind !== 'float' && kind !== 'datetime';
  if (operator === 'in' && exact) {
    const values = (value as unknown[]).filter((item) => fits(column, item)).map((item) => payloadOf(kind, item));
    return values.length === 0 ? { isTrue: NONE, isFalse: EVERY } : sides({ key, match: { any: values as string[] } });
  }
  if (operator === 'eq') {
    if (!fits(column, value)) return { isTrue: NONE, isFalse: EVERY };
    if (exact) return sides({ key, match: { value: payloadOf(kind, value) as string } });
    return sides({ key, range: { gte: value as number, lte: value as number } });
  }
  // Each store orders texts in its own way.
  if (['gt', 'gte', 'lt', 'lte'].includes(operator) && (kind === 'integer' || kind === 'float' || kind === 'datetime'))
    return sides({ key, range: { [operator]: value as number } });
  return undefined;
};

const payloadOf = (kind: PayloadField['kind'], value: unknown): unknown => (kind === 'uuid' ? canonical(value as string) : value);

/** A UUID as PostgreSQL prints it; any other text stays as it is. */
const canonical = (text: string): string => {
  const digits = text.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(digits) ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : text;
};

/**
 * The least and the greatest time that a payload can carry: they stand for infinities and for years before 1 and after 9999 as well, so
 * a condition on one of them is left to the home store.
 */
const [FIRST, LAST] = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z'];

const within = (text: string): string => {
  if (text === 'infinity' || /^\d{5}/.test(text)) return LAST;
  return text === '-infinity' || text.endsWith(' BC') ? FIRST : text.replace(' ', 'T').replace(/\+00$/, 'Z');
};

/** NaN is greater than every number, as in PostgreSQL. */
const finite = (text: string): number => {
  const number = text === 'NaN' ? Infinity : Number(text);
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, number));
};

/** The payload value of a column's text, as PostgreSQL prints it. */
export const payloadValue = ({ kind }: PayloadField, text: string): unknown => {
  if (kind === 'integer' || kind === 'float') return finite(text);
  if (kind === 'bool') return text === 'true';
  return kind === 'datetime' ? within(text) : text;
};

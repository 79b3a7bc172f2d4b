import type { Schemas } from '@qdrant/js-client-rest';
import type { EmbeddedType, PayloadField } from '../model/types.js';
import { fits } from '../sql/operators.js';
import { MAX_DEPTH, tooDeep, type Where } from '../sql/where.js';

export type Filter = Schemas['Filter'];
type Condition = Schemas['Condition'];

/** A condition both ways: the points of which it is true, and those of which it is false. With a missing value it is neither. */
interface Sides {
  readonly isTrue: Filter;
  readonly isFalse: Filter;
}

/** What passes no filter, and what passes every one. */
const NONE: Filter = { must: [{ has_id: [] }] };
const EVERY: Filter = { must_not: [{ has_id: [] }] };

/** Whether both stores read a text as the same time; PostgreSQL reads more forms. */
const isTime = (text: string): boolean => {
  const [, year, month, day] =
    /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/.exec(text)?.map(Number) ?? [];
  // Within a zone's width of the first and the last moment a point may stand for another.
  if (year === undefined || /^(0000|0001-01-01|0001-01-02|9999-12-3)/.test(text)) return false;
  return month! >= 1 && month! <= 12 && day! >= 1 && day! <= new Date(Date.UTC(year, month, 0)).getUTCDate();
};

/** A `where` in two: what the points' payload answers, as a filter, and as it was; and what is left for the home store. */
export interface SplitWhere {
  readonly filter: Filter | undefined;
  /** The part that the filter asks: the row is the truth, so hits are held against it again. */
  readonly pushed: Where;
  readonly rest: Where;
}

export const splitWhere = (type: EmbeddedType, where: Where): SplitWhere => {
  const filters: Filter[] = [];
  const pushed: Where[] = [];
  const rest: Where[] = [];
  for (const part of conjuncts(type, where)) {
    const sides = sidesOf(type, part);
    if (sides) filters.push(sides.isTrue);
    (sides ? pushed : rest).push(part);
  }
  return { filter: filters.length === 0 ? undefined : all(filters), pushed: together(pushed), rest: together(rest) };
};

/** Filters that must all pass, as one. */
export const all = (filters: readonly Filter[]): Filter => (filters.length === 1 ? filters[0]! : { must: filters as Condition[] });

const together = (parts: readonly Where[]): Where => (parts.length === 0 ? undefined : parts.length === 1 ? parts[0] : { AND: parts });

/** The conditions of a `where` that must all hold, each by itself. */
const conjuncts = (type: EmbeddedType, where: Where, depth = 0): Where[] => {
  if (depth > MAX_DEPTH) throw tooDeep(type.plural);
  return Object.entries(where ?? {}).flatMap(([name, condition]): Where[] =>
    condition === undefined
      ? []
      : name === 'AND' && condition !== null
        ? (condition as Where[]).flatMap((part) => conjuncts(type, part, depth + 1))
        : [{ [name]: condition }],
  );
};

/** The whole of a `where` both ways, or nothing when any of it needs the home store. */
const sidesOf = (type: EmbeddedType, where: Where, depth = 0): Sides | undefined => {
  if (depth > MAX_DEPTH) throw tooDeep(type.plural);
  const parts = Object.entries(where ?? {}).flatMap(([name, condition]) =>
    condition === undefined ? [] : [entrySides(type, name, condition, depth)],
  );
  return parts.every((part) => part !== undefined) ? both(parts) : undefined;
};

const both = (parts: readonly Sides[]): Sides => ({
  isTrue: all(parts.map((part) => part.isTrue)),
  isFalse: any(parts.map((part) => part.isFalse)),
});
const either = (parts: readonly Sides[]): Sides => ({
  isTrue: any(parts.map((part) => part.isTrue)),
  isFalse: all(parts.map((part) => part.isFalse)),
});
const any = (filters: readonly Filter[]): Filter =>
  filters.length === 0 ? NONE : filters.length === 1 ? filters[0]! : { should: filters as Condition[] };

const entrySides = (type: EmbeddedType, name: string, condition: unknown, depth: number): Sides | undefined => {
  if (name === 'AND' || name === 'OR' || name === 'NOT') {
    if (condition === null) return undefined;
    const parts = (name === 'NOT' ? [condition as Where] : (condition as Where[])).map((part) => sidesOf(type, part, depth + 1));
    if (!parts.every((part) => part !== undefined)) return undefined;
    if (name !== 'NOT') return name === 'AND' ? both(parts) : either(parts);
    return { isTrue: parts[0]!.isFalse, isFalse: parts[0]!.isTrue };
  }
  const carried = type.embedding.payload.find((field) => field.name === name);
  const field = type.fields.get(name);
  if (!carried || condition === null) return undefined;
  if (field?.kind === 'join') return joinSides(carried, condition as Record<string, unknown>);
  if (field?.kind !== 'column') return undefined;
  const parts = Object.entries(condition as Record<string, unknown>).map(([operator, value]) => operatorSides(carried, operator, value));
  return parts.every((part) => part !== undefined) ? both(parts) : undefined;
};

/** Only the key of the joined row stands in the payload; there is such a row or there is not, nothing in between. */
const joinSides = (carried: PayloadField, where: Record<string, unknown>): Sides | undefined => {
  const { id, ...others } = where;
  if (id === undefined || id === null || Object.keys(others).length > 0) return undefined;
  const operators = Object.entries(id as Record<string, unknown>);
  const [operator, value] = operators[0] ?? [];
  if (operators.length !== 1 || (operator !== 'eq' && operator !== 'in') || value === null || value === undefined) return undefined;
  const values = (operator === 'eq' ? [value] : (value as unknown[])).map((each) => canonical(String(each)));
  if (values.length === 0) return { isTrue: NONE, isFalse: EVERY };
  const found: Condition = { key: carried.name, match: { any: values } };
  return { isTrue: { must: [found] }, isFalse: { must_not: [found] } };
};

const operatorSides = ({ name, kind, column }: PayloadField, operator: string, value: unknown): Sides | undefined => {
  const empty: Condition = { is_empty: { key: name } };
  const sides = (condition: Condition): Sides => ({ isTrue: { must: [condition] }, isFalse: { must_not: [condition, empty] } });
  // A comparison with null is unknown, and so is its negation.
  if (value === null)
    return operator === 'eq' ? { isTrue: { must: [empty] }, isFalse: { must_not: [empty] } } : { isTrue: NONE, isFalse: NONE };
  // What is not a value of the column is for the home store to refuse.
  if (kind === 'datetime' && !isTime(value as string)) return undefined;
  // JSON has no word for what is beyond: it would be sent as null, and a range without bounds means another thing in each store.
  if (kind === 'float' && !(typeof value === 'number' && Math.abs(value) < Number.MAX_VALUE)) return undefined;
  if (kind === 'keyword' && JSON.stringify(value).includes('\\u0000')) return undefined;
  const exact = kind !== 'float' && kind !== 'datetime';
  if (operator === 'in' && exact) {
    const values = (value as unknown[]).filter((item) => fits(column, item)).map((item) => payloadOf(kind, item));
    return values.length === 0 ? { isTrue: NONE, isFalse: EVERY } : sides({ key: name, match: { any: values as string[] } });
  }
  if (operator === 'eq') {
    if (!fits(column, value)) return { isTrue: NONE, isFalse: EVERY };
    if (exact) return sides({ key: name, match: { value: payloadOf(kind, value) as string } });
    return sides({ key: name, range: { gte: value as number, lte: value as number } });
  }
  // Texts have an order of their own in each store.
  if (['gt', 'gte', 'lt', 'lte'].includes(operator) && (kind === 'integer' || kind === 'float' || kind === 'datetime'))
    return sides({ key: name, range: { [operator]: value as number } });
  return undefined;
};

const payloadOf = (kind: PayloadField['kind'], value: unknown): unknown => (kind === 'uuid' ? canonical(value as string) : value);

/** A UUID as PostgreSQL prints it; any other text stays as it is. */
const canonical = (text: string): string => {
  const digits = text.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(digits) ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : text;
};

/** The ends of what points can carry: beyond them stand infinities, NaN, years before 1 and after 9999. A condition on an end itself is for the home store. */
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

/** What a point carries of a column's text, as PostgreSQL prints it. */
export const payloadValue = ({ kind }: PayloadField, text: string): unknown => {
  if (kind === 'integer' || kind === 'float') return finite(text);
  if (kind === 'bool') return text === 'true';
  return kind === 'datetime' ? within(text) : text;
};

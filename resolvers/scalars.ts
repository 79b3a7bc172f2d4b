import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { shortened } from '../src/errors.js';
import { expandedNumber, ExactNumber, exactNumber } from '../src/model/exact-json.js';

/** A scalar that travels as text of a certain form. */
const textScalar = (name: string, form: RegExp, example: string, read: (value: unknown) => string | undefined) => {
  const parse = (value: unknown): string => {
    const text = read(value);
    if (text === undefined || !form.test(text))
      throw new TypeError(`${name} must be written like ${JSON.stringify(example)}, but got ${shown(value)}.`);
    return text;
  };
  return new GraphQLScalarType({
    name,
    serialize: (value) => String(value),
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse('value' in node && typeof node.value === 'string' ? node.value : undefined),
  });
};

const shown = (value: unknown): string => shortened(value instanceof ExactNumber ? value.text : (JSON.stringify(value) ?? 'no text'));
const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const asNumber = (value: unknown): string | undefined =>
  typeof value === 'number' || value instanceof ExactNumber ? String(value) : asText(value);
/** A JavaScript number beyond 2^53 may have been rounded on the way. */
const asInteger = (value: unknown): string | undefined =>
  value instanceof ExactNumber
    ? expandedNumber(value)
    : typeof value === 'number' && !Number.isSafeInteger(value)
      ? undefined
      : asNumber(value);

/** A timestamp must have a time zone: without one it would depend on the server's. */
const MOMENT = /^(\d{4,6}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)( BC)?|-?infinity)$/i;
const LOCAL = /^(\d{4,6}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?( BC)?|-?infinity)$/i;

export const SCALARS = {
  DateTime: textScalar('DateTime', MOMENT, '2026-03-01T09:30:00Z', asText),
  LocalDateTime: textScalar('LocalDateTime', LOCAL, '2026-03-01T09:30:00', asText),
  BigInt: textScalar('BigInt', /^-?\d+$/, '482113', asInteger),
  Decimal: textScalar('Decimal', /^(-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|NaN|-?Infinity)$/i, '55.25', asNumber),
  Date: textScalar('Date', /^(\d{4,7}-\d\d-\d\d( BC)?|-?infinity)$/i, '2026-03-01', asText),
  LocalTime: textScalar('LocalTime', /^\d\d:\d\d(:\d\d(\.\d{1,9})?)?$/, '09:30:00', asText),
  Time: textScalar('Time', /^\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)$/i, '09:30:00Z', asText),
  Duration: textScalar('Duration', /^(-?P(?=.)(-?[\d.]+[YMWD])*(T(?=.)(-?[\d.]+[HMS])+)?|-?infinity)$/, 'P1DT2H30M', asText),
  Bytes: textScalar('Bytes', /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'T0RSQVM=', asText),
  JSON: new GraphQLScalarType({
    name: 'JSON',
    serialize: (value) => value,
    parseValue: (value) => value,
    parseLiteral: (node, variables) => jsonOf(node, variables),
  }),
};

type Variables = Readonly<Record<string, unknown>> | null | undefined;

/** A JSON value as it is written in a document: enum values are texts, and numbers keep their digits. */
const jsonOf = (node: ValueNode, variables: Variables): unknown => {
  switch (node.kind) {
    case Kind.NULL:
      return null;
    case Kind.INT:
    case Kind.FLOAT:
      return exactNumber(node.value);
    case Kind.LIST:
      return node.values.map((item) => jsonOf(item, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, jsonOf(value, variables)]));
    case Kind.VARIABLE:
      return variables?.[node.name.value];
    default:
      return node.value;
  }
};

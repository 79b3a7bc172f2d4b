import { GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';

/** A scalar that travels as text of a certain form. */
const textScalar = (name: string, form: RegExp, example: string, read: (value: unknown) => string | undefined) => {
  const parse = (value: unknown): string => {
    const text = read(value);
    if (text === undefined || !form.test(text)) throw new TypeError(`${name} must be written like ${JSON.stringify(example)}, but got ${JSON.stringify(value)}.`);
    return text;
  };
  return new GraphQLScalarType({
    name,
    serialize: (value) => String(value),
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse('value' in node && typeof node.value === 'string' ? node.value : undefined),
  });
};

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const asNumber = (value: unknown): string | undefined => (typeof value === 'number' ? String(value) : asText(value));
/** A number of JSON beyond 2^53 may have been another when it was sent. */
const asInteger = (value: unknown): string | undefined => (typeof value === 'number' && !Number.isSafeInteger(value) ? undefined : asNumber(value));

/** A moment must name its zone: without one it would mean another time on another server. */
const MOMENT = /^\d{4,6}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)$/i;
const LOCAL = /^\d{4,6}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?$/i;

export const SCALARS = {
  DateTime: textScalar('DateTime', MOMENT, '2026-03-01T09:30:00Z', asText),
  LocalDateTime: textScalar('LocalDateTime', LOCAL, '2026-03-01T09:30:00', asText),
  BigInt: textScalar('BigInt', /^-?\d+$/, '482113', asInteger),
  Decimal: textScalar('Decimal', /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i, '55.25', asNumber),
  Date: textScalar('Date', /^\d{4,6}-\d\d-\d\d$/, '2026-03-01', asText),
  LocalTime: textScalar('LocalTime', /^\d\d:\d\d(:\d\d(\.\d{1,9})?)?$/, '09:30:00', asText),
  Time: textScalar('Time', /^\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)$/i, '09:30:00Z', asText),
  Duration: textScalar('Duration', /^-?P(?=.)(-?[\d.]+[YMWD])*(T(?=.)(-?[\d.]+[HMS])+)?$/, 'P1DT2H30M', asText),
  Bytes: textScalar('Bytes', /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'T0RSQVM=', asText),
  JSON: new GraphQLScalarType({
    name: 'JSON',
    serialize: (value) => value,
    parseValue: (value) => value,
    parseLiteral: (node, variables) => (node.kind === Kind.NULL ? null : valueFromASTUntyped(node, variables)),
  }),
};

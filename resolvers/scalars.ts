import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { shortened } from '../src/errors.js';
import { clockFault } from '../src/model/clock.js';
import { readDuration, writeDuration } from '../src/model/durations.js';
import { expandedNumber, ExactNumber, exactNumber } from '../src/model/exact-json.js';

/** A scalar written as a string. `read` returns undefined for what is not in its format, or throws what is wrong with it. */
const textScalar = (name: string, example: string, read: (value: unknown) => string | undefined) => {
  const parse = (value: unknown): string => {
    const text = read(value);
    if (text === undefined) throw new TypeError(`${name} must be written like ${JSON.stringify(example)}, but got ${shown(value)}.`);
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

/** A value that matches a pattern. */
const formed =
  (form: RegExp, read: (value: unknown) => string | undefined = asText) =>
  (value: unknown): string | undefined => {
    const text = read(value);
    return text !== undefined && form.test(text) ? text : undefined;
  };

const time = (name: string, form: RegExp, example: string) =>
  textScalar(name, example, (value) => {
    const text = formed(form)(value);
    const fault = text === undefined ? undefined : clockFault(name, text);
    if (fault !== undefined) throw new TypeError(`${name} ${fault}, but got ${shown(value)}.`);
    return text;
  });

/** In the one form that PostgreSQL and the graph accept: with a minus sign before each part. */
const duration = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || /^-?infinity$/.test(value)) return asText(value);
  const read = readDuration(value);
  if (typeof read === 'string') throw new TypeError(`Duration must be written like "P1DT2H30M", but got ${shown(value)}: ${read}.`);
  return writeDuration(read);
};

/** Other encoders may leave unused bits at the end, but then the output would differ from the input. */
const canonicalBytes = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || !BASE64.test(value)) return undefined;
  const canonical = Buffer.from(value.slice(-4), 'base64').toString('base64');
  if (value.slice(-4) === canonical) return value;
  throw new TypeError(
    'Bytes must be canonical base64, whose last character before = leaves no bit over, ' +
      `but got ${shown(value.slice(-4))} at the end. Write ${JSON.stringify(canonical)}.`,
  );
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A timestamp must have a time zone: without one it would depend on the server's. */
const MOMENT = /^(\d{4,6}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)( BC)?|-?infinity)$/i;
const LOCAL = /^(\d{4,6}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?( BC)?|-?infinity)$/i;

export const SCALARS = {
  DateTime: time('DateTime', MOMENT, '2026-03-01T09:30:00Z'),
  LocalDateTime: time('LocalDateTime', LOCAL, '2026-03-01T09:30:00'),
  BigInt: textScalar('BigInt', '482113', formed(/^-?\d+$/, asInteger)),
  Decimal: textScalar('Decimal', '55.25', formed(/^(-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|NaN|-?Infinity)$/i, asNumber)),
  Date: textScalar('Date', '2026-03-01', formed(/^(\d{4,7}-\d\d-\d\d( BC)?|-?infinity)$/i)),
  LocalTime: time('LocalTime', /^\d\d:\d\d(:\d\d(\.\d+)?)?$/, '09:30:00'),
  Time: time('Time', /^\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d(:?\d\d)?)?)$/i, '09:30:00Z'),
  Duration: textScalar('Duration', 'P1DT2H30M', duration),
  Bytes: textScalar('Bytes', 'T0RSQVM=', canonicalBytes),
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
